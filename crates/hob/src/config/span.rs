use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A length of time as people write it: `250ms`, `90s`, `5m`, `2h`; a bare number is seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "Text", into = "String")]
pub struct Span(pub Duration);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no length of time; write it as in `250ms`, `90s`, `5m` or `2h`")]
pub struct InvalidSpan(String);

/// TOML has numbers and strings; both are understood.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Text {
    Number(u64),
    Text(String),
}

impl TryFrom<Text> for Span {
    type Error = InvalidSpan;

    fn try_from(text: Text) -> Result<Self, InvalidSpan> {
        match text {
            Text::Number(seconds) => Ok(Self(Duration::from_secs(seconds))),
            Text::Text(text) => text.parse(),
        }
    }
}

impl FromStr for Span {
    type Err = InvalidSpan;

    fn from_str(text: &str) -> Result<Self, InvalidSpan> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let millis = match unit.trim() {
            "ms" => 1,
            "" | "s" => 1000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(InvalidSpan(text.to_owned())),
        };
        let number: u64 = number.parse().map_err(|_| InvalidSpan(text.to_owned()))?;
        let millis = number.checked_mul(millis).ok_or_else(|| InvalidSpan(text.to_owned()))?;
        Ok(Self(Duration::from_millis(millis)))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_millis() {
            millis if millis == 0 || millis % 1000 != 0 => write!(f, "{millis}ms"),
            millis if millis % 60_000 != 0 => write!(f, "{}s", millis / 1000),
            millis if millis % 3_600_000 != 0 => write!(f, "{}m", millis / 60_000),
            millis => write!(f, "{}h", millis / 3_600_000),
        }
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_understood_and_printed_back() {
        for text in ["250ms", "90s", "5m", "2h", "1500ms"] {
            assert_eq!(text.parse::<Span>().map(|span| span.to_string()), Ok(text.to_owned()));
        }
        assert_eq!("300".parse::<Span>().map(|span| span.to_string()), Ok("5m".to_owned()));
        for bad in ["", "s", "-1s", "1.5h", "5 parsecs", "99999999999999999999h"] {
            assert!(bad.parse::<Span>().is_err(), "{bad}");
        }
    }
}
