use std::fmt;

use hob_lambda::signing::{self, ProfileVersionArn, PublicKey};
use hob_types::Timestamp;

/// A version of a signing profile, as code signing configurations name it.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningProfile {
    pub arn: ProfileVersionArn,
    /// SubjectPublicKeyInfo in base64, or PEM.
    pub public_key: PublicKey,
    /// When all that it signed expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Moment>,
    /// Nothing that it signed is trusted any more.
    #[serde(default)]
    pub revoked: bool,
}

/// As TOML writes it, with an offset: `2030-01-01T00:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "Text", into = "String")]
pub struct Moment(pub Timestamp);

/// In the file without quotes; in a variable, perhaps with.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Text {
    Moment(toml::value::Datetime),
    Text(String),
}

#[derive(Debug, thiserror::Error)]
#[error("{0} is no moment; write it as in 2030-01-01T00:00:00Z")]
pub struct InvalidMoment(String);

impl SigningProfile {
    /// What the Lambda service needs to know of all of them.
    pub fn of_service(profiles: &[Self]) -> signing::SigningProfiles {
        let profile = |profile: &Self| {
            let Self { arn, public_key, expires, revoked } = profile.clone();
            let expires = expires.map(|Moment(expires)| expires);
            (arn, signing::SigningProfile { public_key, expires, revoked })
        };
        profiles.iter().map(profile).collect()
    }
}

impl TryFrom<Text> for Moment {
    type Error = InvalidMoment;

    fn try_from(text: Text) -> Result<Self, InvalidMoment> {
        let text = match text {
            Text::Moment(moment) => moment.to_string(),
            Text::Text(text) => text,
        };
        let moment = text.parse::<jiff::Timestamp>().map_err(|_| InvalidMoment(text))?;
        Ok(Self(Timestamp::from_millis(moment.as_millisecond())))
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: &str = "arn = 'arn:aws:signer:us-east-1:000000000000:/signing-profiles/release/0123456789'
public_key = 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE='
";

    fn profile(more: &str) -> Result<SigningProfile, toml::de::Error> {
        toml::from_str(&format!("{PROFILE}{more}"))
    }

    #[test]
    fn a_profile_expires_if_it_says_so_and_may_be_revoked() {
        let plain = profile("").unwrap();
        assert_eq!((plain.expires, plain.revoked), (None, false));
        for expires in ["2030-01-01T00:00:00Z", "'2030-01-01T01:00:00+01:00'"] {
            let profile = profile(&format!("expires = {expires}\nrevoked = true")).unwrap();
            assert_eq!(profile.expires.unwrap().to_string(), "2030-01-01T00:00:00.000Z");
            assert!(profile.revoked);
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let error = |more: &str| profile(more).unwrap_err().to_string();
        assert!(error("expires = 2030-01-01").contains("2030-01-01 is no moment"));
        assert!(error("colour = 'red'").contains("unknown field"));
        let wrong = PROFILE.replace("MCow", "AAAA");
        assert!(
            toml::from_str::<SigningProfile>(&wrong).unwrap_err().to_string().contains("neither of ECDSA")
        );
    }
}
