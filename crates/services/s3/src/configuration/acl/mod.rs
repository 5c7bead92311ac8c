//! Access control lists of buckets and objects. They are kept and answered, and not yet enforced.

mod canned;
mod grant;
mod header;

use serde::{Deserialize, Serialize};

pub(crate) use self::canned::CannedAcl;
pub(crate) use self::grant::{AclError, Grant, Grantee, Group, NewGrantee, Permission};
pub(crate) use self::header::GrantHeaders;
use super::store::SubResource;

/// Source: the S3 User Guide.
const GRANTS_MAX: usize = 100;

/// Who may do what with a bucket or object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct AccessControlList {
    pub(crate) grants: Vec<Grant>,
}

impl SubResource for AccessControlList {
    const NAME: &'static str = "acl";
}

/// How a caller says what the list is to be; exactly one of these is to be given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NewAcl {
    /// `x-amz-acl`.
    pub(crate) canned: Option<String>,
    /// `x-amz-grant-…`.
    pub(crate) headers: GrantHeaders,
    /// The body's owner, if it says one, and grants.
    pub(crate) body: Option<(Option<String>, Vec<Grant>)>,
}

impl AccessControlList {
    /// The owner everything, and nobody else anything. `owner`: a canonical id.
    pub(crate) fn private(owner: &str) -> Self {
        CannedAcl::Private.grants(owner)
    }

    /// `owner`: the canonical id of whose the bucket or object is.
    pub(crate) fn parse(new: NewAcl, owner: &str) -> Result<Self, AclError> {
        let NewAcl { canned, headers, body } = new;
        let from_headers = headers.parse()?;
        let list = match (canned, from_headers, body) {
            (Some(_), Some(_), _) => return Err(AclError::CannedAndGrants),
            (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => return Err(AclError::HeadersAndBody),
            (Some(canned), None, None) => CannedAcl::parse(&canned)?.grants(owner),
            (None, Some(grants), None) => Self { grants },
            (None, None, Some((said, _))) if said.as_deref().is_some_and(|said| said != owner) => {
                return Err(AclError::OtherOwner);
            }
            (None, None, Some((_, grants))) => Self { grants },
            (None, None, None) => return Err(AclError::Nothing),
        };
        if list.grants.len() > GRANTS_MAX { Err(AclError::TooMany) } else { Ok(list) }
    }

    /// Whether strangers are let in.
    pub(crate) fn is_public(&self) -> bool {
        let public = |grant: &Grant| {
            matches!(grant.grantee, Grantee::Group(Group::AllUsers | Group::AuthenticatedUsers))
        };
        self.grants.iter().any(public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: &str = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";

    fn of(new: NewAcl) -> Result<AccessControlList, AclError> {
        AccessControlList::parse(new, OWNER)
    }

    fn canned(name: &str) -> NewAcl {
        NewAcl { canned: Some(name.to_owned()), ..NewAcl::default() }
    }

    fn header(read: &str) -> GrantHeaders {
        GrantHeaders { read: Some(read.to_owned()), ..GrantHeaders::default() }
    }

    #[test]
    fn a_list_is_given_in_one_way() {
        assert_eq!(of(NewAcl::default()), Err(AclError::Nothing));
        let user = format!("id=\"{OWNER}\"");
        let both = NewAcl { headers: header(&user), ..canned("private") };
        assert_eq!(of(both), Err(AclError::CannedAndGrants));
        let body = NewAcl { body: Some((None, Vec::new())), ..canned("private") };
        assert_eq!(of(body), Err(AclError::HeadersAndBody));
        let foreign = NewAcl { body: Some((Some("other".to_owned()), Vec::new())), ..NewAcl::default() };
        assert_eq!(of(foreign), Err(AclError::OtherOwner));
        let granted = of(NewAcl { headers: header(&user), ..NewAcl::default() }).unwrap();
        assert_eq!(granted.grants[0].permission, Permission::Read);
    }

    #[test]
    fn canned_lists_say_who_else_is_let_in() {
        assert!(!of(canned("private")).unwrap().is_public());
        assert!(of(canned("public-read")).unwrap().is_public());
        assert_eq!(of(canned("public-read-write")).unwrap().grants.len(), 3);
        assert!(of(canned("authenticated-read")).unwrap().is_public());
        assert_eq!(of(canned("public")), Err(AclError::Canned("public".to_owned())));
    }

    #[test]
    fn a_list_is_read_back_as_it_is_kept() {
        let list = of(canned("public-read")).unwrap();
        let kept = serde_json::to_string(&list).unwrap();
        assert_eq!(serde_json::from_str::<AccessControlList>(&kept).unwrap(), list);
    }
}
