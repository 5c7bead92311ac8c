/// What part of a bucket to list. Keys are in the order of their UTF-8 bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListingQuery {
    pub bucket: String,
    pub prefix: String,
    /// Keys that have it after the prefix are rolled up to what they have in common; never empty.
    pub delimiter: Option<String>,
    pub start: ListingStart,
    pub limit: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ListingStart {
    #[default]
    Beginning,
    /// After this key, whether it exists or not.
    AfterKey(String),
    /// After all keys that begin so.
    AfterPrefix(String),
    /// After this version or upload of this key.
    Within { key: String, id: String },
}

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing<T> {
    pub items: Vec<Listed<T>>,
    /// There are more after the last item.
    pub is_truncated: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed<T> {
    One(T),
    /// All keys that begin so, at least one.
    Prefix(String),
}
