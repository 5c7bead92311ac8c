//! Where a page of a list ended, as an opaque text that only this server can make.

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign, verify};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const TAG: usize = 32;

/// Signs and checks markers.
pub(super) struct Markers(Key);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the marker is not one of ours")]
pub(super) struct InvalidMarker;

impl Markers {
    pub(super) fn new(secret: &[u8; 32]) -> Self {
        let for_markers = sign(&Key::new(HMAC_SHA256, secret), b"marker");
        Self(Key::new(HMAC_SHA256, for_markers.as_ref()))
    }

    /// `last` is an item of `list`.
    pub(super) fn write(&self, list: &str, last: &str) -> String {
        let mut marker = sign(&self.0, &signed(list, last)).as_ref().to_vec();
        marker.extend_from_slice(last.as_bytes());
        URL_SAFE_NO_PAD.encode(marker)
    }

    /// Of a page that may have been the last.
    pub(super) fn write_next(&self, list: &str, last: Option<String>) -> Option<String> {
        last.map(|last| self.write(list, &last))
    }

    pub(super) fn read(&self, list: &str, marker: &str) -> Result<String, InvalidMarker> {
        let marker = URL_SAFE_NO_PAD.decode(marker).map_err(|_| InvalidMarker)?;
        let (tag, last) = marker.split_at_checked(TAG).ok_or(InvalidMarker)?;
        let last = std::str::from_utf8(last).map_err(|_| InvalidMarker)?;
        verify(&self.0, &signed(list, last), tag).map_err(|_| InvalidMarker)?;
        Ok(last.to_owned())
    }
}

/// A marker of one list is none of another.
fn signed(list: &str, last: &str) -> Vec<u8> {
    [list.as_bytes(), b"\0", last.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_refused_without_a_panic(marker in ".{0,120}") {
            prop_assert_eq!(Markers::new(&[1; 32]).read("list", &marker), Err(InvalidMarker));
        }

        #[test]
        fn a_written_marker_reads_as_itself(name in ".{0,64}") {
            let markers = Markers::new(&[1; 32]);
            prop_assert_eq!(markers.read("list", &markers.write("list", &name)), Ok(name));
        }
    }

    #[test]
    fn only_markers_of_this_server_are_read_back() {
        let markers = Markers::new(&[1; 32]);
        let marker = markers.write("list", "hello");
        assert_eq!(markers.read("list", &marker), Ok("hello".to_owned()));
        assert_eq!(markers.read("other", &marker), Err(InvalidMarker));
        assert_eq!(Markers::new(&[2; 32]).read("list", &marker), Err(InvalidMarker));
        assert_eq!(markers.read("list", &marker.replace('a', "b")).is_err(), marker.contains('a'));
        for bad in ["", "hello", "ü"] {
            assert_eq!(markers.read("list", bad), Err(InvalidMarker));
        }
    }
}
