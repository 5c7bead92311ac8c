use std::ops::Range;

use crate::S3Error;

/// What a `Range` header means for an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ByteRange {
    /// There is none, or it says nothing that is understood, or several ranges: the whole object.
    Whole,
    Part(Range<u64>),
    /// It begins behind the end.
    Unsatisfiable,
}

impl ByteRange {
    pub(crate) fn parse(header: &str, size: u64) -> Self {
        let Some((first, last)) = header.strip_prefix("bytes=").and_then(|range| range.split_once('-'))
        else {
            return Self::Whole;
        };
        match (number(first), number(last)) {
            (Some(first), Some(last)) if last < first => Self::Whole,
            (Some(first), _) if first >= size && (last.is_empty() || number(last).is_some()) => {
                Self::Unsatisfiable
            }
            (Some(first), Some(last)) => Self::Part(first..size.min(last.saturating_add(1))),
            (Some(first), None) if last.is_empty() => Self::Part(first..size),
            (None, Some(0)) if first.is_empty() => Self::Unsatisfiable,
            (None, Some(_)) if first.is_empty() && size == 0 => Self::Unsatisfiable,
            (None, Some(last)) if first.is_empty() => Self::Part(size.saturating_sub(last)..size),
            _ => Self::Whole,
        }
    }
}

/// `x-amz-copy-source-range`, which must have both ends, within the source.
pub(crate) fn copy_range(header: &str, size: u64) -> Result<Range<u64>, S3Error> {
    let refused = |message| S3Error::InvalidArgument {
        name: "x-amz-copy-source-range",
        value: header.to_owned(),
        message,
    };
    let range = header.strip_prefix("bytes=").and_then(|range| range.split_once('-'));
    let ends = range.and_then(|(first, last)| Some((number(first)?, number(last)?)));
    let (first, last) = ends.filter(|(first, last)| first <= last).ok_or_else(|| {
        refused("The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy")
    })?;
    if last < size {
        Ok(first..last + 1)
    } else {
        Err(refused("Range specified is not valid for source object"))
    }
}

/// Digits only.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::ByteRange::{Part, Unsatisfiable, Whole};
    use super::*;

    fn of_ten(header: &str) -> ByteRange {
        ByteRange::parse(header, 10)
    }

    #[test]
    fn a_range_is_cut_at_the_end() {
        assert_eq!(of_ten("bytes=0-4"), Part(0..5));
        assert_eq!(of_ten("bytes=3-99"), Part(3..10));
        assert_eq!(of_ten("bytes=3-"), Part(3..10));
        assert_eq!(of_ten("bytes=-3"), Part(7..10));
        assert_eq!(of_ten("bytes=-99"), Part(0..10));
        assert_eq!(of_ten("bytes=9-99999999999999999999999"), Part(9..10));
    }

    #[test]
    fn what_begins_behind_the_end_cannot_be_had() {
        assert_eq!(of_ten("bytes=10-"), Unsatisfiable);
        assert_eq!(of_ten("bytes=10-12"), Unsatisfiable);
        assert_eq!(of_ten("bytes=-0"), Unsatisfiable);
        assert_eq!(ByteRange::parse("bytes=0-0", 0), Unsatisfiable);
        assert_eq!(ByteRange::parse("bytes=-1", 0), Unsatisfiable);
    }

    #[test]
    fn what_is_not_one_range_is_ignored() {
        for header in
            ["", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=0-1,3-4", "lines=0-1", "bytes=+1-2"]
        {
            assert_eq!(of_ten(header), Whole, "{header}");
        }
    }

    #[test]
    fn a_range_of_a_source_has_both_ends_within_it() {
        assert_eq!(copy_range("bytes=2-9", 10).unwrap(), 2..10);
        for header in ["bytes=2-10", "bytes=2-", "bytes=-2", "2-3", "bytes=3-2"] {
            assert!(copy_range(header, 10).is_err(), "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_range_is_within_the_object(header in "bytes=[0-9,-]{0,6}", size in 0u64..20) {
            if let Part(range) = ByteRange::parse(&header, size) {
                prop_assert!(range.start < range.end && range.end <= size);
            }
        }
    }
}
