use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use hob_storage::ChecksumAlgorithm;
use md5::{Digest as _, Md5};

use super::{crc, length};

/// Computes the MD5 of a content, and checksums.
pub(crate) struct Hasher {
    md5: Md5,
    checksums: Vec<(ChecksumAlgorithm, Running)>,
}

enum Running {
    Crc(Box<crc_fast::Digest>),
    Sha(Context),
}

/// What a content was found to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Digests {
    pub(crate) md5: [u8; 16],
    checksums: Vec<(ChecksumAlgorithm, Vec<u8>)>,
}

impl Hasher {
    pub(crate) fn new(algorithms: &[ChecksumAlgorithm]) -> Self {
        let checksums = algorithms.iter().map(|algorithm| (*algorithm, Running::new(*algorithm)));
        Self { md5: Md5::new(), checksums: checksums.collect() }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.md5.update(bytes);
        for (_, checksum) in &mut self.checksums {
            match checksum {
                Running::Crc(digest) => digest.update(bytes),
                Running::Sha(context) => context.update(bytes),
            }
        }
    }

    pub(crate) fn finish(self) -> Digests {
        let checksums = self.checksums.into_iter();
        Digests {
            md5: self.md5.finalize().into(),
            checksums: checksums.map(|(algorithm, running)| (algorithm, running.finish(algorithm))).collect(),
        }
    }
}

impl Digests {
    /// `None`: that one was not computed.
    pub(crate) fn checksum(&self, algorithm: ChecksumAlgorithm) -> Option<&[u8]> {
        let found = self.checksums.iter().find(|(computed, _)| *computed == algorithm);
        found.map(|(_, bytes)| bytes.as_slice())
    }
}

impl Running {
    fn new(algorithm: ChecksumAlgorithm) -> Self {
        match (crc(algorithm), algorithm) {
            (Some(crc), _) => Self::Crc(Box::new(crc_fast::Digest::new(crc))),
            (None, ChecksumAlgorithm::Sha1) => Self::Sha(Context::new(&SHA1_FOR_LEGACY_USE_ONLY)),
            (None, _) => Self::Sha(Context::new(&SHA256)),
        }
    }

    fn finish(self, algorithm: ChecksumAlgorithm) -> Vec<u8> {
        match self {
            Self::Crc(digest) => crc_bytes(algorithm, digest.finalize()),
            Self::Sha(context) => context.finish().as_ref().to_vec(),
        }
    }
}

/// As it is written, with its highest byte first.
pub(super) fn crc_bytes(algorithm: ChecksumAlgorithm, value: u64) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    bytes[bytes.len() - length(algorithm)..].to_vec()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD as BASE64;

    use super::*;

    #[test]
    fn each_checksum_is_that_of_its_standard() {
        use ChecksumAlgorithm::{Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};
        let mut hasher = Hasher::new(&[Crc32, Crc32c, Crc64Nvme, Sha1, Sha256]);
        hasher.update(b"1234");
        hasher.update(b"56789");
        let digests = hasher.finish();
        assert_eq!(hob_types::hexadecimal(&digests.md5), "25f9e794323b453885f5181f1b624d0b");
        let shown = |algorithm| BASE64.encode(digests.checksum(algorithm).unwrap());
        // The check values of the catalogue of CRCs: cbf43926, e3069283, ae8b14860a799888.
        assert_eq!(shown(Crc32), "y/Q5Jg==");
        assert_eq!(shown(Crc32c), "4waSgw==");
        assert_eq!(shown(Crc64Nvme), "rosUhgp5mIg=");
        assert_eq!(shown(Sha1), "98O8HYCOBHMq32eZZczDTKeuNEE=");
        assert_eq!(shown(Sha256), "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=");
    }
}
