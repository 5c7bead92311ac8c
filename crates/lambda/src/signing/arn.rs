//! Names in AWS Signer's name space.

use std::fmt;
use std::str::FromStr;

use hob_types::{AccountId, Random, Region, SigningJobId};
use serde::{Deserialize, Serialize};

/// A version of a signing profile: `arn:aws:signer:REGION:ACCOUNT:/signing-profiles/NAME/VERSION`. The name is 2 to
/// 64 letters, digits and underscores, the version 10 letters and digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProfileVersionArn(SignerArn);

/// The act of signing one package: `arn:aws:signer:REGION:ACCOUNT:/signing-jobs/UUID`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SigningJobArn(SignerArn);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct SignerArn {
    partition: String,
    region: Region,
    account: AccountId,
    /// With the slash that it begins with.
    resource: String,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is not of the form arn:aws:signer:REGION:ACCOUNT:{form}")]
pub struct InvalidSignerArn {
    given: String,
    form: &'static str,
}

impl ProfileVersionArn {
    const VERSION_LENGTH: usize = 10;

    /// The first version of a new profile of that name, in the local account and region. `None`: not a name.
    pub fn local(name: &str, random: &dyn Random) -> Option<Self> {
        const DIGITS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        let bytes: [u8; Self::VERSION_LENGTH] = random.array();
        let version = bytes.map(|byte| char::from(DIGITS[usize::from(byte) % DIGITS.len()]));
        let (region, account, version) = (Region::local(), AccountId::local(), String::from_iter(version));
        format!("arn:aws:signer:{region}:{account}:/signing-profiles/{name}/{version}").parse().ok()
    }

    /// A new job of whoever owns the profile.
    pub(super) fn job(&self, random: &dyn Random) -> SigningJobArn {
        let resource = format!("/signing-jobs/{}", SigningJobId::random(random));
        SigningJobArn(SignerArn { resource, ..self.0.clone() })
    }

    fn is_profile_version(resource: &str) -> bool {
        let Some(("", path)) = resource.split_once("/signing-profiles/") else { return false };
        let Some((name, version)) = path.split_once('/') else { return false };
        let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        (2..=64).contains(&name.len())
            && name.bytes().all(legal)
            && version.len() == Self::VERSION_LENGTH
            && version.bytes().all(|b| b.is_ascii_alphanumeric())
    }
}

impl FromStr for ProfileVersionArn {
    type Err = InvalidSignerArn;

    fn from_str(text: &str) -> Result<Self, InvalidSignerArn> {
        let arn = SignerArn::parse(text).filter(|arn| Self::is_profile_version(&arn.resource));
        let form = "/signing-profiles/NAME/VERSION";
        arn.map(Self).ok_or_else(|| InvalidSignerArn { given: text.to_owned(), form })
    }
}

impl FromStr for SigningJobArn {
    type Err = InvalidSignerArn;

    fn from_str(text: &str) -> Result<Self, InvalidSignerArn> {
        let is_job = |arn: &SignerArn| {
            let id = arn.resource.strip_prefix("/signing-jobs/");
            id.is_some_and(|id| id.parse::<SigningJobId>().is_ok_and(|parsed| parsed.to_string() == id))
        };
        let form = "/signing-jobs/UUID";
        let arn = SignerArn::parse(text).filter(is_job);
        arn.map(Self).ok_or_else(|| InvalidSignerArn { given: text.to_owned(), form })
    }
}

impl SignerArn {
    fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, "signer", region, account, resource] = parts.as_slice() else { return None };
        let legal = |b: u8| b.is_ascii_lowercase() || b == b'-';
        let is_partition = partition.starts_with("aws") && partition.bytes().all(legal);
        Some(Self {
            partition: is_partition.then(|| (*partition).to_owned())?,
            region: region.parse().ok()?,
            account: account.parse().ok()?,
            resource: (*resource).to_owned(),
        })
    }
}

impl fmt::Display for SignerArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, region, account, resource } = self;
        write!(f, "arn:{partition}:signer:{region}:{account}:{resource}")
    }
}

macro_rules! as_text {
    ($($name:ident),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidSignerArn;

            fn try_from(text: String) -> Result<Self, InvalidSignerArn> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(arn: $name) -> Self {
                arn.to_string()
            }
        }
    )+};
}

as_text!(ProfileVersionArn, SigningJobArn);

#[cfg(test)]
mod tests {
    use hob_types::SeededRandom;

    use super::*;

    #[test]
    fn a_printed_arn_parses_to_itself() {
        let random = SeededRandom::new(1);
        let profile = ProfileVersionArn::local("release", &random).unwrap();
        assert_eq!(profile.to_string().parse(), Ok(profile.clone()));
        let job = profile.job(&random);
        assert_eq!(job.to_string().parse(), Ok(job));
        assert_eq!(ProfileVersionArn::local("a-b", &random), None);
    }

    #[test]
    fn what_names_no_version_of_a_profile_is_refused() {
        for bad in [
            "",
            "arn:aws:signer:us-east-1:123456789012:/signing-profiles/release",
            "arn:aws:signer:us-east-1:123456789012:/signing-profiles/release/short",
            "arn:aws:signer:us-east-1:123456789012:/signing-profiles/release/0123456789\n",
            "arn:aws:signer:us-east-1:123456789012:/signing-jobs/0123456789",
            "arn:aws:signer:us-east-1:12:/signing-profiles/release/0123456789",
            "arn:aws:lambda:us-east-1:123456789012:/signing-profiles/release/0123456789",
        ] {
            assert!(bad.parse::<ProfileVersionArn>().is_err(), "{bad}");
        }
    }
}
