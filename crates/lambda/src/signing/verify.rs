//! What is checked when code is deployed under a code signing configuration.

use hob_storage::UntrustedArtifact;
use hob_types::Timestamp;

use super::arn::{ProfileVersionArn, SigningJobArn};
use super::contents::contents;
use super::profiles::{SigningProfile, SigningProfiles};
use super::signature::{LENGTH_MAX, PATH, Signature};
use crate::package::{Package, PackageError};

/// Why a package is not trusted. Of several reasons the first in this order counts under `Enforce`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignatureWarning {
    #[error("the package is not signed")]
    NotSigned,
    /// Whether the signature is genuine cannot be told.
    #[error("the server has no public key of {0}")]
    UnknownProfile(ProfileVersionArn),
    #[error("{0} is not among the allowed publishers")]
    NotAllowed(ProfileVersionArn),
    #[error("{0} has been revoked")]
    Revoked(ProfileVersionArn),
    #[error("the signature by {0} has expired")]
    Expired(ProfileVersionArn),
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignatureError {
    #[error(transparent)]
    Package(#[from] PackageError),
    #[error("the signature cannot be read: {0}")]
    Malformed(String),
    #[error("the package is not what was signed")]
    ContentsChanged,
    #[error("the signature is not by the key of {0}")]
    Forged(ProfileVersionArn),
    #[error(transparent)]
    Untrusted(SignatureWarning),
}

/// A package that may be deployed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Verified {
    /// Who has signed it and when, if that is certain.
    pub(crate) signed: Option<(ProfileVersionArn, SigningJobArn)>,
    /// Empty under `Enforce`.
    pub(crate) warnings: Vec<SignatureWarning>,
}

/// Reads and inflates the whole package: not for a thread that serves.
pub(crate) fn verify(
    package: &Package,
    profiles: &SigningProfiles,
    allowed: &[ProfileVersionArn],
    policy: UntrustedArtifact,
    now: Timestamp,
) -> Result<Verified, SignatureError> {
    let verified = match read(package)? {
        None => Verified { signed: None, warnings: vec![SignatureWarning::NotSigned] },
        Some(signature) => examine(package, signature, profiles, allowed, now)?,
    };
    match (policy, verified.warnings.first()) {
        (UntrustedArtifact::Enforce, Some(warning)) => Err(SignatureError::Untrusted(warning.clone())),
        _ => Ok(verified),
    }
}

fn read(package: &Package) -> Result<Option<Signature>, SignatureError> {
    let Some(text) = package.read_file(PATH, LENGTH_MAX)? else { return Ok(None) };
    serde_json::from_slice(&text).map(Some).map_err(|error| SignatureError::Malformed(error.to_string()))
}

/// An error is a fault of integrity, which no policy overlooks.
fn examine(
    package: &Package,
    signature: Signature,
    profiles: &SigningProfiles,
    allowed: &[ProfileVersionArn],
    now: Timestamp,
) -> Result<Verified, SignatureError> {
    if contents(package)? != signature.contents {
        return Err(SignatureError::ContentsChanged);
    }
    let arn = signature.profile_version_arn.clone();
    let Some(profile) = profiles.get(&arn) else {
        return Ok(Verified { signed: None, warnings: vec![SignatureWarning::UnknownProfile(arn)] });
    };
    if !signature.is_by(&profile.public_key) {
        return Err(SignatureError::Forged(arn));
    }
    let warnings = warnings(&signature, profile, allowed, now);
    Ok(Verified { signed: Some((arn, signature.job_arn)), warnings })
}

fn warnings(
    signature: &Signature,
    profile: &SigningProfile,
    allowed: &[ProfileVersionArn],
    now: Timestamp,
) -> Vec<SignatureWarning> {
    let arn = &signature.profile_version_arn;
    let expires = profile.expires.map_or(signature.expires_at, |expires| expires.min(signature.expires_at));
    let found = [
        (!allowed.contains(arn)).then_some(SignatureWarning::NotAllowed as fn(_) -> _),
        profile.revoked.then_some(SignatureWarning::Revoked as fn(_) -> _),
        (expires <= now).then_some(SignatureWarning::Expired as fn(_) -> _),
    ];
    found.into_iter().flatten().map(|warning| warning(arn.clone())).collect()
}
