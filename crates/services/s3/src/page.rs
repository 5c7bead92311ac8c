/// Part of a list, and where the rest begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// There are more after the last item.
    pub(crate) is_truncated: bool,
}

impl<T> Page<T> {
    /// From up to `limit` + 1 items.
    pub(crate) fn cut(mut items: Vec<T>, limit: usize) -> Self {
        let is_truncated = items.len() > limit;
        items.truncate(limit);
        Self { items, is_truncated }
    }
}
