//! Receipt handles: what a receiver shows to delete a message or to hide it for longer. They say which receiving of which
//! message it was, and nobody else can make one.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_storage::{QueueId, Receipt};

/// Of the code, in bytes.
const CODE: usize = 16;
/// Queue, message, number of the receiving.
const NAMES: usize = 8 + 8 + 4;

/// Makes and reads handles with a key of the store's.
pub(crate) struct Handles(Key);

impl Handles {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(Key::new(HMAC_SHA256, key))
    }

    pub(crate) fn make(&self, queue: QueueId, receipt: Receipt) -> String {
        let mut handle = Vec::with_capacity(NAMES + CODE);
        handle.extend(queue.get().to_be_bytes());
        handle.extend(receipt.message.to_be_bytes());
        handle.extend(receipt.receives.to_be_bytes());
        let code = sign(&self.0, &handle);
        handle.extend(&code.as_ref()[..CODE]);
        BASE64.encode(handle)
    }

    /// `None`: it was not made here.
    pub(crate) fn read(&self, handle: &str) -> Option<(QueueId, Receipt)> {
        let handle = BASE64.decode(handle).ok()?;
        let (names, code) = handle.split_at_checked(NAMES)?;
        verify_slices_are_equal(&sign(&self.0, names).as_ref()[..CODE], code).ok()?;
        let (queue, names) = names.split_first_chunk()?;
        let (message, receives) = names.split_first_chunk()?;
        let receipt = Receipt {
            message: i64::from_be_bytes(*message),
            receives: u32::from_be_bytes(receives.try_into().ok()?),
        };
        Some((QueueId::new(i64::from_be_bytes(*queue)), receipt))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_handle_is_read_as_it_was_made(queue: i64, message: i64, receives: u32) {
            let handles = Handles::new(&[7; 32]);
            let (queue, receipt) = (QueueId::new(queue), Receipt { message, receives });
            let handle = handles.make(queue, receipt);
            prop_assert_eq!(handles.read(&handle), Some((queue, receipt)));
            prop_assert_eq!(Handles::new(&[8; 32]).read(&handle), None);
        }

        #[test]
        fn a_handle_that_was_changed_is_none(message: i64, place in 0_usize..36, bit in 0_u8..8) {
            let handles = Handles::new(&[7; 32]);
            let handle = handles.make(QueueId::new(1), Receipt { message, receives: 1 });
            let mut bytes = BASE64.decode(handle).unwrap();
            bytes[place] ^= 1 << bit;
            prop_assert_eq!(handles.read(&BASE64.encode(bytes)), None);
        }

        #[test]
        fn any_text_is_read_without_a_panic(text: String) {
            Handles::new(&[7; 32]).read(&text);
        }
    }
}
