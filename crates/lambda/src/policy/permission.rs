//! What AddPermission and AddLayerVersionPermission grant.

use super::condition::{Comparison, ConditionOperator, ConditionValue, Conditions};
use super::element::{OneOrMany, Pairs};
use super::error::PolicyError;
use super::principal::Principal;
use super::statement::{Effect, Scope, Statement};

/// One permission as a caller asks for it. Its fields satisfy the model's patterns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Permission {
    pub(crate) statement_id: String,
    /// `lambda:GetLayerVersion` for a layer version.
    pub(crate) action: String,
    /// A service, an account, an IAM ARN, or `*`.
    pub(crate) principal: String,
    pub(crate) source_arn: Option<String>,
    pub(crate) source_account: Option<String>,
    /// `PrincipalOrgID` of a function, `OrganizationId` of a layer version.
    pub(crate) organization: Option<String>,
    pub(crate) event_source_token: Option<String>,
    pub(crate) function_url_auth_type: Option<String>,
    pub(crate) invoked_via_function_url: Option<bool>,
}

impl Permission {
    /// The statement that says so of `resource`, the ARN of a function, version, alias or layer version.
    pub(crate) fn statement(self, resource: impl Into<String>) -> Result<Statement, PolicyError> {
        if self.function_url_auth_type.is_some() && self.action != "lambda:InvokeFunctionUrl" {
            return Err(PolicyError::AuthTypeOfOtherAction);
        }
        let principal = Principal::named(&self.principal).map_err(|_| PolicyError::InvalidPrincipal)?;
        Ok(Statement {
            condition: self.conditions(),
            sid: Some(self.statement_id),
            effect: Effect::Allow,
            principal: Scope::Only(principal),
            action: Scope::Only(OneOrMany::One(self.action)),
            resource: OneOrMany::One(resource.into()),
        })
    }

    /// The keys' spelling and the order of the first two operators are recorded from AWS.
    fn conditions(&self) -> Conditions {
        let equals = [
            ("AWS:SourceAccount", &self.source_account),
            ("aws:PrincipalOrgID", &self.organization),
            ("lambda:EventSourceToken", &self.event_source_token),
            ("lambda:FunctionUrlAuthType", &self.function_url_auth_type),
        ];
        let via_url = self.invoked_via_function_url.map(|via_url| via_url.to_string());
        let required = [
            required(Comparison::StringEquals, &equals),
            required(Comparison::ArnLike, &[("AWS:SourceArn", &self.source_arn)]),
            required(Comparison::Bool, &[("lambda:InvokedViaFunctionUrl", &via_url)]),
        ];
        required.into_iter().flatten().collect()
    }
}

type Required = (ConditionOperator, Pairs<String, OneOrMany<ConditionValue>>);

/// `None` if none of the keys has a value.
fn required(comparison: Comparison, keys: &[(&str, &Option<String>)]) -> Option<Required> {
    let given = keys.iter().filter_map(|(key, value)| value.as_ref().map(|value| (*key, value)));
    let pairs: Pairs<_, _> = given
        .map(|(key, value)| (key.to_owned(), OneOrMany::One(ConditionValue::Text(value.clone()))))
        .collect();
    (!pairs.is_empty()).then(|| (comparison.into(), pairs))
}
