//! Objects that come in parts.

mod completion;
mod creation;
mod listing;
mod part;

pub(crate) use self::completion::{CompletedPart, CompletionRequest};
pub(crate) use self::creation::UploadCreation;
pub(crate) use self::listing::Parts;
pub(crate) use self::part::{PartCopy, PartPut};
