/// Why something was not accepted. It has changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// There is no such queue, topic, function or bucket; later there may be one, but nobody waits for that.
    #[error("{0} does not exist")]
    NoTarget(String),
    /// The target will never take it: it is too large, of the wrong kind, or not permitted.
    #[error("{0}")]
    Refused(String),
    /// Not now, as when the disk is full or the server ends. Try again later.
    #[error("{0}")]
    Unavailable(String),
}

impl DeliveryError {
    /// Whether the same delivery may succeed later.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}
