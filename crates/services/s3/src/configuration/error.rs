use super::acl::AclError;
use super::{CorsError, EncryptionRefused, MalformedPolicy, TagError};
use crate::S3Error;
use crate::notification::NotificationError;

/// Why what a bucket is set to cannot be had or changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigurationError {
    #[error("there must be one rule")]
    Malformed,
    #[error(transparent)]
    Policy(#[from] MalformedPolicy),
    /// The policy lets everybody in, and the bucket's public access block forbids that.
    #[error("the bucket {0} takes no public policy")]
    PublicPolicy(String),
    #[error(transparent)]
    Acl(#[from] AclError),
    /// The bucket's owner is everything's owner.
    #[error("the bucket takes no access control lists")]
    NoAcls,
    /// As [`PublicPolicy`](Self::PublicPolicy), of a list.
    #[error("the bucket {0} takes no public list")]
    PublicAcl(String),
    #[error(transparent)]
    Cors(#[from] CorsError),
    #[error(transparent)]
    Tags(#[from] TagError),
    #[error(transparent)]
    Encryption(#[from] EncryptionRefused),
    #[error(transparent)]
    Notification(#[from] NotificationError),
    #[error(transparent)]
    S3(#[from] S3Error),
}

/// What a bucket may have and this one has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    Policy,
    Cors,
    Tags,
    OwnershipControls,
    PublicAccessBlock,
    /// These no bucket has here.
    Lifecycle,
    Replication,
    Website,
    ObjectLock,
}
