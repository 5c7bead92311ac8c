/// A part of a list, and how to ask for the rest.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// `None`: this was the last page.
    pub(crate) next_token: Option<String>,
}

impl<T> Page<T> {
    /// From up to `limit` + 1 items; `token` makes the token to go on after the page's last.
    pub(crate) fn cut(mut items: Vec<T>, limit: usize, token: impl FnOnce(&T) -> String) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next_token = items.last().filter(|_| more).map(token);
        Self { items, next_token }
    }
}
