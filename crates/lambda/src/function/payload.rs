//! Whether a payload is JSON. Finding out builds nothing; only a refusal looks closer, to say what is wrong in
//! the words of Jackson, which AWS parses payloads with.

use std::fmt;

use serde::de::IgnoredAny;

/// What is wrong with a payload, and where.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem} (line {line}, column {column})")]
pub(crate) struct InvalidPayload {
    pub(crate) problem: Problem,
    /// From 1.
    pub(crate) line: usize,
    /// From 1, in bytes.
    pub(crate) column: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    InvalidUtf8StartByte(u8),
    InvalidUtf8MiddleByte(u8),
    UnexpectedCharacter(u8, &'static str),
    IllegalInString(u8),
    UnrecognizedToken(String),
    UnexpectedEnd(&'static str),
}

const A_VALUE: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const EXPECTED_VALUE: &str =
    "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const IN_STRING: &str = ": was expecting closing quote for a string value";

pub(crate) fn check_json(payload: &[u8]) -> Result<(), InvalidPayload> {
    match std::str::from_utf8(payload) {
        Ok(text) => match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => Ok(()),
            Err(error) => Err(explain(payload, &error)),
        },
        Err(error) => Err(explain_utf8(payload, error)),
    }
}

fn explain_utf8(payload: &[u8], error: std::str::Utf8Error) -> InvalidPayload {
    let (valid, rest) = payload.split_at(error.valid_up_to());
    // Outside a string Jackson sees bytes, not characters.
    let before = match serde_json::from_slice::<IgnoredAny>(valid) {
        Ok(_) => return unexpected(payload, valid.len(), EXPECTED_VALUE),
        Err(error) if error.is_eof() => error.to_string(),
        Err(error) => return explain(payload, &error),
    };
    if !before.starts_with("EOF while parsing a string") {
        return unexpected(payload, valid.len(), expectation(&before));
    }
    match *rest {
        [0xc2..=0xf4] => at(payload, payload.len(), Problem::UnexpectedEnd(IN_STRING)),
        [0xc2..=0xf4, middle, ..] => at(payload, valid.len() + 2, Problem::InvalidUtf8MiddleByte(middle)),
        [start, ..] => at(payload, valid.len() + 1, Problem::InvalidUtf8StartByte(start)),
        [] => at(payload, valid.len(), Problem::UnexpectedEnd(IN_STRING)),
    }
}

fn explain(payload: &[u8], error: &serde_json::Error) -> InvalidPayload {
    let message = error.to_string();
    if error.is_eof() {
        return at(payload, payload.len(), Problem::UnexpectedEnd(end(&message)));
    }
    let offset = offset_of(payload, error.line(), error.column());
    let character = payload.get(offset).copied().unwrap_or(0);
    if message.starts_with("control character") {
        at(payload, offset, Problem::IllegalInString(character))
    } else if message.starts_with("expected ident") || is_word(character) && message.starts_with("expected v")
    {
        unrecognized(payload, offset)
    } else {
        unexpected(payload, offset, expectation(&message))
    }
}

fn unrecognized(payload: &[u8], offset: usize) -> InvalidPayload {
    let is_end = |byte: &u8| !is_word(*byte);
    let start = payload[..offset].iter().rposition(&is_end).map_or(0, |before| before + 1);
    let end = payload[start..].iter().position(is_end).map_or(payload.len(), |len| start + len);
    let token = String::from_utf8_lossy(&payload[start..end]).into_owned();
    at(payload, end, Problem::UnrecognizedToken(token))
}

fn unexpected(payload: &[u8], offset: usize, expectation: &'static str) -> InvalidPayload {
    let character = payload.get(offset).copied().unwrap_or(0);
    at(payload, offset, Problem::UnexpectedCharacter(character, expectation))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

/// serde_json's words to Jackson's.
fn expectation(message: &str) -> &'static str {
    const OF: [(&str, &str); 6] = [
        ("key must be a string", "was expecting double-quote to start field name"),
        ("expected `:`", "was expecting a colon to separate field name and value"),
        ("expected `,` or `}`", "was expecting comma to separate Object entries"),
        ("expected `,` or `]`", "was expecting comma to separate Array entries"),
        ("EOF while parsing an object", "was expecting comma to separate Object entries"),
        ("EOF while parsing a list", "was expecting comma to separate Array entries"),
    ];
    OF.iter().find(|(ours, _)| message.starts_with(ours)).map_or(EXPECTED_VALUE, |(_, jackson)| jackson)
}

fn end(message: &str) -> &'static str {
    const OF: [(&str, &str); 3] = [
        ("EOF while parsing a string", IN_STRING),
        ("EOF while parsing an object", ": expected close marker for Object"),
        ("EOF while parsing a list", ": expected close marker for Array"),
    ];
    OF.iter().find(|(ours, _)| message.starts_with(ours)).map_or("", |(_, jackson)| jackson)
}

