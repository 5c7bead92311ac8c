use std::fmt;

/// What requests are signed with.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) access_key_id: String,
    pub(super) secret_access_key: String,
    pub(super) session_token: Option<String>,
}

impl Credentials {
    /// `AWS_ACCESS_KEY_ID` and its companions, or `test` and `test`, which any server without access control
    /// accepts.
    pub(super) fn from_environment() -> Self {
        let read = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            access_key_id: read("AWS_ACCESS_KEY_ID").unwrap_or_else(|| "test".to_owned()),
            secret_access_key: read("AWS_SECRET_ACCESS_KEY").unwrap_or_else(|| "test".to_owned()),
            session_token: read("AWS_SESSION_TOKEN"),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// `AWS_REGION`, `AWS_DEFAULT_REGION`, or `us-east-1`.
pub(super) fn region() -> String {
    let read = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    read("AWS_REGION").or_else(|| read("AWS_DEFAULT_REGION")).unwrap_or_else(|| "us-east-1".to_owned())
}
