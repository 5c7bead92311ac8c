//! Whom a statement speaks of.

use hob_types::AccountId;
use serde::{Deserialize, Serialize};

use super::element::{OneOrMany, Pairs};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected \"*\" or an object of principals")]
pub(crate) enum Principal {
    Everybody(Star),
    Some(Pairs<PrincipalKind, OneOrMany<String>>),
}

/// The text `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Star {
    #[serde(rename = "*")]
    Star,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum PrincipalKind {
    #[serde(rename = "AWS")]
    Aws,
    Service,
    Federated,
    CanonicalUser,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no principal")]
pub(crate) struct InvalidPrincipal(String);

impl Principal {
    /// As a caller of AddPermission names it: a service, an account, an IAM ARN, or `*`.
    pub(super) fn named(text: &str) -> Result<Self, InvalidPrincipal> {
        let (kind, value) = match text {
            "*" => return Ok(Self::Everybody(Star::Star)),
            _ if is_account(text) => (PrincipalKind::Aws, format!("arn:aws:iam::{text}:root")),
            _ if is_identity_arn(text) => (PrincipalKind::Aws, text.to_owned()),
            _ if is_service(text) => (PrincipalKind::Service, text.to_owned()),
            _ => return Err(InvalidPrincipal(text.to_owned())),
        };
        Ok(Self::Some(Pairs::from_iter([(kind, OneOrMany::One(value))])))
    }

    pub(super) fn check(&self) -> Result<(), InvalidPrincipal> {
        let Self::Some(principals) = self else { return Ok(()) };
        let all = || {
            principals.iter().flat_map(|(kind, names)| names.as_slice().iter().map(move |name| (kind, name)))
        };
        match all().find(|(kind, name)| !kind.admits(name)) {
            Some((_, name)) => Err(InvalidPrincipal(name.clone())),
            None if all().next().is_none() => Err(InvalidPrincipal(String::new())),
            None => Ok(()),
        }
    }

    /// Whether it means anybody at all.
    pub(super) fn is_everybody(&self) -> bool {
        match self {
            Self::Everybody(_) => true,
            Self::Some(principals) => {
                principals.iter().any(|(_, names)| names.as_slice().iter().any(|name| name == "*"))
            }
        }
    }
}

impl PrincipalKind {
    fn admits(self, name: &str) -> bool {
        match self {
            Self::Aws => name == "*" || is_account(name) || is_identity_arn(name),
            Self::Service => is_service(name),
            Self::Federated => is_provider(name),
            Self::CanonicalUser => !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric()),
        }
    }
}

fn is_account(text: &str) -> bool {
    text.parse::<AccountId>().is_ok()
}

/// Of an account, a user, a role, or a session of either.
fn is_identity_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, "", account, resource] = parts.as_slice() else { return false };
    let of = |kinds: &[&str]| {
        let name = resource.split_once('/').filter(|(kind, _)| kinds.contains(kind)).map(|(_, name)| name);
        name.is_some_and(|name| !name.is_empty() && name.bytes().all(is_legal_in_names))
    };
    let is_identity = match *service {
        "iam" => *resource == "root" || of(&["user", "role"]),
        "sts" => of(&["assumed-role", "federated-user"]),
        _ => false,
    };
    partition.starts_with("aws") && is_account(account) && is_identity
}

/// Source: IAM's rules for names and paths.
fn is_legal_in_names(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"+=,.@_-/".contains(&b)
}

/// Such as `s3.amazonaws.com` or `alexa-appkit.amazon.com`.
fn is_service(text: &str) -> bool {
    const DOMAINS: [&str; 4] = [".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".amazon.com"];
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(legal);
    let name = DOMAINS.iter().find_map(|domain| text.strip_suffix(domain));
    name.is_some_and(|name| name.split('.').all(is_label))
}

/// An identity provider: its domain or its ARN.
fn is_provider(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b == b':' || is_legal_in_names(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Option<String> {
        Principal::named(text).ok().map(|principal| serde_json::to_string(&principal).unwrap())
    }

    #[test]
    fn each_kind_of_name_is_written_as_aws_does() {
        let check = |text: &str, expected: &str| assert_eq!(named(text).as_deref(), Some(expected), "{text}");
        check("*", r#""*""#);
        check("s3.amazonaws.com", r#"{"Service":"s3.amazonaws.com"}"#);
        check("logs.eu-west-1.amazonaws.com", r#"{"Service":"logs.eu-west-1.amazonaws.com"}"#);
        check("alexa-appkit.amazon.com", r#"{"Service":"alexa-appkit.amazon.com"}"#);
        check("123456789012", r#"{"AWS":"arn:aws:iam::123456789012:root"}"#);
        let role = "arn:aws:iam::123456789012:role/a/path/name@x";
        check(role, &format!(r#"{{"AWS":"{role}"}}"#));
        let session = "arn:aws:sts::123456789012:assumed-role/role/session";
        check(session, &format!(r#"{{"AWS":"{session}"}}"#));
    }

    #[test]
    fn what_names_nobody_is_refused() {
        for bad in [
            "",
            "s3",
            "12345678901",
            ".amazonaws.com",
            "S3.amazonaws.com",
            "s3.amazonaws.com.evil.org",
            "arn:aws:iam::123456789012:group/g",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:role/*",
            "arn:aws:iam::1234:root",
            "arn:aws:s3:::bucket",
            "o-abcdefghij",
        ] {
            assert_eq!(named(bad), None, "{bad}");
        }
    }
}
