//! How old a file is. Python takes compiled code (`.pyc`) only for a source of the age that it was compiled from:
//! a package that brings its `__pycache__` starts faster if ages survive.

use jiff::civil;
use jiff::tz::TimeZone;
use zip::DateTime;
use zip::extra_fields::ExtraField;

/// In seconds since 1970. `None`: the archive does not say, or nonsense.
pub(super) fn modified_at<'a>(
    mut extra_fields: impl Iterator<Item = &'a ExtraField>,
    coarse: Option<DateTime>,
) -> Option<i64> {
    let exact = extra_fields.find_map(|field| match field {
        ExtraField::ExtendedTimestamp(times) => times.mod_time(),
        _ => None,
    });
    exact.map(i64::from).or_else(|| coarse.and_then(from_dos))
}

/// DOS knows even seconds of a local time; where that was, nobody knows.
fn from_dos(time: DateTime) -> Option<i64> {
    let (year, month, day) = (time.year(), time.month(), time.day());
    let date = civil::Date::new(year.cast_signed(), month.cast_signed(), day.cast_signed()).ok()?;
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    let time = civil::Time::new(hour.cast_signed(), minute.cast_signed(), second.cast_signed(), 0).ok()?;
    let moment = date.to_datetime(time).to_zoned(TimeZone::UTC).ok()?;
    Some(moment.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dos_time_is_taken_for_utc() {
        let time = DateTime::from_date_and_time(2026, 1, 2, 3, 4, 6).unwrap();
        assert_eq!(modified_at(std::iter::empty(), Some(time)), Some(1_767_323_046));
        assert_eq!(modified_at(std::iter::empty(), None), None);
    }
}
