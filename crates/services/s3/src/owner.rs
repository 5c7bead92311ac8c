//! What S3 calls an account: a canonical user id in lists and access control lists, a shorter one in events.

use aws_lc_rs::digest::{SHA256, digest};
use hob_types::AccountId;

/// 64 hexadecimal digits, always the same for an account.
pub(crate) fn canonical_id(account: &AccountId) -> String {
    hashed(account).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 14 letters and digits, always the same for an account.
pub(crate) fn principal_id(account: &AccountId) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let hash = hashed(account);
    let digit = |byte: &u8| char::from(DIGITS[usize::from(byte % 32)]);
    std::iter::once('A').chain(hash[..13].iter().map(digit)).collect()
}

fn hashed(account: &AccountId) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, account.as_str().as_bytes()).as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_ids_of_its_own() {
        let (one, two) = (AccountId::local(), "123456789012".parse().unwrap());
        insta::assert_snapshot!(canonical_id(&one), @"f7b11509f4d675c3c44f0dd37ca830bb02e8cfa58f04c46283c4bfcbdce1ff45");
        insta::assert_snapshot!(principal_id(&one), @"AXRVJUWVDEPNT4");
        assert_ne!(canonical_id(&one), canonical_id(&two));
        assert_ne!(principal_id(&one), principal_id(&two));
    }
}
