//! How scalars are written where all is text: headers, labels, query parameters and XML.

use bytes::Bytes;
use hob_types::Timestamp;
use jiff::fmt::rfc2822;

use crate::schema::{Shape, TimestampFormat};
use crate::shape::{Malformed, Value, VisitItem};

/// One text from a header, a label or a parameter.
pub(super) struct Text<'a> {
    pub text: &'a str,
    /// How a timestamp is written at this place unless its shape says otherwise.
    pub timestamps: TimestampFormat,
}

fn convert<T>(text: &str, parsed: Option<T>, wanted: &str) -> Result<T, Malformed> {
    parsed.ok_or_else(|| Malformed(format!("{text:?} can not be converted to {wanted}")))
}

impl Value for Text<'_> {
    fn boolean(&self) -> Result<bool, Malformed> {
        convert(self.text, self.text.to_ascii_lowercase().parse().ok(), "a Boolean")
    }

    fn integer(&self) -> Result<i64, Malformed> {
        convert(self.text, self.text.parse().ok(), "an Integer")
    }

    fn double(&self) -> Result<f64, Malformed> {
        let parsed = special_double(self.text)
            .or_else(|| self.text.parse().ok().filter(|value: &f64| value.is_finite()));
        convert(self.text, parsed, "a Double")
    }

    fn string(&self) -> Result<String, Malformed> {
        Ok(self.text.to_owned())
    }

    fn blob(&self) -> Result<Bytes, Malformed> {
        use base64::Engine as _;
        let decoded = base64::engine::general_purpose::STANDARD.decode(self.text).ok();
        convert(self.text, decoded.map(Bytes::from), "a Blob")
    }

    fn timestamp(&self, format: Option<TimestampFormat>) -> Result<Timestamp, Malformed> {
        timestamp(self.text, format.unwrap_or(self.timestamps))
    }

    fn items(&self, _: &'static Shape, visit: &mut VisitItem<'_>) -> Result<(), Malformed> {
        self.text
            .split(',')
            .map(str::trim)
            .try_for_each(|text| visit(&Text { text, timestamps: self.timestamps }))
    }
}

/// What a number may be that JSON and XML cannot write as one.
pub(super) fn special_double(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

pub(super) fn timestamp(text: &str, format: TimestampFormat) -> Result<Timestamp, Malformed> {
    let moment = match format {
        TimestampFormat::UnixSeconds => text.parse().ok().and_then(moment),
        TimestampFormat::Rfc3339 => text.parse().ok().map(of_calendar),
        TimestampFormat::HttpDate => {
            rfc2822::DateTimeParser::new().parse_timestamp(text).ok().map(of_calendar)
        }
    };
    convert(text, moment, "a Timestamp")
}

/// So many seconds after 1970. `None`: the calendar has no such moment, so it could never be written.
pub(super) fn moment(seconds: f64) -> Option<Timestamp> {
    let millis = (seconds * 1000.0).round();
    // What is no number must not become a zero.
    let millis = millis.is_finite().then_some(millis as i64)?;
    jiff::Timestamp::from_millisecond(millis).ok().map(of_calendar)
}

fn of_calendar(moment: jiff::Timestamp) -> Timestamp {
    Timestamp::from_millis(moment.as_millisecond())
}

pub(super) fn format_timestamp(moment: Timestamp, format: TimestampFormat) -> String {
    match format {
        TimestampFormat::UnixSeconds => unix_seconds(moment),
        TimestampFormat::Rfc3339 if moment.as_millis() % 1000 == 0 => {
            moment.to_rfc3339().replace(".000Z", "Z")
        }
        TimestampFormat::Rfc3339 => moment.to_rfc3339(),
        TimestampFormat::HttpDate => {
            let moment = jiff::Timestamp::from_millisecond(moment.as_millis()).unwrap_or_default();
            moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
        }
    }
}

/// Without trailing zeros: `1767323045.678`, `1767323045.5`, `1767323045`.
fn unix_seconds(moment: Timestamp) -> String {
    let millis = moment.as_millis();
    let sign = if millis < 0 { "-" } else { "" };
    let (seconds, rest) = (millis.unsigned_abs() / 1000, millis.unsigned_abs() % 1000);
    let fraction = format!(".{rest:03}");
    format!("{sign}{seconds}{}", fraction.trim_end_matches('0').trim_end_matches('.'))
}

/// `NaN` and the infinities by name, everything else as Rust writes it, which no reader of AWS's minds.
pub(super) fn format_double(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else {
        format!("{value:?}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_moment_has_three_spellings() {
        let moment = Timestamp::from_millis(1_767_323_045_678);
        let spelled = |format| format_timestamp(moment, format);
        assert_eq!(spelled(TimestampFormat::UnixSeconds), "1767323045.678");
        assert_eq!(spelled(TimestampFormat::Rfc3339), "2026-01-02T03:04:05.678Z");
        assert_eq!(spelled(TimestampFormat::HttpDate), "Fri, 02 Jan 2026 03:04:05 GMT");
        assert_eq!(unix_seconds(Timestamp::from_millis(1_500)), "1.5");
        assert_eq!(unix_seconds(Timestamp::from_millis(2_000)), "2");
        assert_eq!(unix_seconds(Timestamp::from_millis(-1_500)), "-1.5");
    }

    #[test]
    fn a_moment_that_no_calendar_has_is_refused() {
        let read = |text| timestamp(text, TimestampFormat::UnixSeconds).map(Timestamp::as_millis);
        assert_eq!(read("253402207200"), Ok(253_402_207_200_000));
        for text in ["253402207201", "-377705023202", "NaN", "inf", "1e300", "9223372036854775807"] {
            assert_eq!(read(text), Err(Malformed(format!("{text:?} can not be converted to a Timestamp"))));
        }
    }

    proptest! {
        #[test]
        fn a_printed_moment_parses_to_itself(millis in 0_i64..253_402_300_799_000) {
            let moment = Timestamp::from_millis(millis);
            for format in [TimestampFormat::UnixSeconds, TimestampFormat::Rfc3339] {
                prop_assert_eq!(timestamp(&format_timestamp(moment, format), format), Ok(moment));
            }
            let whole = Timestamp::from_millis(millis / 1000 * 1000);
            let printed = format_timestamp(whole, TimestampFormat::HttpDate);
            prop_assert_eq!(timestamp(&printed, TimestampFormat::HttpDate), Ok(whole));
        }
    }
}
