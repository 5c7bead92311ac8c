//! Whether a leaf of an event meets a condition.

use std::cmp::Ordering;
use std::net::IpAddr;

use serde_json::{Number, Value};

use super::{Condition, Forbidden, NumericRange, TextMatch};

impl Condition {
    /// Whether a value that is there meets it. A string meets no condition on numbers, nor a number one on strings.
    pub(super) fn is_met_by(&self, leaf: &Value) -> bool {
        match (self, leaf) {
            (Self::Exists(exists), _) => *exists,
            (Self::Equals(Value::Number(wanted)), Value::Number(number)) => equal(wanted, number),
            (Self::Equals(wanted), leaf) => wanted == leaf,
            (Self::Text(wanted), Value::String(text)) => wanted.is_met_by(text),
            (Self::AnythingBut(forbidden), leaf) => !forbidden.includes(leaf),
            (Self::Numeric(range), Value::Number(number)) => {
                number.as_f64().is_some_and(|number| range.includes(number))
            }
            (Self::Cidr { network, prefix }, Value::String(text)) => {
                text.parse().is_ok_and(|address| in_network(*network, *prefix, address))
            }
            (Self::Text(_) | Self::Numeric(_) | Self::Cidr { .. }, _) => false,
        }
    }
}

impl TextMatch {
    fn is_met_by(&self, text: &str) -> bool {
        match self {
            Self::Prefix { text: prefix, ignore_case: false } => text.starts_with(prefix),
            Self::Suffix { text: suffix, ignore_case: false } => text.ends_with(suffix),
            Self::Prefix { text: prefix, ignore_case: true } => starts_with(folded(text), folded(prefix)),
            Self::Suffix { text: suffix, ignore_case: true } => {
                starts_with(folded(text).rev(), folded(suffix).rev())
            }
            Self::EqualsIgnoreCase(wanted) => folded(text).eq(folded(wanted)),
            Self::Wildcard(parts) => wildcard(parts, text),
        }
    }
}

impl Forbidden {
    /// A number is none of the forbidden strings, and so on.
    fn includes(&self, leaf: &Value) -> bool {
        match (self, leaf) {
            (Self::Texts(texts), Value::String(leaf)) => texts.contains(leaf),
            (Self::Numbers(numbers), Value::Number(leaf)) => numbers.iter().any(|number| equal(number, leaf)),
            (Self::Matches(matches), Value::String(leaf)) => matches.iter().any(|one| one.is_met_by(leaf)),
            _ => false,
        }
    }
}

impl NumericRange {
    fn includes(&self, number: f64) -> bool {
        let from = self
            .from
            .is_none_or(|from| if from.inclusive { number >= from.value } else { number > from.value });
        let to = self.to.is_none_or(|to| if to.inclusive { number <= to.value } else { number < to.value });
        from && to
    }
}

/// By value: 300, 300.0 and 3e2 are the same, as for Event Ruler. (Some of AWS's guides still say that their texts are
/// compared; they were, before it knew numbers.)
fn equal(one: &Number, other: &Number) -> bool {
    one == other
        || (one.is_f64() || other.is_f64())
            && one.as_f64().partial_cmp(&other.as_f64()) == Some(Ordering::Equal)
}

fn folded(text: &str) -> impl DoubleEndedIterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

fn starts_with(mut letters: impl Iterator<Item = char>, mut start: impl Iterator<Item = char>) -> bool {
    start.all(|letter| letters.next() == Some(letter))
}

/// The first part is where the text begins, the last where it ends, and each other one is as near to the one before
/// it as can be. So each letter is looked at about once, however many asterisks there are.
fn wildcard(parts: &[String], text: &str) -> bool {
    let [first, middle @ .., last] = parts else { return parts == [text] };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for part in middle {
        match rest.split_once(part.as_str()) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last.as_str())
}

fn in_network(network: IpAddr, prefix: u8, address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let host_bits = 32_u32.saturating_sub(prefix.into());
            (network.to_bits() ^ address.to_bits()).checked_shr(host_bits).unwrap_or(0) == 0
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let host_bits = 128_u32.saturating_sub(prefix.into());
            (network.to_bits() ^ address.to_bits()).checked_shr(host_bits).unwrap_or(0) == 0
        }
        _ => false,
    }
}
