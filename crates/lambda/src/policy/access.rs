//! Whether a policy lets another account in.

use hob_types::AccountId;

use super::document::PolicyDocument;
use super::principal::{Principal, PrincipalKind};
use super::statement::{Effect, Scope, Statement};

impl PolicyDocument {
    /// Whether all of an account may do what the policy's statements are about. Says nothing of a policy that denies
    /// something: permissions never do.
    pub(crate) fn admits(&self, account: &AccountId) -> bool {
        self.statements().iter().any(|statement| admits(statement, account))
    }
}

/// A condition is about the organization that an account belongs to, and there are none here.
fn admits(statement: &Statement, account: &AccountId) -> bool {
    let is_named = match &statement.principal {
        Scope::Only(principal) => principal.is_everybody() || names(principal, account),
        Scope::AllBut(_) => false,
    };
    statement.effect == Effect::Allow && is_named && statement.condition.is_empty()
}

fn names(principal: &Principal, account: &AccountId) -> bool {
    let Principal::Some(principals) = principal else { return false };
    let mut names = principals
        .iter()
        .filter(|(kind, _)| *kind == PrincipalKind::Aws)
        .flat_map(|(_, names)| names.as_slice());
    names.any(|name| name == account.as_str() || is_root_of(account, name))
}

/// `arn:<partition>:iam::<account>:root`
fn is_root_of(account: &AccountId, arn: &str) -> bool {
    let parts: Vec<&str> = arn.split(':').collect();
    matches!(parts[..], ["arn", _, "iam", "", named, "root"] if named == account.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::Permission;
    use super::*;

    fn admits(principal: &str, organization: Option<&str>) -> bool {
        let permission = Permission {
            statement_id: "s".to_owned(),
            action: "lambda:GetLayerVersion".to_owned(),
            principal: principal.to_owned(),
            organization: organization.map(str::to_owned),
            ..Permission::default()
        };
        let mut policy = PolicyDocument::default();
        policy.add(permission.statement("arn:aws:lambda:us-east-1:000000000000:layer:l:1").unwrap()).unwrap();
        policy.admits(&"111111111111".parse().unwrap())
    }

    #[test]
    fn an_account_is_let_in_by_its_number_its_root_or_with_everybody() {
        assert!(admits("111111111111", None));
        assert!(admits("arn:aws:iam::111111111111:root", None));
        assert!(admits("*", None));
    }

    #[test]
    fn others_are_not_let_in() {
        assert!(!admits("222222222222", None));
        assert!(!admits("arn:aws:iam::111111111111:user/root", None));
        assert!(!admits("*", Some("o-abcdefghij")));
        assert!(!PolicyDocument::default().admits(&"111111111111".parse().unwrap()));
    }
}
