use std::fmt;

use crate::config::Key;

/// The region of those who name none.
pub(super) const DEFAULT_REGION: &str = "us-east-1";

/// What requests are signed with.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) access_key_id: String,
    pub(super) secret_access_key: String,
    pub(super) session_token: Option<String>,
}

impl Credentials {
    /// `AWS_ACCESS_KEY_ID` and its companions, or else [`anyone`](Self::anyone).
    pub(super) fn from_environment() -> Self {
        match (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")) {
            (Some(access_key_id), Some(secret_access_key)) => {
                Self { access_key_id, secret_access_key, session_token: variable("AWS_SESSION_TOKEN") }
            }
            _ => Self::anyone(),
        }
    }

    /// What any server without access control accepts.
    pub(super) fn anyone() -> Self {
        let test = "test".to_owned();
        Self { access_key_id: test.clone(), secret_access_key: test, session_token: None }
    }
}

impl From<&Key> for Credentials {
    fn from(key: &Key) -> Self {
        Self {
            access_key_id: key.access_key_id.clone(),
            secret_access_key: key.secret_access_key.clone(),
            session_token: None,
        }
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// `AWS_REGION`, `AWS_DEFAULT_REGION`, or `us-east-1`.
pub(super) fn region() -> String {
    variable("AWS_REGION")
        .or_else(|| variable("AWS_DEFAULT_REGION"))
        .unwrap_or_else(|| DEFAULT_REGION.to_owned())
}
