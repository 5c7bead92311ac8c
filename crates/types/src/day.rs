use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::Timestamp;

/// A day of the calendar in UTC, as AWS bills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(Date);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no day; write it as in 2026-01-31")]
pub struct InvalidDay(String);

impl Day {
    /// The day that `moment` is in.
    pub fn of(moment: Timestamp) -> Self {
        let moment =
            jiff::Timestamp::from_millisecond(moment.as_millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Self(TimeZone::UTC.to_datetime(moment).date())
    }

    pub fn first_of_month(self) -> Self {
        Self(self.0.first_of_month())
    }

    pub fn last_of_month(self) -> Self {
        Self(self.0.last_of_month())
    }

    /// As in `2026-01`: what AWS bills together.
    pub fn month(self) -> String {
        self.0.strftime("%Y-%m").to_string()
    }
}

impl FromStr for Day {
    type Err = InvalidDay;

    /// Exactly as it is printed, so that days in text are in order.
    fn from_str(s: &str) -> Result<Self, InvalidDay> {
        let day = s.parse().map(Self).map_err(|_| InvalidDay(s.to_owned()))?;
        if day.to_string() == s { Ok(day) } else { Err(InvalidDay(s.to_owned())) }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

crate::id::serde_as_text!(Day);

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_ends_at_midnight_in_utc() {
        let midnight = 1_767_312_000_000;
        assert_eq!(Day::of(Timestamp::from_millis(midnight)), day("2026-01-02"));
        assert_eq!(Day::of(Timestamp::from_millis(midnight - 1)), day("2026-01-01"));
    }

    #[test]
    fn a_month_has_a_first_and_a_last_day() {
        assert_eq!(day("2028-02-10").first_of_month(), day("2028-02-01"));
        assert_eq!(day("2028-02-10").last_of_month(), day("2028-02-29"));
        assert_eq!(day("2028-02-10").month(), "2028-02");
    }

    #[test]
    fn only_one_spelling_is_a_day() {
        for bad in ["", "2026-1-2", "20260102", "2026-02-30", "2026-01-02T00:00:00", "+002026-01-02"] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }
}
