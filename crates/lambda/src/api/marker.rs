//! Where a page of a list ended, as an opaque text that only this server can make.

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign, verify};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hob_types::FunctionName;

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

    pub(super) fn write(&self, last: &FunctionName) -> String {
        let mut marker = sign(&self.0, last.as_str().as_bytes()).as_ref().to_vec();
        marker.extend_from_slice(last.as_str().as_bytes());
        URL_SAFE_NO_PAD.encode(marker)
    }

    pub(super) fn read(&self, marker: &str) -> Result<FunctionName, InvalidMarker> {
        let marker = URL_SAFE_NO_PAD.decode(marker).map_err(|_| InvalidMarker)?;
        let (tag, name) = marker.split_at_checked(TAG).ok_or(InvalidMarker)?;
        verify(&self.0, name, tag).map_err(|_| InvalidMarker)?;
        std::str::from_utf8(name).ok().and_then(|name| name.parse().ok()).ok_or(InvalidMarker)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_refused_without_a_panic(marker in ".{0,120}") {
            prop_assert_eq!(Markers::new(&[1; 32]).read(&marker), Err(InvalidMarker));
        }

        #[test]
        fn a_written_marker_reads_as_itself(name in "[a-zA-Z0-9_-]{1,64}") {
            let (markers, name) = (Markers::new(&[1; 32]), name.parse().unwrap());
            prop_assert_eq!(markers.read(&markers.write(&name)), Ok(name));
        }
    }

    #[test]
    fn only_markers_of_this_server_are_read_back() {
        let markers = Markers::new(&[1; 32]);
        let name: FunctionName = "hello".parse().unwrap();
        let marker = markers.write(&name);
        assert_eq!(markers.read(&marker), Ok(name.clone()));
        assert_eq!(Markers::new(&[2; 32]).read(&marker), Err(InvalidMarker));
        assert_eq!(markers.read(&marker.replace('a', "b")).is_err(), marker.contains('a'));
        for bad in ["", "hello", "ü"] {
            assert_eq!(markers.read(bad), Err(InvalidMarker));
        }
    }
}
