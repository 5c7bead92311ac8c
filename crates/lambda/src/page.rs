//! Lists, a page at a time.

/// Items per answer where nothing else is said, however many were asked for. Source: the List operations.
const PAGE_MAX: usize = 50;

/// Which page of a list a caller wants.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// The last item of the page before.
    pub(crate) after: Option<String>,
    limit: usize,
}

#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// After which item the next page goes on, if there is more.
    pub(crate) next: Option<String>,
}

impl Wanted {
    /// At most so many items, and never more than a page holds.
    pub(crate) fn new(after: Option<String>, limit: Option<usize>) -> Self {
        Self { after, limit: limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX) }
    }

    /// One more than is shown tells whether there is more.
    pub(crate) fn limit_and_one(&self) -> usize {
        self.limit + 1
    }

    /// Of up to [`limit_and_one`](Self::limit_and_one) items, each with a name by which the list is ordered.
    pub(crate) fn page<T>(&self, mut items: Vec<T>, name: impl Fn(&T) -> String) -> Page<T> {
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let next = items.last().filter(|_| more).map(name);
        Page { items, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(limit: usize, items: &[&str]) -> (usize, Option<String>) {
        let page = Wanted::new(None, Some(limit)).page(items.to_vec(), |item| (*item).to_owned());
        (page.items.len(), page.next)
    }

    #[test]
    fn a_page_says_where_the_next_begins_if_there_is_one() {
        assert_eq!(page(2, &["a", "b"]), (2, None));
        assert_eq!(page(2, &["a", "b", "c"]), (2, Some("b".to_owned())));
        assert_eq!(page(2, &[]), (0, None));
    }

    #[test]
    fn a_page_has_fifty_items_at_most() {
        assert_eq!(Wanted::new(None, Some(10_000)).limit, 50);
        assert_eq!(Wanted::new(None, None).limit, 50);
    }
}
