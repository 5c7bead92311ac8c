//! The file that makes a package a signed one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_types::{Sha256Digest, Timestamp};
use serde::{Deserialize, Serialize};

use super::arn::{ProfileVersionArn, SigningJobArn};
use super::key::{Algorithm, PublicKey, SigningKey};

/// Where in a package it lies.
pub(super) const PATH: &str = "META-INF/hob-signature.json";
pub(super) const DIRECTORY: &str = "META-INF";

/// In bytes; a signature has less than a tenth.
pub(super) const LENGTH_MAX: u64 = 16 << 10;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Signature {
    format: Format,
    pub(super) profile_version_arn: ProfileVersionArn,
    pub(super) job_arn: SigningJobArn,
    #[serde(with = "rfc3339")]
    signed_at: Timestamp,
    #[serde(with = "rfc3339")]
    pub(super) expires_at: Timestamp,
    algorithm: Algorithm,
    /// Of what was signed; see `contents`.
    pub(super) contents: Sha256Digest,
    /// Over [`signed_text`](Self::signed_text), in base64.
    signature: String,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "hob-signature-1")]
    First,
}

/// What a signature says.
pub(super) struct Claim {
    pub(super) profile_version_arn: ProfileVersionArn,
    pub(super) job_arn: SigningJobArn,
    pub(super) signed_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) contents: Sha256Digest,
}

impl Signature {
    pub(super) fn make(claim: Claim, key: &SigningKey) -> Result<Self, aws_lc_rs::error::Unspecified> {
        let Claim { profile_version_arn, job_arn, signed_at, expires_at, contents } = claim;
        let mut signature = Self {
            format: Format::First,
            profile_version_arn,
            job_arn,
            signed_at,
            expires_at,
            algorithm: key.algorithm(),
            contents,
            signature: String::new(),
        };
        signature.signature = BASE64.encode(key.sign(signature.signed_text().as_bytes())?);
        Ok(signature)
    }

    pub(super) fn is_by(&self, key: &PublicKey) -> bool {
        let Ok(signature) = BASE64.decode(&self.signature) else { return false };
        key.algorithm() == self.algorithm && key.has_signed(self.signed_text().as_bytes(), &signature)
    }

    /// All that the file says, one thing a line. None of the values can have a line's end in it.
    fn signed_text(&self) -> String {
        format!(
            "hob-signature-1\n{}\n{}\n{}\n{}\n{}\n{}\n",
            self.profile_version_arn,
            self.job_arn,
            self.signed_at.to_rfc3339(),
            self.expires_at.to_rfc3339(),
            self.algorithm.as_str(),
            self.contents,
        )
    }
}

/// As in `2026-01-02T03:04:05.678Z`; any offset is read.
mod rfc3339 {
    use hob_types::Timestamp;
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&moment.to_rfc3339())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let moment: jiff::Timestamp =
            String::deserialize(deserializer)?.parse().map_err(de::Error::custom)?;
        Ok(Timestamp::from_millis(moment.as_millisecond()))
    }
}
