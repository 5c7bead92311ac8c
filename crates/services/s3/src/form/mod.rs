//! HTML forms that upload a file: `multipart/form-data`, and the policy that says what a page lets its visitors put.
//!
//! The fields come first and are bounded; the file, whatever its size, is read as it comes.

mod boundary;
mod condition;
mod fields;
mod file;
mod headers;
mod policy;
mod reader;
#[cfg(test)]
mod tests;

pub(crate) use self::boundary::boundary;
pub(crate) use self::fields::Fields;
pub(crate) use self::file::{FileSize, FormFile};
pub(crate) use self::policy::{InvalidPolicy, PolicyRefusal, PostPolicy};
pub(crate) use self::reader::{FormError, FormReader};
