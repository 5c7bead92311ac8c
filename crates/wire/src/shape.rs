//! How values and shapes meet: the two visitors that every protocol implements once, and the trait that
//! every generated structure implements once.

use std::collections::BTreeMap;

use bytes::Bytes;
use hob_types::Timestamp;

use crate::schema::{Kind, Member, Shape, Structure, TimestampFormat};
use crate::stream::ByteStream;

/// Why a request could not be read into its shape; becomes a SerializationException.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);

/// A value of a request, as its protocol wrote it. What a value cannot be, it refuses.
pub trait Value {
    fn boolean(&self) -> Result<bool, Malformed> {
        unexpected()
    }

    fn integer(&self) -> Result<i64, Malformed> {
        unexpected()
    }

    fn double(&self) -> Result<f64, Malformed> {
        unexpected()
    }

    fn string(&self) -> Result<String, Malformed> {
        unexpected()
    }

    fn blob(&self) -> Result<Bytes, Malformed> {
        unexpected()
    }

    fn stream(&self) -> Result<ByteStream, Malformed> {
        unexpected()
    }

    fn timestamp(&self, _format: Option<TimestampFormat>) -> Result<Timestamp, Malformed> {
        unexpected()
    }

    fn items(&self, _shape: &'static Shape, _visit: &mut VisitItem<'_>) -> Result<(), Malformed> {
        unexpected()
    }

    fn entries(&self, _shape: &'static Shape, _visit: &mut VisitEntry<'_>) -> Result<(), Malformed> {
        unexpected()
    }

    /// Does not visit if the member is absent or null.
    fn member(&self, _member: &'static Member, _visit: &mut VisitItem<'_>) -> Result<(), Malformed> {
        unexpected()
    }
}

fn unexpected<T>() -> Result<T, Malformed> {
    Err(Malformed("Unexpected value type in payload".to_owned()))
}

pub type VisitItem<'v> = dyn FnMut(&dyn Value) -> Result<(), Malformed> + 'v;
pub type VisitEntry<'v> = dyn FnMut(&str, &dyn Value) -> Result<(), Malformed> + 'v;

