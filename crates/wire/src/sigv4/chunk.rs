//! Signatures within a body: each chunk's covers the one before it, the first one that of the headers.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::Context;
use aws_lc_rs::hmac;
use hob_types::hexadecimal;

use super::canonical::{self, Scope, payload_hash};

/// Signs, or verifies, the chunks of one body in their order.
#[derive(Clone)]
pub(crate) struct ChunkSigner {
    key: hmac::Tag,
    moment: String,
    scope: String,
    previous: String,
}

impl ChunkSigner {
    /// `seed` is the signature of the headers.
    pub(super) fn new(secret: &str, scope: Scope<'_>, moment: &str, seed: &str) -> Self {
        Self {
            key: canonical::signing_key(secret, scope),
            moment: moment.to_owned(),
            scope: scope.text(),
            previous: seed.to_owned(),
        }
    }

    pub(crate) fn chunk(&mut self, data: Context) -> String {
        let hashes = format!("{}\n{}", payload_hash(b""), hexadecimal(data.finish().as_ref()));
        self.sign("AWS4-HMAC-SHA256-PAYLOAD", &hashes)
    }

    /// `trailer` is each header as `name:value` and a line break.
    pub(crate) fn trailer(&mut self, trailer: &str) -> String {
        self.sign("AWS4-HMAC-SHA256-TRAILER", &payload_hash(trailer.as_bytes()))
    }

    fn sign(&mut self, kind: &str, hashes: &str) -> String {
        let text = format!("{kind}\n{}\n{}\n{}\n{hashes}", self.moment, self.scope, self.previous);
        self.previous = hexadecimal(canonical::hmac_sha256(self.key.as_ref(), &text).as_ref());
        self.previous.clone()
    }
}

pub(crate) fn same(one: &str, other: &str) -> bool {
    verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    const SCOPE: Scope<'static> = Scope { date: "20130524", region: "us-east-1", service: "s3" };

    fn hash(length: usize) -> Context {
        let mut hash = Context::new(&aws_lc_rs::digest::SHA256);
        hash.update("a".repeat(length).as_bytes());
        hash
    }

    /// From "Signature calculations: transferring payload in multiple chunks" of the S3 API reference.
    #[test]
    fn the_signatures_are_those_of_awss_example() {
        let seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
        let mut signer = ChunkSigner::new(SECRET, SCOPE, "20130524T000000Z", seed);
        let signatures = [65_536, 1024, 0].map(|length| signer.chunk(hash(length)));
        assert_eq!(
            signatures,
            [
                "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
                "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
                "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
            ]
        );
    }
}
