//! What a bucket is set to, beside its objects: one file for each sub-resource, which says what may be in it.
//!
//! `S3::configure` keeps them with the bucket, as JSON.

pub(crate) mod acl;
mod cors;
mod encryption;
mod error;
mod ownership;
mod policy;
mod public_access_block;
mod put_acl;
mod put_policy;
mod store;
mod tagging;

pub(crate) use self::cors::{CorsConfiguration, CorsError, CorsRequest, CorsRule};
pub(crate) use self::encryption::{Encryption, EncryptionRefused, NewEncryption};
pub(crate) use self::error::{ConfigurationError, Missing};
pub(crate) use self::ownership::{ObjectOwnership, OwnershipControls};
pub(crate) use self::policy::{BucketPolicy, MalformedPolicy};
pub(crate) use self::public_access_block::{KeptPublicAccessBlock, PublicAccessBlock};
pub(crate) use self::put_acl::check_acl;
pub(crate) use self::store::{SubResource, read};
pub(crate) use self::tagging::{BucketTags, TagError};
