//! How messages between server, launcher and init are written: fields one after another, numbers in the
//! machine's byte order, everything of variable length behind its length. All three are the same executable.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use hob_types::{EphemeralStorageMib, MemoryMib};

use crate::{Mount, Program, SandboxSpec};

/// Something that a message can consist of. `take` is the inverse of `put`, and is `None` for anything else.
pub(crate) trait Field: Sized {
    fn put(&self, out: &mut Vec<u8>);
    fn take(input: &mut &[u8]) -> Option<Self>;
}

macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl Field for $number {
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_ne_bytes());
            }

            fn take(input: &mut &[u8]) -> Option<Self> {
                let (bytes, rest) = input.split_first_chunk()?;
                *input = rest;
                Some(Self::from_ne_bytes(*bytes))
            }
        }
    )+};
}

numbers!(u8, u32, u64, i32);

impl Field for bool {
    fn put(&self, out: &mut Vec<u8>) {
        u8::from(*self).put(out);
    }

    fn take(input: &mut &[u8]) -> Option<Self> {
        match u8::take(input)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Field for OsString {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().to_u32().put(out);
        out.extend_from_slice(self.as_bytes());
    }

    fn take(input: &mut &[u8]) -> Option<Self> {
        let length = u32::take(input)?;
        let (bytes, rest) = input.split_at_checked(usize::try_from(length).ok()?)?;
        *input = rest;
        Some(Self::from_vec(bytes.to_vec()))
    }
}

impl Field for PathBuf {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_os_str().to_owned().put(out);
    }

    fn take(input: &mut &[u8]) -> Option<Self> {
        OsString::take(input).map(Self::from)
    }
}

impl Field for String {
    fn put(&self, out: &mut Vec<u8>) {
        OsString::from(self).put(out);
    }

    fn take(input: &mut &[u8]) -> Option<Self> {
        OsString::take(input)?.into_string().ok()
    }
}

impl<T: Field> Field for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }

    fn take(input: &mut &[u8]) -> Option<Self> {
        if bool::take(input)? { T::take(input).map(Some) } else { Some(None) }
    }
}

impl<T: Field> Field for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().to_u32().put(out);
        for value in self {
            value.put(out);
        }
    }

    fn take(input: &mut &[u8]) -> Option<Self> {
        (0..u32::take(input)?).map(|_| T::take(input)).collect()
    }
}

impl<T: Field, E: Field> Field for Result<T, E> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_ok().put(out);
        match self {
            Ok(value) => value.put(out),
            Err(error) => error.put(out),
        }
    }

    fn take(input: &mut &[u8]) -> Option<Self> {
        if bool::take(input)? { T::take(input).map(Ok) } else { E::take(input).map(Err) }
    }
}

impl Field for () {
    fn put(&self, _out: &mut Vec<u8>) {}

    fn take(_input: &mut &[u8]) -> Option<Self> {
        Some(())
    }
}

impl<A: Field, B: Field> Field for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }

    fn take(input: &mut &[u8]) -> Option<Self> {
        Some((A::take(input)?, B::take(input)?))
    }
}

/// Numbers with a range of their own travel as plain ones and are checked again on arrival.
macro_rules! sizes {
    ($($size:ty),+) => {$(
        impl Field for $size {
            fn put(&self, out: &mut Vec<u8>) {
                self.get().put(out);
            }

            fn take(input: &mut &[u8]) -> Option<Self> {
                Self::try_from(i64::from(u32::take(input)?)).ok()
            }
        }
    )+};
}

sizes!(MemoryMib, EphemeralStorageMib);

impl Field for hob_types::EnvironmentId {
    fn put(&self, out: &mut Vec<u8>) {
        self.to_string().put(out);
    }

    fn take(input: &mut &[u8]) -> Option<Self> {
        String::take(input)?.parse().ok()
    }
}

macro_rules! structs {
    ($($name:ident { $($field:ident),+ })+) => {$(
        impl $crate::namespaces::codec::Field for $name {
            fn put(&self, out: &mut Vec<u8>) {
                $($crate::namespaces::codec::Field::put(&self.$field, out);)+
            }

            fn take(input: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: $crate::namespaces::codec::Field::take(input)?),+ })
            }
        }
    )+};
}

pub(crate) use structs;

structs! {
    SandboxSpec { id, mounts, slots, memory, ephemeral_storage }
    Mount { sources, target }
    Program { path, arguments, environment, working_directory }
}

trait Length {
    fn to_u32(self) -> u32;
}

impl Length for usize {
    /// What is longer than 4 GiB does not fit into a message either, and is refused there.
    fn to_u32(self) -> u32 {
        u32::try_from(self).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(value: &impl Field) -> Vec<u8> {
        let mut out = Vec::new();
        value.put(&mut out);
        out
    }

    proptest! {
        #[test]
        fn what_was_put_is_what_is_taken(value: Vec<(String, Option<(u64, bool)>)>) {
            let out = written(&value);
            let mut input = out.as_slice();
            prop_assert_eq!(Vec::take(&mut input), Some(value));
            prop_assert!(input.is_empty());
        }

        #[test]
        fn nothing_that_arrives_makes_it_panic(bytes: Vec<u8>) {
            let _ = Vec::<(String, Option<(u64, bool)>)>::take(&mut bytes.as_slice());
            let _ = Program::take(&mut bytes.as_slice());
            let _ = SandboxSpec::take(&mut bytes.as_slice());
        }
    }

    #[test]
    fn a_name_need_not_be_utf_8() {
        let name = OsString::from_vec(vec![b'a', 0xff, b'\n']);
        assert_eq!(OsString::take(&mut written(&name).as_slice()), Some(name));
    }
}
