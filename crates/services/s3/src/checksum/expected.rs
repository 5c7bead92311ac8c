use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_storage::ChecksumAlgorithm;

use super::{DEFAULT, Digests, length};
use crate::S3Error;

/// What a caller says of the content it sends, before it has sent it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expected {
    pub(crate) content_md5: Option<String>,
    /// The algorithm that the caller says it uses, wherever the checksum is to be found.
    pub(crate) algorithm: Option<ChecksumAlgorithm>,
    /// The checksums in the headers, in Base64.
    pub(crate) checksums: Vec<(ChecksumAlgorithm, String)>,
}

/// The same, checked for sense.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    md5: Option<[u8; 16]>,
    algorithm: Option<ChecksumAlgorithm>,
    checksum: Option<Vec<u8>>,
}

impl Expected {
    pub(crate) fn parse(self) -> Result<Declared, S3Error> {
        let md5 =
            self.content_md5.map(|text| digest(&text).ok_or(S3Error::InvalidDigest(text))).transpose()?;
        let mut checksums = self.checksums.into_iter();
        let header = checksums.next();
        if checksums.next().is_some() {
            return Err(S3Error::SeveralChecksums);
        }
        let Some((algorithm, text)) = header else {
            return Ok(Declared { md5, algorithm: self.algorithm, checksum: None });
        };
        let checksum = checksum(algorithm, &text)?;
        Ok(Declared { md5, algorithm: Some(algorithm), checksum: Some(checksum) })
    }
}

impl Declared {
    /// The algorithm that the caller uses. `None`: it has not said so.
    pub(crate) fn algorithm(&self) -> Option<ChecksumAlgorithm> {
        self.algorithm
    }

    /// What must be computed: what the caller may still send behind the content, or else the default.
    pub(crate) fn to_compute(&self) -> Vec<ChecksumAlgorithm> {
        match self.algorithm {
            Some(algorithm) => vec![algorithm],
            // Next to nothing for a processor, so that they may also come unannounced.
            None => vec![DEFAULT, ChecksumAlgorithm::Crc32, ChecksumAlgorithm::Crc32c],
        }
    }

    /// Compares with what was computed. `trailer`: what came behind the content, in Base64. Returns the algorithm
    /// that the caller used, or the default.
    pub(crate) fn verify(
        &self,
        digests: &Digests,
        trailer: Option<(ChecksumAlgorithm, String)>,
    ) -> Result<ChecksumAlgorithm, S3Error> {
        if let Some(expected) = self.md5
            && expected != digests.md5
        {
            let (expected, computed) = (BASE64.encode(expected), BASE64.encode(digests.md5));
            return Err(S3Error::WrongMd5 { expected, computed });
        }
        let sent = match (&self.checksum, trailer) {
            (Some(checksum), _) => self.algorithm.map(|algorithm| (algorithm, checksum.clone())),
            (None, Some((algorithm, text))) => Some((algorithm, checksum(algorithm, &text)?)),
            (None, None) => None,
        };
        match (sent, self.algorithm) {
            (Some((algorithm, sent)), _) => match digests.checksum(algorithm) {
                Some(computed) if computed == sent => Ok(algorithm),
                Some(_) => Err(S3Error::WrongChecksum(algorithm)),
                None => Err(S3Error::MissingChecksum),
            },
            (None, Some(_)) => Err(S3Error::MissingChecksum),
            (None, None) => Ok(DEFAULT),
        }
    }
}

fn digest(text: &str) -> Option<[u8; 16]> {
    BASE64.decode(text).ok()?.try_into().ok()
}

fn checksum(algorithm: ChecksumAlgorithm, text: &str) -> Result<Vec<u8>, S3Error> {
    let bytes = BASE64.decode(text).ok().filter(|bytes| bytes.len() == length(algorithm));
    bytes.ok_or(S3Error::InvalidChecksum(algorithm))
}

#[cfg(test)]
mod tests {
    use super::super::Hasher;
    use super::*;

    const CRC32: ChecksumAlgorithm = ChecksumAlgorithm::Crc32;
    const OF_123456789: &str = "y/Q5Jg==";

    fn digests(declared: &Declared) -> Digests {
        let mut hasher = Hasher::new(&declared.to_compute());
        hasher.update(b"123456789");
        hasher.finish()
    }

    fn verify(expected: Expected, trailer: Option<&str>) -> Result<ChecksumAlgorithm, S3Error> {
        let declared = expected.parse()?;
        declared.verify(&digests(&declared), trailer.map(|text| (CRC32, text.to_owned())))
    }

    fn header(text: &str) -> Expected {
        Expected { checksums: vec![(CRC32, text.to_owned())], ..Expected::default() }
    }

    #[test]
    fn a_checksum_comes_before_the_content_or_behind_it() {
        assert_eq!(verify(header(OF_123456789), None).unwrap(), CRC32);
        assert_eq!(verify(Expected::default(), Some(OF_123456789)).unwrap(), CRC32);
        let announced = || Expected { algorithm: Some(CRC32), ..Expected::default() };
        assert_eq!(verify(announced(), Some(OF_123456789)).unwrap(), CRC32);
        assert!(matches!(verify(announced(), None), Err(S3Error::MissingChecksum)));
        assert_eq!(verify(Expected::default(), None).unwrap(), DEFAULT);
    }

    #[test]
    fn a_checksum_of_something_else_is_refused() {
        assert!(matches!(verify(header("AAAAAA=="), None), Err(S3Error::WrongChecksum(CRC32))));
        assert!(matches!(verify(Expected::default(), Some("AAAAAA==")), Err(S3Error::WrongChecksum(CRC32))));
        assert!(matches!(verify(header("AAAA"), None), Err(S3Error::InvalidChecksum(CRC32))));
        let two = [(CRC32, OF_123456789.to_owned()), (ChecksumAlgorithm::Sha1, String::new())];
        let two = Expected { checksums: two.to_vec(), ..Expected::default() };
        assert!(matches!(verify(two, None), Err(S3Error::SeveralChecksums)));
    }

    #[test]
    fn content_md5_is_a_digest_and_that_of_the_content() {
        let md5 = |text: &str| Expected { content_md5: Some(text.to_owned()), ..Expected::default() };
        assert!(verify(md5("JfnnlDI7RTiF9RgfG2JNCw=="), None).is_ok());
        assert!(matches!(verify(md5("AAAAAAAAAAAAAAAAAAAAAA=="), None), Err(S3Error::WrongMd5 { .. })));
        assert!(matches!(verify(md5("JfnnlDI7"), None), Err(S3Error::InvalidDigest(_))));
    }
}
