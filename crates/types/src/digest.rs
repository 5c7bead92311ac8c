use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// The SHA-256 of a package: its name in the code store, and `CodeSha256` on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha256Digest([u8; 32]);

impl Sha256Digest {
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// How AWS writes `CodeSha256` of a zip package.
    pub fn to_base64(self) -> String {
        BASE64.encode(self.0)
    }
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 digest is 64 hexadecimal digits")]
pub struct InvalidSha256Digest;

/// Lower-case hexadecimal, which is also safe as a file name.
impl fmt::Display for Sha256Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256Digest({self})")
    }
}

impl FromStr for Sha256Digest {
    type Err = InvalidSha256Digest;

    fn from_str(s: &str) -> Result<Self, InvalidSha256Digest> {
        if s.len() != 64 || !s.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Err(InvalidSha256Digest);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(s.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| InvalidSha256Digest)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| InvalidSha256Digest)?;
        }
        Ok(Self(bytes))
    }
}

crate::id::serde_as_text!(Sha256Digest);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_digest_parses_to_itself() {
        let digest = Sha256Digest::new(std::array::from_fn(|i| i as u8 * 7));
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_eq!("0".repeat(63).parse::<Sha256Digest>(), Err(InvalidSha256Digest));
    }
}
