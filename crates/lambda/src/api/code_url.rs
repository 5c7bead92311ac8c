//! URLs that let whoever holds one fetch a package for ten minutes, as AWS's presigned ones do.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign, verify};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hob_types::{Clock, Sha256Digest};

/// Source: GetFunction, `Code.Location`.
const VALID: Duration = Duration::from_secs(600);

pub(super) const PATH_PREFIX: &str = "/_hob/code/";

/// Makes and checks download URLs.
pub(super) struct CodeUrls {
    key: Key,
    clock: Arc<dyn Clock>,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum InvalidCodeUrl {
    #[error("the URL is not one that this server has signed")]
    Forged,
    #[error("the URL has expired")]
    Expired,
}

impl CodeUrls {
    pub(super) fn new(secret: &[u8; 32], clock: Arc<dyn Clock>) -> Self {
        let for_urls = sign(&Key::new(HMAC_SHA256, secret), b"code url");
        Self { key: Key::new(HMAC_SHA256, for_urls.as_ref()), clock }
    }

    /// `base` is `http://host:port` as the client reaches the server.
    pub(super) fn write(&self, base: &str, sha256: Sha256Digest) -> String {
        let expires = (self.clock.now() + VALID).as_millis() / 1000;
        let signed = format!("{PATH_PREFIX}{sha256}?Expires={expires}");
        let signature = URL_SAFE_NO_PAD.encode(sign(&self.key, signed.as_bytes()));
        format!("{base}{signed}&Signature={signature}")
    }

    /// The package that a URL's path and query grant.
    pub(super) fn read(&self, path_and_query: &str) -> Result<Sha256Digest, InvalidCodeUrl> {
        let (signed, signature) = path_and_query.split_once("&Signature=").ok_or(InvalidCodeUrl::Forged)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| InvalidCodeUrl::Forged)?;
        verify(&self.key, signed.as_bytes(), &signature).map_err(|_| InvalidCodeUrl::Forged)?;
        // What was signed here has this form.
        let (path, expires) = signed.split_once("?Expires=").ok_or(InvalidCodeUrl::Forged)?;
        let expires: i64 = expires.parse().map_err(|_| InvalidCodeUrl::Forged)?;
        if self.clock.now().as_millis() / 1000 > expires {
            return Err(InvalidCodeUrl::Expired);
        }
        let sha256 = path.strip_prefix(PATH_PREFIX).and_then(|sha256| sha256.parse().ok());
        sha256.ok_or(InvalidCodeUrl::Forged)
    }
}

#[cfg(test)]
mod tests {
    use hob_types::{ManualClock, Timestamp};

    use super::*;

    #[test]
    fn a_url_is_good_for_ten_minutes_and_for_one_package() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_767_323_045_678)));
        let urls = CodeUrls::new(&[1; 32], Arc::clone(&clock) as Arc<dyn Clock>);
        let sha256 = Sha256Digest::new([7; 32]);
        let url = urls.write("http://127.0.0.1:4566", sha256);
        let path = url.strip_prefix("http://127.0.0.1:4566").unwrap();
        assert_eq!(urls.read(path), Ok(sha256));
        assert_eq!(urls.read(&path.replace("0707", "0808")), Err(InvalidCodeUrl::Forged));
        assert_eq!(urls.read(&path.replace("Expires=1", "Expires=2")), Err(InvalidCodeUrl::Forged));
        assert_eq!(urls.read("/_hob/code/"), Err(InvalidCodeUrl::Forged));
        clock.advance(VALID);
        assert_eq!(urls.read(path), Ok(sha256));
        clock.advance(Duration::from_secs(1));
        assert_eq!(urls.read(path), Err(InvalidCodeUrl::Expired));
    }
}
