//! The signature of what a page lets its visitors upload.

use hob_types::hexadecimal;

use super::canonical::{self, Scope};

/// Of the base64 `policy` of an HTML form, in lower-case hexadecimal. `date` is as in `20260102`.
pub fn policy_signature(secret: &str, date: &str, region: &str, service: &str, policy: &str) -> String {
    let key = canonical::signing_key(secret, Scope { date, region, service });
    hexadecimal(canonical::hmac_sha256(key.as_ref(), policy).as_ref())
}
