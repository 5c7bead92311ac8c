//! Whose the objects are that others put, and whether access control lists count.

use serde::{Deserialize, Serialize};

use super::store::SubResource;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ObjectOwnership {
    BucketOwnerPreferred,
    ObjectWriter,
    /// The owner's, and lists do not count.
    BucketOwnerEnforced,
}

/// What a bucket says of it. A new bucket has [`ObjectOwnership::BucketOwnerEnforced`]; `None`: that was deleted, which
/// is like [`ObjectOwnership::ObjectWriter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct OwnershipControls(pub(crate) Option<ObjectOwnership>);

impl SubResource for OwnershipControls {
    const NAME: &'static str = "ownershipControls";
}

impl Default for OwnershipControls {
    fn default() -> Self {
        Self(Some(ObjectOwnership::BucketOwnerEnforced))
    }
}

impl OwnershipControls {
    pub(crate) fn lists_count(self) -> bool {
        self.0 != Some(ObjectOwnership::BucketOwnerEnforced)
    }
}

impl ObjectOwnership {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let all = [Self::BucketOwnerPreferred, Self::ObjectWriter, Self::BucketOwnerEnforced];
        all.into_iter().find(|ownership| ownership.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::BucketOwnerPreferred => "BucketOwnerPreferred",
            Self::ObjectWriter => "ObjectWriter",
            Self::BucketOwnerEnforced => "BucketOwnerEnforced",
        }
    }
}
