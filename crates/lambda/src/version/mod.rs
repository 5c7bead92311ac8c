//! Published versions: the rules. One operation per file.

mod delete;
mod list;
mod publish;
mod settle;

pub(crate) use self::delete::{DeleteVersionError, without_parts_of};
pub(crate) use self::publish::{PublishVersion, PublishVersionError};
