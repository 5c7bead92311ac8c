//! What S3 calls an account.

use aws_lc_rs::digest::{SHA256, digest};
use hob_types::{AccountId, hexadecimal};

/// 64 hexadecimal digits, always the same for the same account.
pub(crate) fn canonical_user_id(account: &AccountId) -> String {
    hexadecimal(digest(&SHA256, format!("canonical user {account}").as_bytes()).as_ref())
}

/// How events name an owner: 14 letters and digits, always the same for the same account.
pub(crate) fn principal_id(account: &AccountId) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let hash = digest(&SHA256, format!("principal {account}").as_bytes());
    let digit = |byte: &u8| char::from(DIGITS[usize::from(byte % 32)]);
    std::iter::once('A').chain(hash.as_ref().iter().take(13).map(digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_ids_of_its_own() {
        let (one, two) = (AccountId::local(), "123456789012".parse().unwrap());
        insta::assert_snapshot!(canonical_user_id(&one), @"4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49");
        insta::assert_snapshot!(principal_id(&one), @"A6F4RBCY3RYV5Z");
        assert_ne!(canonical_user_id(&one), canonical_user_id(&two));
        assert_ne!(principal_id(&one), principal_id(&two));
    }
}
