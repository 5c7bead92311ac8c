//! Paging tokens. They mean nothing to a caller, and one that was not given out for the same thing is refused.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hob_storage::EventPosition;
use hob_types::Timestamp;

use crate::LogsError;

/// A token that carries text. `scope` says what it is for, such as an operation and its group.
pub(crate) fn seal(scope: &str, text: &str) -> String {
    BASE64.encode([&checksum(scope, text).to_be_bytes(), text.as_bytes()].concat())
}

pub(crate) fn unseal(scope: &str, token: &str) -> Result<String, LogsError> {
    let bytes = BASE64.decode(token).map_err(|_| LogsError::InvalidToken)?;
    let (sum, text) = bytes.split_first_chunk().ok_or(LogsError::InvalidToken)?;
    let text = std::str::from_utf8(text).map_err(|_| LogsError::InvalidToken)?;
    if u64::from_be_bytes(*sum) == checksum(scope, text) {
        Ok(text.to_owned())
    } else {
        Err(LogsError::InvalidToken)
    }
}

/// A position among events as 56 decimal digits, in the form of AWS's tokens and event ids: milliseconds,
/// sequence and checksum. Ids of one scope order as the events do.
pub(crate) fn position_digits(scope: &str, position: EventPosition) -> String {
    let place = format!("{:016}{:020}", position.timestamp.as_millis().max(0), position.sequence);
    let sum = checksum(scope, &place);
    format!("{place}{sum:020}")
}

pub(crate) fn parse_position(scope: &str, digits: &str) -> Result<EventPosition, LogsError> {
    let position = (|| {
        let timestamp = Timestamp::from_millis(digits.get(..16)?.parse().ok()?);
        Some(EventPosition { timestamp, sequence: digits.get(16..36)?.parse().ok()? })
    })();
    // Making them again also finds every other way to write the same numbers.
    position.filter(|position| position_digits(scope, *position) == digits).ok_or(LogsError::InvalidToken)
}

/// FNV-1a, 64 bits. A token gives no right that its bearer lacks, so it need not withstand an attack.
fn checksum(scope: &str, text: &str) -> u64 {
    let bytes = scope.bytes().chain([0]).chain(text.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |sum: u64, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(millis: i64, sequence: u64) -> EventPosition {
        EventPosition { timestamp: Timestamp::from_millis(millis), sequence }
    }

    #[test]
    fn a_position_has_56_digits_that_order_as_the_events_do() {
        let digits = |millis, sequence| position_digits("s", at(millis, sequence));
        assert_eq!(digits(1_767_323_045_678, 7).len(), 56);
        assert!(digits(1, 2) < digits(1, 10) && digits(1, 10) < digits(2, 1));
    }

    #[test]
    fn a_token_for_something_else_is_refused() {
        assert!(unseal("groups", &seal("groups", "name")).is_ok());
        assert!(unseal("streams", &seal("groups", "name")).is_err());
        let digits = position_digits("s", at(1, 1));
        assert!(parse_position("t", &digits).is_err());
        assert!(parse_position("s", &digits.replacen('0', "+", 1)).is_err());
    }

    proptest! {
        #[test]
        fn what_was_sealed_can_be_read(scope in ".{0,9}", text in ".{0,40}") {
            prop_assert_eq!(unseal(&scope, &seal(&scope, &text)).unwrap(), text);
        }

        #[test]
        fn a_position_is_read_as_it_was_written(millis in 0..i64::pow(10, 16), sequence: u64) {
            let digits = position_digits("s", at(millis, sequence));
            prop_assert_eq!(parse_position("s", &digits).unwrap(), at(millis, sequence));
        }

        #[test]
        fn any_other_text_is_refused_without_panic(text in "\\PC{0,60}") {
            prop_assert!(unseal("s", &text).is_err());
            prop_assert!(parse_position("s", &text).is_err());
        }
    }
}
