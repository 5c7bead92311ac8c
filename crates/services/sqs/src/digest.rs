//! The MD5 digests by which senders and receivers check that a message is whole.

use std::collections::BTreeMap;

use hob_storage::{StoredAttribute, StoredValue};
use hob_types::hexadecimal;
use md5::{Digest as _, Md5};

/// Hexadecimal.
pub(crate) fn of_body(body: &str) -> String {
    hexadecimal(&Md5::digest(body.as_bytes()))
}

/// Hexadecimal. `None`: there are no attributes.
pub(crate) fn of_attributes(attributes: &BTreeMap<String, StoredAttribute>) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut digest = Md5::new();
    for (name, attribute) in attributes {
        feed(&mut digest, name.as_bytes());
        feed(&mut digest, attribute.data_type.as_bytes());
        let (kind, value) = match &attribute.value {
            StoredValue::Text(text) => (1, text.as_bytes()),
            StoredValue::Binary(bytes) => (2, bytes.as_ref()),
        };
        digest.update([kind]);
        feed(&mut digest, value);
    }
    Some(hexadecimal(&digest.finalize()))
}

/// With its length before it.
fn feed(digest: &mut Md5, bytes: &[u8]) {
    digest.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    digest.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_the_digest_of_its_bytes() {
        assert_eq!(of_body("hello"), "5d41402abc4b2a76b9719d911017c592");
    }

    #[test]
    fn attributes_are_digested_in_the_order_of_their_names() {
        let text = |data_type: &str, text: &str| StoredAttribute {
            data_type: data_type.to_owned(),
            value: StoredValue::Text(text.to_owned()),
        };
        let binary = StoredAttribute {
            data_type: "Binary".to_owned(),
            value: StoredValue::Binary(b"a binary value".as_slice().into()),
        };
        let attributes = BTreeMap::from([("b".to_owned(), binary), ("a".to_owned(), text("Number", "1"))]);
        let expected = Md5::digest(
            [
                b"\0\0\0\x01a\0\0\0\x06Number\x01\0\0\0\x011".as_slice(),
                b"\0\0\0\x01b\0\0\0\x06Binary\x02\0\0\0\x0ea binary value",
            ]
            .concat(),
        );
        assert_eq!(of_attributes(&attributes), Some(hexadecimal(&expected)));
        assert_eq!(of_attributes(&BTreeMap::new()), None);
    }
}
