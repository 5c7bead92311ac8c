use aws_lc_rs::digest::{SHA256, digest};
use hob_types::AccountId;

/// What S3 calls an account: 64 hexadecimal digits, always the same for the same account.
pub(crate) fn canonical_user_id(account: &AccountId) -> String {
    hex(digest(&SHA256, format!("canonical user {account}").as_bytes()).as_ref())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
