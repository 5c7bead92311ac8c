//! The input of a REST operation: each of its members lies where the model says.

use std::borrow::Cow;
use std::cell::Cell;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use percent_encoding::percent_decode_str;

use super::text::Text;
use crate::request::Request;
use crate::schema::{Kind, Location, Member, Shape, TimestampFormat};
use crate::shape::{Malformed, Value, VisitEntry, VisitItem};
use crate::stream::ByteStream;

pub(super) struct RestInput<'r> {
    pub request: &'r Request<'r>,
    /// `None`: there is no document.
    pub body: Option<&'r dyn Value>,
    /// The member whose value was not of its shape.
    pub refused: Cell<Option<&'static Member>>,
}

impl RestInput<'_> {
    fn label(&self, member: &'static Member, visit: &mut VisitItem<'_>) -> Result<(), Malformed> {
        let labels = &self.request.labels;
        match labels.iter().find(|(name, _)| *name == member.wire_name) {
            Some((_, text)) => visit(&Text { text, timestamps: TimestampFormat::Rfc3339 }),
            None => Ok(()),
        }
    }

    fn header(&self, member: &'static Member, visit: &mut VisitItem<'_>) -> Result<(), Malformed> {
        let Some(text) = header_text(&self.request.parts.headers, member.wire_name)? else { return Ok(()) };
        visit(&Text { text: &text, timestamps: TimestampFormat::HttpDate })
    }

    fn query(&self, member: &'static Member, visit: &mut VisitItem<'_>) -> Result<(), Malformed> {
        let mut values = Vec::new();
        for pair in self.request.parts.uri.query().unwrap_or_default().split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if decode(name) == member.wire_name && !pair.is_empty() {
                values.push(decode(value));
            }
        }
        match member.shape.kind {
            Kind::List { .. } if !values.is_empty() => visit(&Repeated(&values)),
            _ => match values.last() {
                Some(text) => visit(&Text { text, timestamps: TimestampFormat::Rfc3339 }),
                None => Ok(()),
            },
        }
    }

    fn payload(&self, member: &'static Member, visit: &mut VisitItem<'_>) -> Result<(), Malformed> {
        match member.shape.kind {
            Kind::Structure(_) => self.body.map_or(Ok(()), visit),
            Kind::Stream => visit(&self.request.stream),
            _ if self.request.body.is_empty() => Ok(()),
            _ => visit(&Raw(&self.request.body)),
        }
    }
}

/// In a query, `+` is a space.
fn decode(text: &str) -> Cow<'_, str> {
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        return Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned());
    }
    percent_decode_str(text).decode_utf8_lossy()
}

impl Value for RestInput<'_> {
    fn member(&self, member: &'static Member, visit: &mut VisitItem<'_>) -> Result<(), Malformed> {
        match member.location {
            Location::Body | Location::Attribute => {
                self.body.map_or(Ok(()), |body| body.member(member, visit))
            }
            Location::Payload => self.payload(member, visit),
            Location::Uri => self.label(member, visit),
            Location::Query => self.query(member, visit),
            Location::Header => self.header(member, visit),
            Location::Headers => {
                visit(&Prefixed { headers: &self.request.parts.headers, prefix: member.wire_name })
            }
            // Of answers only.
            Location::Status => Ok(()),
        }
        .inspect_err(|_| self.refused.set(Some(member)))
    }
}

/// Several headers of a name are one with commas.
fn header_text<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<Cow<'h, str>>, Malformed> {
    let plain = |value: &'h HeaderValue| {
        let text = std::str::from_utf8(value.as_bytes());
        text.map_err(|_| Malformed(format!("the header {name} is not plain text")))
    };
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else { return Ok(None) };
    let mut text = Cow::Borrowed(plain(first)?);
    for value in values {
        text += ",";
        text += plain(value)?;
    }
    Ok(Some(text))
}

/// All headers whose names begin with a prefix, without it.
struct Prefixed<'a> {
    headers: &'a HeaderMap,
    prefix: &'static str,
}

impl Value for Prefixed<'_> {
    fn entries(&self, _: &'static Shape, visit: &mut VisitEntry<'_>) -> Result<(), Malformed> {
        for name in self.headers.keys() {
            let Some(key) = name.as_str().strip_prefix(self.prefix) else { continue };
            let text = header_text(self.headers, name.as_str())?.unwrap_or_default();
            visit(key, &Text { text: &text, timestamps: TimestampFormat::HttpDate })?;
        }
        Ok(())
    }
}

impl Value for ByteStream {
    fn stream(&self) -> Result<ByteStream, Malformed> {
        Ok(self.clone())
    }
}

/// `?tagKeys=a&tagKeys=b`
struct Repeated<'a>(&'a [Cow<'a, str>]);

impl Value for Repeated<'_> {
    fn items(&self, _: &'static Shape, visit: &mut VisitItem<'_>) -> Result<(), Malformed> {
        self.0.iter().try_for_each(|text| visit(&Text { text, timestamps: TimestampFormat::Rfc3339 }))
    }
}

/// The body as it is.
struct Raw<'a>(&'a Bytes);

impl Value for Raw<'_> {
    fn blob(&self) -> Result<Bytes, Malformed> {
        Ok(self.0.clone())
    }

    fn string(&self) -> Result<String, Malformed> {
        String::from_utf8(self.0.to_vec()).map_err(|_| Malformed("the body is not UTF-8".into()))
    }
}
