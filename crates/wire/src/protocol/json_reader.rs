//! JSON documents, borrowed from the request's body as far as they have no escapes.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use hob_types::Timestamp;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::text;
use crate::schema::{Member, Shape, TimestampFormat};
use crate::shape::{Malformed, Value, VisitEntry, VisitItem};

/// How many keys and values a document may have. A value can take thirty times the memory of its text, so the
/// limit of the body's bytes alone is none of memory. No operation takes a tenth as many.
const VALUES_MAX: usize = 1_000_000;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Boolean(bool),
    Integer(i64),
    Double(f64),
    String(Cow<'a, str>),
    Array(Vec<Self>),
    Object(Vec<(Cow<'a, str>, Self)>),
}

impl<'a> Json<'a> {
    /// An empty body is an empty object, because clients leave it out where an operation has no members.
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, Malformed> {
        if body.trim_ascii().is_empty() {
            return Ok(Self::Object(Vec::new()));
        }
        match Self::document(body).map_err(|error| Malformed(error.to_string()))? {
            object @ Self::Object(_) => Ok(object),
            other => Err(other.unexpected("a structure")),
        }
    }

    /// A document of 128 levels or more is an error, too: serde_json's own limit.
    fn document(body: &'a [u8]) -> Result<Self, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        let document = Reader { values_left: &Cell::new(VALUES_MAX) }.deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(document)
    }

    /// What AWS's services say of a value that is not of the member's type.
    fn unexpected(&self, wanted: &str) -> Malformed {
        let found = match self {
            Self::Object(_) => {
                return Malformed("Start of structure or map found where not expected.".into());
            }
            Self::Array(_) => return Malformed("Start of list found where not expected".into()),
            Self::Null => "NULL_VALUE",
            Self::Boolean(true) => "TRUE_VALUE",
            Self::Boolean(false) => "FALSE_VALUE",
            Self::Integer(_) => "NUMBER_VALUE",
            Self::Double(_) => "DECIMAL_VALUE",
            Self::String(_) => "STRING_VALUE",
        };
        Malformed(format!("{found} can not be converted to {wanted}"))
    }
}

impl Value for Json<'_> {
    fn boolean(&self) -> Result<bool, Malformed> {
        match self {
            Self::Boolean(value) => Ok(*value),
            other => Err(other.unexpected("a Boolean")),
        }
    }

    fn integer(&self) -> Result<i64, Malformed> {
        match self {
            Self::Integer(value) => Ok(*value),
            // Such as 3.0, which some clients write for 3.
            Self::Double(value) if value.fract() == 0.0 && value.abs() < 9e15 => Ok(*value as i64),
            other => Err(other.unexpected("an Integer")),
        }
    }

    fn double(&self) -> Result<f64, Malformed> {
        match self {
            Self::Integer(value) => Ok(*value as f64),
            Self::Double(value) => Ok(*value),
            Self::String(special) => text::special_double(special).ok_or_else(|| self.unexpected("a Double")),
            other => Err(other.unexpected("a Double")),
        }
    }

    fn string(&self) -> Result<String, Malformed> {
        match self {
            Self::String(value) => Ok(value.clone().into_owned()),
            other => Err(other.unexpected("a String")),
        }
    }

    fn blob(&self) -> Result<Bytes, Malformed> {
        match self {
            Self::String(value) => BASE64
                .decode(value.as_bytes())
                .map(Bytes::from)
                .map_err(|_| Malformed("a blob is not valid base64".into())),
            other => Err(other.unexpected("a Blob")),
        }
    }

    fn timestamp(&self, format: Option<TimestampFormat>) -> Result<Timestamp, Malformed> {
        let seconds = match self {
            Self::Integer(seconds) => *seconds as f64,
            Self::Double(seconds) => *seconds,
            Self::String(value) => {
                return text::timestamp(value, format.unwrap_or(TimestampFormat::Rfc3339));
            }
            other => return Err(other.unexpected("a Timestamp")),
        };
        text::moment(seconds).ok_or_else(|| self.unexpected("a Timestamp"))
    }

    fn items(&self, _: &'static Shape, visit: &mut VisitItem<'_>) -> Result<(), Malformed> {
        match self {
            // Like AWS, which drops null items of a list.
            Self::Array(items) => {
                items.iter().filter(|item| **item != Self::Null).try_for_each(|item| visit(item))
            }
            other => Err(other.unexpected("a List")),
        }
    }

    fn entries(&self, _: &'static Shape, visit: &mut VisitEntry<'_>) -> Result<(), Malformed> {
        match self {
            Self::Object(entries) => entries
                .iter()
                .filter(|(_, value)| *value != Self::Null)
                .try_for_each(|(key, value)| visit(key, value)),
            other => Err(other.unexpected("a Map")),
        }
    }

    fn member(&self, member: &'static Member, visit: &mut VisitItem<'_>) -> Result<(), Malformed> {
        let Self::Object(entries) = self else { return Err(self.unexpected("a structure")) };
        // Of a key that stands there twice, the last one counts.
        match entries.iter().rev().find(|(key, _)| key == member.wire_name) {
            None | Some((_, Self::Null)) => Ok(()),
            Some((_, value)) => visit(value),
        }
    }
}

/// Reads one value and those in it.
#[derive(Clone, Copy)]
struct Reader<'c> {
    values_left: &'c Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        let Some(left) = self.values_left.get().checked_sub(1) else {
            return Err(Error::custom(format_args!("more than {VALUES_MAX} keys and values")));
        };
        self.values_left.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(i64::try_from(value).map_or(Json::Double(value as f64), Json::Integer))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Json::Double(value))
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Borrowed(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            array.push(item);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json<'de>, A::Error> {
        let mut object = Vec::new();
        while let Some(key) = entries.next_key_seed(self)? {
            let Json::String(key) = key else { return Err(Error::custom("a key is not a string")) };
            object.push((key, entries.next_value_seed(self)?));
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn json(text: &str) -> Json<'_> {
        Json::document(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_string_without_escapes_is_not_copied() {
        assert!(matches!(json(r#""plain""#), Json::String(Cow::Borrowed("plain"))));
        assert_eq!(json(r#""a\nb""#).string().unwrap(), "a\nb");
    }

    #[test]
    fn a_value_of_another_type_is_refused_in_awss_words() {
        let refusal = |result: Result<i64, Malformed>| result.unwrap_err().to_string();
        assert_eq!(refusal(json(r#""3""#).integer()), "STRING_VALUE can not be converted to an Integer");
        assert_eq!(refusal(json("[1]").integer()), "Start of list found where not expected");
        assert_eq!(refusal(json("{}").integer()), "Start of structure or map found where not expected.");
        assert_eq!(json("3.0").integer(), Ok(3));
        assert_eq!(refusal(json("3.5").integer()), "DECIMAL_VALUE can not be converted to an Integer");
    }

    #[test]
    fn a_moment_that_could_not_be_written_again_is_refused() {
        let read = |text| json(text).timestamp(None);
        assert_eq!(read("1767323045.678"), Ok(Timestamp::from_millis(1_767_323_045_678)));
        assert_eq!(read("-1.5"), Ok(Timestamp::from_millis(-1_500)));
        for (text, found) in [("9007199254740.993", "DECIMAL_VALUE"), ("9223372036854775807", "NUMBER_VALUE")]
        {
            let refusal = Malformed(format!("{found} can not be converted to a Timestamp"));
            assert_eq!(read(text), Err(refusal), "{text}");
        }
    }

    #[test]
    fn an_empty_body_is_an_empty_object_and_a_body_that_is_no_object_is_refused() {
        assert_eq!(Json::parse(b" \n"), Ok(Json::Object(vec![])));
        assert!(Json::parse(b"[]").is_err());
        assert!(Json::parse(b"{\"a\":").is_err());
    }

    #[test]
    fn a_document_has_at_most_a_million_keys_and_values() {
        // The object, its key and the array are values, too.
        let of = |items: usize| format!(r#"{{"a":[{}0]}}"#, "0,".repeat(items - 1));
        assert!(Json::parse(of(VALUES_MAX - 3).as_bytes()).is_ok());
        let refusal = Json::parse(of(VALUES_MAX - 2).as_bytes()).unwrap_err().to_string();
        assert!(refusal.starts_with("more than 1000000 keys and values at line 1"), "{refusal}");
    }

    #[test]
    fn a_document_has_fewer_than_128_levels() {
        let of = |levels: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(levels - 1), "]".repeat(levels - 1));
        assert!(Json::parse(of(127).as_bytes()).is_ok());
        let refusal = Json::parse(of(128).as_bytes()).unwrap_err().to_string();
        assert!(refusal.starts_with("recursion limit exceeded"), "{refusal}");
        assert!(Json::parse(of(1_000_000).as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_parsed_or_refused_without_a_panic(body: Vec<u8>) {
            let _ = Json::parse(&body);
        }
    }
}
