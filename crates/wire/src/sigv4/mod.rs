//! AWS Signature Version 4: reading who signed, verifying that they did, and signing.
//!
//! Source: "Create a signed AWS API request" in the IAM guide.

mod authorization;
mod canonical;
mod chunk;
mod policy;
mod sign;
mod upfront;
mod verify;

pub(crate) use self::authorization::Credential;
#[cfg(test)]
pub(crate) use self::canonical::payload_hash;
pub(crate) use self::chunk::{ChunkSigner, same};
pub use self::policy::policy_signature;
pub use self::sign::{Credentials, Signing, presignature, sign};
pub(crate) use self::upfront::{
    access_denied, check_expiry, expired, unknown_key, verified, wrong_signature,
};
pub(crate) use self::verify::{Refusal, Signed};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const TERMINATOR: &str = "aws4_request";
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
