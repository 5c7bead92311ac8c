//! Layers and their versions: the rules. One operation per file.

mod arn;
mod delete;
mod error;
mod get;
mod list;
mod permission;
mod publish;
mod usage;

pub(crate) use self::arn::{LayerArn, LayerArnError, LayerVersionArn};
pub(crate) use self::error::LayerError;
pub(crate) use self::list::CompatibleWith;
pub(crate) use self::permission::LayerPolicyError;
pub(crate) use self::publish::{PublishLayerVersion, PublishLayerVersionError};
pub(crate) use self::usage::{CodeSize, LayerUseError};
