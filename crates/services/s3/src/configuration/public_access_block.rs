//! What a bucket never opens to everybody, whatever its policy and lists say.

use serde::{Deserialize, Serialize};

use super::store::SubResource;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PublicAccessBlock {
    pub(crate) block_public_acls: bool,
    pub(crate) ignore_public_acls: bool,
    pub(crate) block_public_policy: bool,
    pub(crate) restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    /// A new bucket's.
    pub(crate) const NEW: Self = Self {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };

    const NOTHING: Self = Self {
        block_public_acls: false,
        ignore_public_acls: false,
        block_public_policy: false,
        restrict_public_buckets: false,
    };
}

/// `None`: it was deleted. A bucket that was never asked has [`PublicAccessBlock::NEW`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct KeptPublicAccessBlock(pub(crate) Option<PublicAccessBlock>);

impl SubResource for KeptPublicAccessBlock {
    const NAME: &'static str = "publicAccessBlock";
}

impl Default for KeptPublicAccessBlock {
    fn default() -> Self {
        Self(Some(PublicAccessBlock::NEW))
    }
}

impl KeptPublicAccessBlock {
    /// What holds.
    pub(crate) fn effective(self) -> PublicAccessBlock {
        self.0.unwrap_or(PublicAccessBlock::NOTHING)
    }
}
