use super::AccessControlList;
use super::grant::{AclError, Grant, Grantee, Group, Permission};

/// A list that has a name. Those that name the bucket's owner or EC2 give the owner of the object alone: a bucket's
/// objects are its owner's here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CannedAcl {
    Private,
    PublicRead,
    PublicReadWrite,
    AuthenticatedRead,
    AwsExecRead,
    BucketOwnerRead,
    BucketOwnerFullControl,
    LogDeliveryWrite,
}

impl CannedAcl {
    pub(crate) fn parse(name: &str) -> Result<Self, AclError> {
        match name {
            "private" => Ok(Self::Private),
            "public-read" => Ok(Self::PublicRead),
            "public-read-write" => Ok(Self::PublicReadWrite),
            "authenticated-read" => Ok(Self::AuthenticatedRead),
            "aws-exec-read" => Ok(Self::AwsExecRead),
            "bucket-owner-read" => Ok(Self::BucketOwnerRead),
            "bucket-owner-full-control" => Ok(Self::BucketOwnerFullControl),
            "log-delivery-write" => Ok(Self::LogDeliveryWrite),
            other => Err(AclError::Canned(other.to_owned())),
        }
    }

    /// `owner`: a canonical id.
    pub(crate) fn grants(self, owner: &str) -> AccessControlList {
        let others: &[(Group, Permission)] = match self {
            Self::Private | Self::AwsExecRead | Self::BucketOwnerRead | Self::BucketOwnerFullControl => &[],
            Self::PublicRead => &[(Group::AllUsers, Permission::Read)],
            Self::PublicReadWrite => {
                &[(Group::AllUsers, Permission::Read), (Group::AllUsers, Permission::Write)]
            }
            Self::AuthenticatedRead => &[(Group::AuthenticatedUsers, Permission::Read)],
            Self::LogDeliveryWrite => {
                &[(Group::LogDelivery, Permission::Write), (Group::LogDelivery, Permission::ReadAcp)]
            }
        };
        let owner = Grant { grantee: Grantee::User(owner.to_owned()), permission: Permission::FullControl };
        let others = others
            .iter()
            .map(|(group, permission)| Grant { grantee: Grantee::Group(*group), permission: *permission });
        AccessControlList { grants: std::iter::once(owner).chain(others).collect() }
    }
}
