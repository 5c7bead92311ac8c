use std::fmt;

use hob_types::AccountId;

/// An access key that callers may sign with under `auth`.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    pub access_key_id: String,
    #[serde(serialize_with = "hidden")]
    pub secret_access_key: String,
    /// The account it acts in; `000000000000` by default.
    #[serde(default = "AccountId::local")]
    pub account: AccountId,
}

/// `hob config` shows which keys there are, never what they are.
fn hidden<S: serde::Serializer>(_secret: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("(hidden)")
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}
