//! Objects: their content, what is said of it, and their versions.

mod attributes;
mod conditions;
mod copy;
mod copy_source;
mod deletion;
mod found;
mod key;
mod list;
mod range;
mod read;
mod receive;
mod tags;
mod write;

pub(crate) use self::attributes::Attributes;
pub(crate) use self::conditions::{ReadConditions, Verdict, unquoted};
pub(crate) use self::copy::{Copied, Copy};
pub(crate) use self::copy_source::CopySource;
pub(crate) use self::deletion::Deletion;
pub(crate) use self::found::{Existing, ObjectAccess};
pub(crate) use self::key::check_key;
pub(crate) use self::list::{ListRequest, next_token, start_of_token};
pub(crate) use self::range::{ByteRange, copy_range};
pub(crate) use self::read::{Opened, Opening};
pub(crate) use self::receive::Received;
pub(crate) use self::tags::{Tags, check_tags, parse_tagging_header};
pub(crate) use self::write::{
    Put, Written, check_metadata, condition_name, write_condition, written_version,
};
