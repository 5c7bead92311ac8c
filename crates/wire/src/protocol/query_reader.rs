//! The parameters of the query protocol: a tree, flattened into names such as `Tags.member.2.Key`.

use std::borrow::Cow;

use bytes::Bytes;
use hob_types::Timestamp;
use percent_encoding::percent_decode;

use super::text::Text;
use crate::schema::{Kind, Member, Shape, TimestampFormat};
use crate::shape::{Malformed, Value, VisitEntry, VisitItem};

/// How many parameters a request may have. One of two bytes takes fifty times as much memory, so the limit of the
/// body's bytes alone is none of memory.
const PARAMETERS_MAX: usize = 100_000;

/// All parameters, sorted by name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parameters(Vec<(String, String)>);

/// One parameter, without the effort that all of them are.
pub(crate) fn parameter(query: &str, body: &[u8], name: &str) -> Option<String> {
    pairs(query, body).find(|(key, _)| key == name).map(|(_, value)| value)
}

/// From the query of the URI and a form body; what stands in both counts as in the body.
fn pairs<'a>(query: &'a str, body: &'a [u8]) -> impl Iterator<Item = (String, String)> + 'a {
    let split = |text: &'a [u8]| text.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty());
    split(body).chain(split(query.as_bytes())).map(parse_pair)
}

impl Parameters {
    pub(crate) fn parse(query: &str, body: &[u8]) -> Result<Self, Malformed> {
        let mut parameters: Vec<_> = pairs(query, body).take(PARAMETERS_MAX + 1).collect();
        if parameters.len() > PARAMETERS_MAX {
            return Err(Malformed(format!("more than {PARAMETERS_MAX} parameters")));
        }
        // The sort is stable, so the first of a name stays the first.
        parameters.sort_by(|a, b| a.0.cmp(&b.0));
        parameters.dedup_by(|later, first| later.0 == first.0);
        Ok(Self(parameters))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let place = self.0.binary_search_by(|(key, _)| key.as_str().cmp(name)).ok()?;
        Some(&self.0[place].1)
    }

    /// With that parameter, unless there is one of its name.
    pub(super) fn or(mut self, name: &str, value: &str) -> Self {
        if let Err(place) = self.0.binary_search_by(|(key, _)| key.as_str().cmp(name)) {
            self.0.insert(place, (name.to_owned(), value.to_owned()));
        }
        self
    }

    /// The parameters whose names begin with `prefix`.
    fn below(&self, prefix: &str) -> &[(String, String)] {
        let start = self.0.partition_point(|(key, _)| key.as_str() < prefix);
        let length = self.0[start..].partition_point(|(key, _)| key.starts_with(prefix));
        &self.0[start..start + length]
    }

    pub(super) fn root(&self) -> Node<'_> {
        Node { parameters: self, path: String::new() }
    }
}

fn parse_pair(pair: &[u8]) -> (String, String) {
    let mut parts = pair.splitn(2, |&byte| byte == b'=');
    let name = parts.next().unwrap_or_default();
    (decode(name), decode(parts.next().unwrap_or_default()))
}

fn decode(text: &[u8]) -> String {
    let spaced: Cow<'_, [u8]> = if text.contains(&b'+') {
        text.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect()
    } else {
        text.into()
    };
    percent_decode(&spaced).decode_utf8_lossy().into_owned()
}

/// One place in the tree.
pub(super) struct Node<'a> {
    parameters: &'a Parameters,
    /// Without a dot at its end; empty for the root.
    path: String,
}

impl<'a> Node<'a> {
    fn child(&self, name: &str) -> Self {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Self { parameters: self.parameters, path }
    }

    fn text(&self) -> Text<'a> {
        let text = self.parameters.get(&self.path).unwrap_or_default();
        Text { text, timestamps: TimestampFormat::Rfc3339 }
    }

    fn exists(&self) -> bool {
        self.parameters.get(&self.path).is_some()
            || !self.parameters.below(&format!("{}.", self.path)).is_empty()
    }

    /// The children that are numbered, in the order of their numbers, whatever numbers are missing.
    fn numbered(&self) -> Vec<Self> {
        let prefix = format!("{}.", self.path);
        let mut numbers: Vec<u32> = self
            .parameters
            .below(&prefix)
            .iter()
            .filter_map(|(key, _)| key[prefix.len()..].split('.').next()?.parse().ok())
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().map(|number| self.child(&number.to_string())).collect()
    }
}

