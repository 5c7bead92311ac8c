//! Code signing: who packed a deployment package, and whether it is still what was packed.
//!
//! [`sign()`] adds a signature to a package; `verify` checks one when code is deployed under a code signing
//! configuration. AWS Signer's format is not public, so this one is Hob's own; `docs/code-signing.md` describes it.

mod arn;
mod contents;
mod demand;
mod key;
mod profiles;
mod sign;
mod signature;
#[cfg(test)]
mod tests;
mod verify;

pub use self::arn::{InvalidSignerArn, ProfileVersionArn, SigningJobArn};
pub(crate) use self::demand::{Demand, SignatureRefused};
pub use self::key::{Algorithm, InvalidKey, PublicKey, SigningKey};
pub use self::profiles::{SigningProfile, SigningProfiles};
pub use self::sign::{SignError, Signed, Validity, sign};
pub(crate) use self::verify::{SignatureError, SignatureWarning};
#[cfg(test)]
pub(crate) use self::verify::{Verified, verify};
