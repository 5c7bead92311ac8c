//! What a function's code signing configuration demands of the packages that it gets.

use hob_storage::{CodeSignature, UntrustedArtifact};
use hob_types::Timestamp;

use super::arn::ProfileVersionArn;
use super::profiles::SigningProfiles;
use super::verify::{SignatureError, verify};
use crate::package::Package;

#[derive(Clone, Debug)]
pub(crate) struct Demand {
    /// Of the function that gets the package, or of the layer that is the package.
    pub(crate) name: String,
    pub(crate) allowed: Vec<ProfileVersionArn>,
    pub(crate) policy: UntrustedArtifact,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the package of {name} is refused: {error}")]
pub(crate) struct SignatureRefused {
    pub(crate) name: String,
    pub(crate) error: Box<SignatureError>,
}

impl Demand {
    /// Who has signed the package, if that is certain. What is only to be warned of is logged. Reads and inflates the
    /// whole package: not for a thread that serves.
    pub(crate) fn check(
        &self,
        package: &Package,
        profiles: &SigningProfiles,
        now: Timestamp,
    ) -> Result<Option<CodeSignature>, SignatureRefused> {
        let name = &self.name;
        let verified = verify(package, profiles, &self.allowed, self.policy, now)
            .map_err(|error| SignatureRefused { name: name.clone(), error: Box::new(error) })?;
        for warning in &verified.warnings {
            tracing::warn!(name, %warning, "code that is not trusted is deployed");
        }
        Ok(verified.signed.map(|(profile_version, job)| CodeSignature {
            profile_version: profile_version.to_string(),
            job: job.to_string(),
        }))
    }
}
