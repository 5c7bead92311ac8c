//! Grants in headers: `x-amz-grant-read: id="…", uri="…"`.

use super::grant::{AclError, Grant, Grantee, NewGrantee, Permission};

/// The headers as they were sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GrantHeaders {
    pub(crate) full_control: Option<String>,
    pub(crate) read: Option<String>,
    pub(crate) read_acp: Option<String>,
    pub(crate) write: Option<String>,
    pub(crate) write_acp: Option<String>,
}

impl GrantHeaders {
    /// `None`: there are no such headers.
    pub(super) fn parse(self) -> Result<Option<Vec<Grant>>, AclError> {
        let headers = [
            (Permission::FullControl, self.full_control),
            (Permission::Read, self.read),
            (Permission::ReadAcp, self.read_acp),
            (Permission::Write, self.write),
            (Permission::WriteAcp, self.write_acp),
        ];
        if headers.iter().all(|(_, header)| header.is_none()) {
            return Ok(None);
        }
        let mut grants = Vec::new();
        for (permission, header) in headers {
            for grantee in parse_grantees(&header.unwrap_or_default())? {
                grants.push(Grant { grantee: Grantee::parse(grantee)?, permission });
            }
        }
        Ok(Some(grants))
    }
}

/// `id="…", uri="…", emailAddress="…"`, each as often as wanted; the quotes may be left out.
fn parse_grantees(header: &str) -> Result<Vec<NewGrantee>, AclError> {
    let parts = header.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| parse_grantee(part).ok_or_else(|| AclError::Header(header.to_owned()))).collect()
}

fn parse_grantee(part: &str) -> Option<NewGrantee> {
    let (kind, value) = part.split_once('=')?;
    let value = value.trim();
    let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    let value = quoted.unwrap_or(value).to_owned();
    match kind.trim().to_ascii_lowercase().as_str() {
        "id" => Some(NewGrantee::Id(value)),
        "uri" => Some(NewGrantee::Uri(value)),
        "emailaddress" => Some(NewGrantee::Email(value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn grantees_are_separated_by_commas() {
        let grantees = parse_grantees(r#"id="a", uri=b ,emailAddress="c@d""#).unwrap();
        let expected = [
            NewGrantee::Id("a".to_owned()),
            NewGrantee::Uri("b".to_owned()),
            NewGrantee::Email("c@d".to_owned()),
        ];
        assert_eq!(grantees, expected);
        assert_eq!(parse_grantees("who"), Err(AclError::Header("who".to_owned())));
    }

    proptest! {
        #[test]
        fn any_header_is_parsed_or_refused_without_a_panic(header in ".{0,60}") {
            let _ = parse_grantees(&header);
        }

        #[test]
        fn an_id_is_had_back(id in "[0-9a-f]{64}") {
            prop_assert_eq!(parse_grantees(&format!("id=\"{id}\"")), Ok(vec![NewGrantee::Id(id)]));
        }
    }
}