/// Takes a value apart, in the order in which it would be written. A protocol writes it; the validation
/// looks at it.
pub trait Writer {
    fn begin_structure(&mut self, structure: &'static Structure);
    /// The next value is this member's. Absent members are not announced.
    fn member(&mut self, member: &'static Member);
    fn end_structure(&mut self, structure: &'static Structure);
    fn begin_list(&mut self, shape: &'static Shape, length: usize);
    fn end_list(&mut self, shape: &'static Shape);
    fn begin_map(&mut self, shape: &'static Shape, length: usize);
    /// The next value is this key's.
    fn key(&mut self, shape: &'static Shape, key: &str);
    fn end_map(&mut self, shape: &'static Shape);
    fn boolean(&mut self, shape: &'static Shape, value: bool);
    fn integer(&mut self, shape: &'static Shape, value: i64);
    fn double(&mut self, shape: &'static Shape, value: f64);
    fn string(&mut self, shape: &'static Shape, value: &str);
    fn blob(&mut self, shape: &'static Shape, value: &Bytes);
    fn timestamp(&mut self, shape: &'static Shape, value: Timestamp);

    /// Where a stream has no place, it is an empty blob.
    fn stream(&mut self, shape: &'static Shape, _value: &ByteStream) {
        self.blob(shape, &Bytes::new());
    }
}

/// A type that a model's shape became.
pub trait Wire: Sized + Send + Sync {
    fn read(value: &dyn Value, shape: &'static Shape) -> Result<Self, Malformed>;
    fn write(&self, writer: &mut dyn Writer, shape: &'static Shape);
}

/// Called by generated code, once per member.
pub fn read_member<T: Wire>(value: &dyn Value, member: &'static Member) -> Result<Option<T>, Malformed> {
    let mut found = None;
    value.member(member, &mut |value| {
        found = Some(T::read(value, member.shape)?);
        Ok(())
    })?;
    Ok(found)
}

/// Called by generated code, once per member.
pub fn write_member<T: Wire>(writer: &mut dyn Writer, member: &'static Member, value: &Option<T>) {
    if let Some(value) = value {
        writer.member(member);
        value.write(writer, member.shape);
    }
}

impl Wire for () {
    fn read(_: &dyn Value, _: &'static Shape) -> Result<Self, Malformed> {
        Ok(())
    }

    fn write(&self, writer: &mut dyn Writer, shape: &'static Shape) {
        if let Kind::Structure(structure) = shape.kind {
            writer.begin_structure(structure);
            writer.end_structure(structure);
        }
    }
}

impl Wire for bool {
    fn read(value: &dyn Value, _: &'static Shape) -> Result<Self, Malformed> {
        value.boolean()
    }

    fn write(&self, writer: &mut dyn Writer, shape: &'static Shape) {
        writer.boolean(shape, *self);
    }
}

impl Wire for i32 {
    fn read(value: &dyn Value, _: &'static Shape) -> Result<Self, Malformed> {
        let number = value.integer()?;
        Self::try_from(number).map_err(|_| Malformed(format!("{number} can not be converted to an Integer")))
    }

    fn write(&self, writer: &mut dyn Writer, shape: &'static Shape) {
        writer.integer(shape, i64::from(*self));
    }
}

impl Wire for i64 {
    fn read(value: &dyn Value, _: &'static Shape) -> Result<Self, Malformed> {
        value.integer()
    }

    fn write(&self, writer: &mut dyn Writer, shape: &'static Shape) {
        writer.integer(shape, *self);
    }
}

impl Wire for f32 {
    fn read(value: &dyn Value, _: &'static Shape) -> Result<Self, Malformed> {
        value.double().map(|number| number as Self)
    }

    fn write(&self, writer: &mut dyn Writer, shape: &'static Shape) {
        // By way of its shortest text, so that 0.1 stays 0.1.
        writer.double(shape, self.to_string().parse().unwrap_or(f64::from(*self)));
    }
}

impl Wire for f64 {
    fn read(value: &dyn Value, _: &'static Shape) -> Result<Self, Malformed> {
        value.double()
    }

    fn write(&self, writer: &mut dyn Writer, shape: &'static Shape) {
        writer.double(shape, *self);
    }
}

impl Wire for String {
    fn read(value: &dyn Value, _: &'static Shape) -> Result<Self, Malformed> {
        value.string()
    }

    fn write(&self, writer: &mut dyn Writer, shape: &'static Shape) {
        writer.string(shape, self);
    }
}

impl Wire for Bytes {
    fn read(value: &dyn Value, _: &'static Shape) -> Result<Self, Malformed> {
        value.blob()
    }

    fn write(&self, writer: &mut dyn Writer, shape: &'static Shape) {
        writer.blob(shape, self);
    }
}

impl Wire for ByteStream {
    fn read(value: &dyn Value, _: &'static Shape) -> Result<Self, Malformed> {
        value.stream()
    }

    fn write(&self, writer: &mut dyn Writer, shape: &'static Shape) {
        writer.stream(shape, self);
    }
}

impl Wire for Timestamp {
    fn read(value: &dyn Value, shape: &'static Shape) -> Result<Self, Malformed> {
        match shape.kind {
            Kind::Timestamp(format) => value.timestamp(format),
            _ => value.timestamp(None),
        }
    }

    fn write(&self, writer: &mut dyn Writer, shape: &'static Shape) {
        writer.timestamp(shape, *self);
    }
}

impl<T: Wire> Wire for Box<T> {
    fn read(value: &dyn Value, shape: &'static Shape) -> Result<Self, Malformed> {
        T::read(value, shape).map(Self::new)
    }

    fn write(&self, writer: &mut dyn Writer, shape: &'static Shape) {
        T::write(self, writer, shape);
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn read(value: &dyn Value, shape: &'static Shape) -> Result<Self, Malformed> {
        let mut items = Self::new();
        let Kind::List { item, .. } = shape.kind else { return Ok(items) };
        value.items(shape, &mut |value| {
            items.push(T::read(value, item)?);
            Ok(())
        })?;
        Ok(items)
    }

    fn write(&self, writer: &mut dyn Writer, shape: &'static Shape) {
        let Kind::List { item, .. } = shape.kind else { return };
        writer.begin_list(shape, self.len());
        self.iter().for_each(|value| value.write(writer, item));
        writer.end_list(shape);
    }
}

impl<T: Wire> Wire for BTreeMap<String, T> {
    fn read(value: &dyn Value, shape: &'static Shape) -> Result<Self, Malformed> {
        let mut entries = Self::new();
        let Kind::Map { value: value_shape, .. } = shape.kind else { return Ok(entries) };
        value.entries(shape, &mut |key, value| {
            entries.insert(key.to_owned(), T::read(value, value_shape)?);
            Ok(())
        })?;
        Ok(entries)
    }

    fn write(&self, writer: &mut dyn Writer, shape: &'static Shape) {
        let Kind::Map { key: key_shape, value: value_shape, .. } = shape.kind else { return };
        writer.begin_map(shape, self.len());
        for (key, value) in self {
            writer.key(key_shape, key);
            value.write(writer, value_shape);
        }
        writer.end_map(shape);
    }
}
