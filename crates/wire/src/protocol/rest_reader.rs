//! The input of a REST operation: each of its members lies where the model says.

use std::borrow::Cow;

use bytes::Bytes;
use percent_encoding::percent_decode_str;

use super::json_reader::Json;
use super::text::Text;
use crate::request::Request;
use crate::schema::{Kind, Location, Member, Shape, TimestampFormat};
use crate::shape::{Malformed, Value, VisitItem};

pub(super) struct RestInput<'r> {
    pub request: &'r Request<'r>,
    pub body: &'r Json<'r>,
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
        let Some(value) = self.request.parts.headers.get(member.wire_name) else { return Ok(()) };
        let text = value
            .to_str()
            .map_err(|_| Malformed(format!("the header {} is not plain text", member.wire_name)))?;
        visit(&Text { text, timestamps: TimestampFormat::HttpDate })
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
            Kind::Structure(_) => visit(self.body),
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
            Location::Body => self.body.member(member, visit),
            Location::Payload => self.payload(member, visit),
            Location::Uri => self.label(member, visit),
            Location::Query => self.query(member, visit),
            Location::Header => self.header(member, visit),
            // No operation served takes such members in.
            Location::Headers | Location::Status => Ok(()),
        }
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
