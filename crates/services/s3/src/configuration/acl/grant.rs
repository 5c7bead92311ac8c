use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AclError {
    #[error("nothing says what the list is to be")]
    Nothing,
    #[error("a canned list beside grants in headers")]
    CannedAndGrants,
    #[error("a list in headers and another in the body")]
    HeadersAndBody,
    #[error("there is no canned list {0:?}")]
    Canned(String),
    #[error("{0:?} is no permission")]
    Permission(String),
    #[error("{0:?} is no canonical id")]
    Id(String),
    #[error("{0:?} is no group")]
    Group(String),
    /// Accounts have no addresses here.
    #[error("no account has the address {0:?}")]
    Email(String),
    #[error("the grants are none of the schema")]
    Malformed,
    #[error("{0:?} names no grantees")]
    Header(String),
    #[error("there are too many grants")]
    TooMany,
    #[error("the list is another owner's")]
    OtherOwner,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) grantee: Grantee,
    pub(crate) permission: Permission,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Grantee {
    /// By its canonical id.
    User(String),
    Group(Group),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Group {
    AllUsers,
    AuthenticatedUsers,
    LogDelivery,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Permission {
    FullControl,
    Write,
    WriteAcp,
    Read,
    ReadAcp,
}

/// A grantee as a caller names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NewGrantee {
    Id(String),
    Uri(String),
    Email(String),
}

impl Grantee {
    pub(crate) fn parse(new: NewGrantee) -> Result<Self, AclError> {
        match new {
            NewGrantee::Id(id) if is_canonical(&id) => Ok(Self::User(id)),
            NewGrantee::Id(id) => Err(AclError::Id(id)),
            NewGrantee::Uri(uri) => Group::parse(&uri).map(Self::Group).ok_or(AclError::Group(uri)),
            NewGrantee::Email(address) => Err(AclError::Email(address)),
        }
    }
}

fn is_canonical(id: &str) -> bool {
    id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase())
}

impl Group {
    const ALL: [Self; 3] = [Self::AllUsers, Self::AuthenticatedUsers, Self::LogDelivery];

    fn parse(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.uri() == uri)
    }

    pub(crate) fn uri(self) -> &'static str {
        match self {
            Self::AllUsers => "http://acs.amazonaws.com/groups/global/AllUsers",
            Self::AuthenticatedUsers => "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
            Self::LogDelivery => "http://acs.amazonaws.com/groups/s3/LogDelivery",
        }
    }
}

impl Permission {
    const ALL: [Self; 5] = [Self::FullControl, Self::Write, Self::WriteAcp, Self::Read, Self::ReadAcp];

    pub(crate) fn parse(name: &str) -> Result<Self, AclError> {
        let found = Self::ALL.into_iter().find(|permission| permission.name() == name);
        found.ok_or_else(|| AclError::Permission(name.to_owned()))
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FullControl => "FULL_CONTROL",
            Self::Write => "WRITE",
            Self::WriteAcp => "WRITE_ACP",
            Self::Read => "READ",
            Self::ReadAcp => "READ_ACP",
        }
    }
}
