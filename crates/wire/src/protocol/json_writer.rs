//! Writes values as JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use hob_types::Timestamp;

use super::text;
use crate::schema::{Kind, Member, Shape, Structure, TimestampFormat};
use crate::shape::Writer;

/// Grows a document; what was written before decides whether a comma is due.
#[derive(Default)]
pub(crate) struct JsonWriter {
    text: Vec<u8>,
    before: Before,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Before {
    /// The document, an object or an array has just begun.
    #[default]
    Open,
    Key,
    Value,
}

impl JsonWriter {
    pub(crate) fn finish(self) -> Bytes {
        self.text.into()
    }

    fn comma(&mut self) {
        if self.before == Before::Value {
            self.text.push(b',');
        }
    }

    fn open(&mut self, bracket: u8) {
        self.comma();
        self.text.push(bracket);
        self.before = Before::Open;
    }

    fn close(&mut self, bracket: u8) {
        self.text.push(bracket);
        self.before = Before::Value;
    }

    pub(super) fn write_key(&mut self, key: &str) {
        self.comma();
        self.quote(key);
        self.text.push(b':');
        self.before = Before::Key;
    }

    /// `text` is JSON.
    fn raw(&mut self, text: &str) {
        self.comma();
        self.text.extend_from_slice(text.as_bytes());
        self.before = Before::Value;
    }

    fn quote(&mut self, value: &str) {
        // Writing a string to memory cannot fail.
        let _ = serde_json::to_writer(&mut self.text, value);
    }

    pub(super) fn write_string(&mut self, value: &str) {
        self.comma();
        self.quote(value);
        self.before = Before::Value;
    }

    pub(super) fn write_null(&mut self) {
        self.raw("null");
    }

    pub(super) fn begin_object(&mut self) {
        self.open(b'{');
    }

    pub(super) fn end_object(&mut self) {
        self.close(b'}');
    }
}

impl Writer for JsonWriter {
    fn begin_structure(&mut self, _: &'static Structure) {
        self.begin_object();
    }

    fn member(&mut self, member: &'static Member) {
        self.write_key(member.wire_name);
    }

    fn end_structure(&mut self, _: &'static Structure) {
        self.end_object();
    }

    fn begin_list(&mut self, _: &'static Shape, _: usize) {
        self.open(b'[');
    }

    fn end_list(&mut self, _: &'static Shape) {
        self.close(b']');
    }

    fn begin_map(&mut self, _: &'static Shape, _: usize) {
        self.begin_object();
    }

    fn key(&mut self, _: &'static Shape, key: &str) {
        self.write_key(key);
    }

    fn end_map(&mut self, _: &'static Shape) {
        self.end_object();
    }

    fn boolean(&mut self, _: &'static Shape, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

    fn integer(&mut self, _: &'static Shape, value: i64) {
        self.raw(&value.to_string());
    }

    fn double(&mut self, _: &'static Shape, value: f64) {
        let text = text::format_double(value);
        if value.is_finite() { self.raw(&text) } else { self.write_string(&text) }
    }

    fn string(&mut self, _: &'static Shape, value: &str) {
        self.write_string(value);
    }

    fn blob(&mut self, _: &'static Shape, value: &Bytes) {
        self.write_string(&BASE64.encode(value));
    }

    fn timestamp(&mut self, shape: &'static Shape, value: Timestamp) {
        let format = match shape.kind {
            Kind::Timestamp(Some(format)) => format,
            _ => TimestampFormat::UnixSeconds,
        };
        let text = text::format_timestamp(value, format);
        if format == TimestampFormat::UnixSeconds { self.raw(&text) } else { self.write_string(&text) }
    }
}
