//! Resource policies: who, besides the owner, may do what with a function, version, alias or layer version.
//!
//! A policy's document grows by one [`Permission`] at a time or is written as a whole. What is in one follows the
//! grammar of IAM's policies, so whoever evaluates it need not check again. A function, a version or an alias has one
//! at most.

mod access;
mod condition;
mod document;
mod element;
mod error;
mod holder;
mod operation_error;
mod operations;
mod permission;
mod permits;
mod principal;
mod public;
mod statement;
#[cfg(test)]
mod tests;

pub(crate) use self::document::{POLICY_SIZE_LIMIT, PolicyDocument};
pub(crate) use self::error::PolicyError;
pub(crate) use self::operation_error::PolicyOperationError;
pub(crate) use self::permission::Permission;
