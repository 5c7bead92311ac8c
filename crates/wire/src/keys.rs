//! Who may sign.

use hob_types::AccountId;

/// What is behind an access key id.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    pub secret: String,
    pub account: AccountId,
    /// Such as `arn:aws:iam::000000000000:user/alice` or `arn:aws:sts::000000000000:assumed-role/role/function`.
    pub arn: String,
    /// What GetCallerIdentity calls `UserId`.
    pub user_id: String,
    /// Of temporary keys: must come with the request.
    pub session_token: Option<String>,
}

/// Where keys are looked up: those of the configuration, and those of execution environments.
pub trait Keys: Send + Sync {
    fn secret(&self, access_key_id: &str) -> Option<Key>;
}

/// Nobody has a key.
#[derive(Clone, Copy, Debug)]
pub struct NoKeys;

impl Keys for NoKeys {
    fn secret(&self, _: &str) -> Option<Key> {
        None
    }
}
