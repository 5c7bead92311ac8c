//! How objects are encrypted that say nothing of it.

use serde::{Deserialize, Serialize};

use super::store::SubResource;

/// AES256 is all there is, which Hob takes to be the disk's affair, as AWS does since 2023.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Encryption {
    /// Means nothing without a key of KMS's, but is kept and answered.
    #[serde(default)]
    pub(crate) bucket_key: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EncryptionRefused {
    /// There must be one rule.
    #[error("the rules are none of the schema")]
    Malformed,
    #[error("{0:?} needs KMS")]
    Algorithm(String),
    #[error("a key of KMS's beside AES256")]
    KeyWithoutKms,
    #[error("customers' keys cannot be blocked")]
    Blocked,
}

impl SubResource for Encryption {
    const NAME: &'static str = "encryption";
}

/// The rule as a caller gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NewEncryption {
    pub(crate) algorithm: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) bucket_key: bool,
    /// Which kinds of encryption objects must not have, such as `SSE-C`.
    pub(crate) blocked: Vec<String>,
}

impl Encryption {
    pub(crate) fn parse(new: NewEncryption) -> Result<Self, EncryptionRefused> {
        match new.algorithm.as_deref() {
            None => return Err(EncryptionRefused::Malformed),
            Some("AES256") if new.key.is_some() => return Err(EncryptionRefused::KeyWithoutKms),
            Some("AES256") => {}
            Some(other) => return Err(EncryptionRefused::Algorithm(other.to_owned())),
        }
        // Customers' keys are served or not, whatever a bucket says.
        if new.blocked.iter().any(|kind| kind != "NONE") {
            return Err(EncryptionRefused::Blocked);
        }
        Ok(Self { bucket_key: new.bucket_key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(algorithm: &str, key: Option<&str>) -> Result<Encryption, EncryptionRefused> {
        let (algorithm, key) = (Some(algorithm.to_owned()), key.map(str::to_owned));
        Encryption::parse(NewEncryption { algorithm, key, ..NewEncryption::default() })
    }

    #[test]
    fn only_what_is_there_is_taken() {
        assert_eq!(parse("AES256", None), Ok(Encryption { bucket_key: false }));
        assert_eq!(parse("AES256", Some("key")), Err(EncryptionRefused::KeyWithoutKms));
        assert_eq!(parse("aws:kms", None), Err(EncryptionRefused::Algorithm("aws:kms".to_owned())));
        assert_eq!(Encryption::parse(NewEncryption::default()), Err(EncryptionRefused::Malformed));
    }
}
