//! Access control lists in AWS's shapes.

use crate::api::shapes;
use crate::configuration::acl::{AccessControlList, AclError, Grant, Grantee, NewGrantee, Permission};

/// The owner that the document names, if it names one, and the grants.
pub(in crate::api) fn body_of(
    policy: shapes::AccessControlPolicy,
) -> Result<(Option<String>, Vec<Grant>), AclError> {
    let owner = policy.owner.and_then(|owner| owner.id);
    let grants = policy.grants.unwrap_or_default().into_iter().map(grant);
    Ok((owner, grants.collect::<Result<_, _>>()?))
}

fn grant(grant: shapes::Grant) -> Result<Grant, AclError> {
    let permission = Permission::parse(&grant.permission.unwrap_or_default())?;
    let grantee = grant.grantee.unwrap_or_default();
    let new = match grantee.r#type.as_deref() {
        Some("CanonicalUser") => grantee.id.map(NewGrantee::Id),
        Some("Group") => grantee.uri.map(NewGrantee::Uri),
        Some("AmazonCustomerByEmail") => grantee.email_address.map(NewGrantee::Email),
        _ => None,
    };
    Ok(Grant { grantee: Grantee::parse(new.ok_or(AclError::Malformed)?)?, permission })
}

pub(in crate::api) fn describe_grants(list: AccessControlList) -> Vec<shapes::Grant> {
    let grant = |Grant { grantee, permission }| shapes::Grant {
        grantee: Some(describe_grantee(grantee)),
        permission: Some(permission.name().to_owned()),
    };
    list.grants.into_iter().map(grant).collect()
}

fn describe_grantee(grantee: Grantee) -> shapes::Grantee {
    match grantee {
        Grantee::User(id) => shapes::Grantee {
            id: Some(id),
            r#type: Some("CanonicalUser".to_owned()),
            ..shapes::Grantee::default()
        },
        Grantee::Group(group) => shapes::Grantee {
            uri: Some(group.uri().to_owned()),
            r#type: Some("Group".to_owned()),
            ..shapes::Grantee::default()
        },
    }
}
