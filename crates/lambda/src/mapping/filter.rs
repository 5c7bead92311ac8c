//! Which events a function wants.

use hob_types::{EventPattern, Pattern};

use super::SourceKind;

/// Source: Lambda guide, "Event filtering": five unless more are asked for.
const FILTERS_MAX: usize = 5;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidFilter {
    #[error("more than {FILTERS_MAX} filters")]
    TooMany { max: usize },
    #[error("a filter is no event pattern")]
    Malformed,
}

pub(super) fn check(filters: &[String], kind: SourceKind) -> Result<(), InvalidFilter> {
    if filters.len() > FILTERS_MAX {
        return Err(InvalidFilter::TooMany { max: FILTERS_MAX });
    }
    filters.iter().try_for_each(|filter| check_one(filter, kind))
}

/// What a stream's record holds is JSON, or no pattern could match it.
fn check_one(filter: &str, kind: SourceKind) -> Result<(), InvalidFilter> {
    let pattern: EventPattern = filter.parse().map_err(|_| InvalidFilter::Malformed)?;
    let data = match kind {
        SourceKind::Kinesis => pattern.0.all.get("data"),
        SourceKind::DynamoDb => pattern.0.all.get("dynamodb"),
        _ => None,
    };
    match data {
        Some(Pattern::OneOf(_)) => Err(InvalidFilter::Malformed),
        Some(Pattern::Object(_)) | None => Ok(()),
    }
}