/// serde_json counts columns from 1, in bytes.
fn offset_of(payload: &[u8], line: usize, column: usize) -> usize {
    let mut breaks = payload.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let start = if line > 1 { breaks.nth(line - 2).unwrap_or(0) } else { 0 };
    start + column.saturating_sub(1)
}

fn at(payload: &[u8], offset: usize, problem: Problem) -> InvalidPayload {
    let before = &payload[..offset.min(payload.len())];
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    InvalidPayload { problem, line, column: offset - line_start + 1 }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidUtf8StartByte(byte) => write!(f, "Invalid UTF-8 start byte 0x{byte:x}"),
            Self::InvalidUtf8MiddleByte(byte) => write!(f, "Invalid UTF-8 middle byte 0x{byte:x}"),
            Self::UnexpectedCharacter(byte, expectation) => {
                write!(f, "Unexpected character ({}): {expectation}", Character(*byte))
            }
            Self::IllegalInString(byte) => write!(
                f,
                "Illegal unquoted character ({}): has to be escaped using backslash to be included in string value",
                Character(*byte)
            ),
            Self::UnrecognizedToken(token) => {
                write!(f, "Unrecognized token '{token}': was expecting {A_VALUE}")
            }
            Self::UnexpectedEnd(what) => write!(f, "Unexpected end-of-input{what}"),
        }
    }
}

struct Character(u8);

impl fmt::Display for Character {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match char::from(self.0) {
            control if control.is_control() => write!(f, "(CTRL-CHAR, code {})", self.0),
            plain => write!(f, "'{plain}' (code {})", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(payload: &[u8], expected: &str) {
        let found = check_json(payload).map_or_else(|invalid| invalid.to_string(), |()| "fine".to_owned());
        assert_eq!(found, expected, "{}", String::from_utf8_lossy(payload));
    }

    #[test]
    fn any_json_value_is_a_payload() {
        for json in ["{}", "null", " [1, 2.5e9] ", "\"text\"", "{\"a\":{\"b\":[true]}}", "\"\u{fc}\""] {
            check(json.as_bytes(), "fine");
        }
        // Deeper than a recursive parser may go.
        check(format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).as_bytes(), "fine");
    }

    #[test]
    fn recorded_from_aws() {
        check(
            b"\x99",
            "Unexpected character ((CTRL-CHAR, code 153)): expected a valid value (JSON String, Number, Array, \
             Object or token 'null', 'true' or 'false') (line 1, column 1)",
        );
        check(b"\"\x87\"", "Invalid UTF-8 start byte 0x87 (line 1, column 3)");
    }

    #[test]
    fn what_is_wrong_is_said_as_jackson_says_it() {
        check(
            b"hello",
            "Unrecognized token 'hello': was expecting (JSON String, Number, Array, Object or token 'null', \
             'true' or 'false') (line 1, column 6)",
        );
        check(
            b"{\"a\" 1}",
            "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value (line 1, column 6)",
        );
        check(
            b"{a: 1}",
            "Unexpected character ('a' (code 97)): was expecting double-quote to start field name (line 1, column 2)",
        );
        check(b"{\"a\":1", "Unexpected end-of-input: expected close marker for Object (line 1, column 7)");
        check(
            b"\"abc",
            "Unexpected end-of-input: was expecting closing quote for a string value (line 1, column 5)",
        );
        check(
            b"[1,\n 2 3]",
            "Unexpected character ('3' (code 51)): was expecting comma to separate Array entries (line 2, column 4)",
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_accepted_or_explained(payload in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = check_json(&payload);
        }

        #[test]
        fn anything_like_json_is_accepted_or_explained(payload in "[\\[\\]{}:,\"\\\\a-z0-9 \n.-]{0,30}") {
            let accepted = serde_json::from_str::<serde_json::Value>(&payload).is_ok();
            prop_assert!(!accepted || check_json(payload.as_bytes()).is_ok());
        }
    }
}
