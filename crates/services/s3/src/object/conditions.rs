use hob_types::Timestamp;

/// What a reader wants to be so of the object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReadConditions {
    /// ETags in quotes or without, with commas between them, or `*`.
    pub(crate) if_match: Option<String>,
    pub(crate) if_none_match: Option<String>,
    pub(crate) if_modified_since: Option<Timestamp>,
    pub(crate) if_unmodified_since: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Go,
    NotModified,
    /// Names the condition.
    Failed(&'static str),
}

impl ReadConditions {
    /// A condition on the ETag outweighs the one on the time that goes the same way. Source: RFC 9110, 13.2.2.
    pub(crate) fn check(&self, etag: &str, modified: Timestamp) -> Verdict {
        let later_than = |moment: Timestamp| seconds(modified) > seconds(moment);
        match (&self.if_match, self.if_unmodified_since) {
            (Some(etags), _) if !names(etags, etag) => return Verdict::Failed("If-Match"),
            (None, Some(moment)) if later_than(moment) => return Verdict::Failed("If-Unmodified-Since"),
            _ => {}
        }
        match (&self.if_none_match, self.if_modified_since) {
            (Some(etags), _) if names(etags, etag) => Verdict::NotModified,
            (None, Some(moment)) if !later_than(moment) => Verdict::NotModified,
            _ => Verdict::Go,
        }
    }

    /// The same, for what is not sent to the reader: that it has not changed is a failure, too.
    pub(crate) fn check_source(&self, etag: &str, modified: Timestamp) -> Verdict {
        match self.check(etag, modified) {
            Verdict::NotModified if self.if_none_match.is_some() => {
                Verdict::Failed("x-amz-copy-source-If-None-Match")
            }
            Verdict::NotModified => Verdict::Failed("x-amz-copy-source-If-Modified-Since"),
            Verdict::Failed("If-Match") => Verdict::Failed("x-amz-copy-source-If-Match"),
            Verdict::Failed(_) => Verdict::Failed("x-amz-copy-source-If-Unmodified-Since"),
            Verdict::Go => Verdict::Go,
        }
    }
}

/// Headers say no more than that.
fn seconds(moment: Timestamp) -> i64 {
    moment.as_millis().div_euclid(1000)
}

fn names(etags: &str, etag: &str) -> bool {
    etags.split(',').map(|one| unquoted(one.trim())).any(|one| one == "*" || one == etag)
}

/// An ETag as it is stored.
pub(crate) fn unquoted(etag: &str) -> &str {
    let etag = etag.strip_prefix("W/").unwrap_or(etag);
    etag.strip_prefix('"').and_then(|etag| etag.strip_suffix('"')).unwrap_or(etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODIFIED: Timestamp = Timestamp::from_millis(10_500);

    fn check(conditions: ReadConditions) -> Verdict {
        conditions.check("etag", MODIFIED)
    }

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn at(seconds: i64) -> Option<Timestamp> {
        Some(Timestamp::from_millis(seconds * 1000))
    }

    #[test]
    fn an_etag_is_one_of_a_list_or_any() {
        for etags in ["etag", "\"etag\"", "W/\"etag\"", "\"other\", \"etag\"", "*"] {
            let condition = ReadConditions { if_match: text(etags), ..Default::default() };
            assert_eq!(check(condition), Verdict::Go, "{etags}");
            let condition = ReadConditions { if_none_match: text(etags), ..Default::default() };
            assert_eq!(check(condition), Verdict::NotModified, "{etags}");
        }
        let condition = ReadConditions { if_match: text("other"), ..Default::default() };
        assert_eq!(check(condition), Verdict::Failed("If-Match"));
    }

    #[test]
    fn times_are_compared_by_the_second() {
        let since = |moment| ReadConditions { if_modified_since: moment, ..Default::default() };
        assert_eq!(check(since(at(9))), Verdict::Go);
        assert_eq!(check(since(at(10))), Verdict::NotModified);
        let unmodified = |moment| ReadConditions { if_unmodified_since: moment, ..Default::default() };
        assert_eq!(check(unmodified(at(10))), Verdict::Go);
        assert_eq!(check(unmodified(at(9))), Verdict::Failed("If-Unmodified-Since"));
    }

    #[test]
    fn the_etag_outweighs_the_time() {
        let condition =
            ReadConditions { if_match: text("etag"), if_unmodified_since: at(1), ..Default::default() };
        assert_eq!(check(condition), Verdict::Go);
        let condition =
            ReadConditions { if_none_match: text("other"), if_modified_since: at(20), ..Default::default() };
        assert_eq!(check(condition), Verdict::Go);
    }
}
