//! AWS Signature Version 4: reading who signed, verifying that they did, and signing.
//!
//! Source: "Create a signed AWS API request" in the IAM guide.

mod authorization;
mod canonical;
mod sign;
mod verify;

pub(crate) use self::authorization::Credential;
pub use self::sign::{Credentials, Signing, sign};
pub(crate) use self::verify::{Refusal, Signed};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const TERMINATOR: &str = "aws4_request";
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