impl Value for Node<'_> {
    fn boolean(&self) -> Result<bool, Malformed> {
        self.text().boolean()
    }

    fn integer(&self) -> Result<i64, Malformed> {
        self.text().integer()
    }

    fn double(&self) -> Result<f64, Malformed> {
        self.text().double()
    }

    fn string(&self) -> Result<String, Malformed> {
        self.text().string()
    }

    fn blob(&self) -> Result<Bytes, Malformed> {
        self.text().blob()
    }

    fn timestamp(&self, format: Option<TimestampFormat>) -> Result<Timestamp, Malformed> {
        self.text().timestamp(format)
    }

    fn items(&self, shape: &'static Shape, visit: &mut VisitItem<'_>) -> Result<(), Malformed> {
        let items = match shape.kind {
            Kind::List { item_name, flattened: false, .. } => self.child(item_name).numbered(),
            _ => self.numbered(),
        };
        items.iter().try_for_each(|item| visit(item))
    }

    fn entries(&self, shape: &'static Shape, visit: &mut VisitEntry<'_>) -> Result<(), Malformed> {
        let Kind::Map { key_name, value_name, flattened, .. } = shape.kind else { return Ok(()) };
        let entries = if flattened { self.numbered() } else { self.child("entry").numbered() };
        entries.iter().try_for_each(|entry| {
            let key = entry.child(key_name).string()?;
            visit(&key, &entry.child(value_name))
        })
    }

    fn member(&self, member: &'static Member, visit: &mut VisitItem<'_>) -> Result<(), Malformed> {
        let child = self.child(member.query_name);
        if child.exists() { visit(&child) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parameters_are_decoded_and_found_by_name() {
        let parameters = Parameters::parse("Version=1", b"Action=Get+It%21&Empty&Version=2").unwrap();
        assert_eq!(parameters.get("Action"), Some("Get It!"));
        assert_eq!(parameters.get("Empty"), Some(""));
        assert_eq!(parameters.get("Version"), Some("2"));
        assert_eq!(parameters.get("version"), None);
        assert_eq!(parameter("Version=1", b"Action=Get+It%21&Version=2", "Version").as_deref(), Some("2"));
        assert_eq!(parameter("Version=1", b"Action=Get+It%21", "Version").as_deref(), Some("1"));
    }

    #[test]
    fn a_request_has_at_most_a_hundred_thousand_parameters() {
        assert!(Parameters::parse("", "a&".repeat(PARAMETERS_MAX).as_bytes()).is_ok());
        let refusal = Parameters::parse("b", "a&".repeat(PARAMETERS_MAX).as_bytes()).unwrap_err();
        assert_eq!(refusal.to_string(), "more than 100000 parameters");
    }

    #[test]
    fn numbered_children_come_in_the_order_of_their_numbers() {
        let parameters = Parameters::parse("", b"L.10=c&L.2=b&L.1=a&Lx.1=d&L.x=e").unwrap();
        let texts: Vec<String> =
            parameters.root().child("L").numbered().iter().map(|node| node.string().unwrap()).collect();
        assert_eq!(texts, ["a", "b", "c"]);
    }

    proptest! {
        #[test]
        fn what_a_client_encodes_is_read_back(name in "[a-zA-Z.]{1,12}", value in ".{0,40}") {
            let encode = |text: &str| {
                percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
            };
            let body = format!("{}={}", encode(&name), encode(&value));
            let parameters = Parameters::parse("", body.as_bytes()).unwrap();
            prop_assert_eq!(parameters.get(&name), Some(value.as_str()));
        }

        #[test]
        fn any_bytes_are_parsed_without_a_panic(body: Vec<u8>) {
            Parameters::parse("", &body).unwrap().root().child("a").numbered();
        }
    }
}
