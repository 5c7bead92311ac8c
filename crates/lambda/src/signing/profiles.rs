//! Which signing profiles the server knows.

use std::collections::BTreeMap;

use hob_types::Timestamp;

use super::arn::ProfileVersionArn;
use super::key::PublicKey;

/// By their version's ARN.
#[derive(Clone, Debug, Default)]
pub struct SigningProfiles(BTreeMap<ProfileVersionArn, SigningProfile>);

#[derive(Clone, Debug)]
pub struct SigningProfile {
    pub public_key: PublicKey,
    /// When all that it ever signed expires; each signature may do so earlier.
    pub expires: Option<Timestamp>,
    /// Nothing that it ever signed is trusted any more.
    pub revoked: bool,
}

impl SigningProfiles {
    pub(super) fn get(&self, arn: &ProfileVersionArn) -> Option<&SigningProfile> {
        self.0.get(arn)
    }
}

impl FromIterator<(ProfileVersionArn, SigningProfile)> for SigningProfiles {
    fn from_iter<I: IntoIterator<Item = (ProfileVersionArn, SigningProfile)>>(profiles: I) -> Self {
        Self(BTreeMap::from_iter(profiles))
    }
}
