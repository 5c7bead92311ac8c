//! Of resource policies.

use hob_wire::AwsError;

use super::{conflict, function_not_found, invalid_parameter, revision_mismatch, storage};
use crate::policy::{POLICY_SIZE_LIMIT, PolicyError, PolicyOperationError};

impl From<PolicyError> for AwsError {
    fn from(error: PolicyError) -> Self {
        match error {
            PolicyError::InvalidPrincipal => invalid_parameter(
                "The provided principal was invalid. Please check the principal and try again.",
            ),
            // Reported by many users; not recorded.
            PolicyError::AuthTypeOfOtherAction => {
                invalid_parameter("FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action")
            }
            PolicyError::StatementExists(sid) => conflict(format!(
                "The statement id ({sid}) provided already exists. Please provide a new statement id, or remove \
                 the existing statement."
            )),
            PolicyError::NoSuchStatement(sid) => Self::new(
                "ResourceNotFoundException",
                format!("Statement {sid} is not found in resource policy."),
            ),
            PolicyError::TooLong { size } => Self::new(
                "PolicyLengthExceededException",
                format!("The final policy size ({size}) is bigger than the limit ({POLICY_SIZE_LIMIT})."),
            ),
            // Not recorded.
            PolicyError::Malformed(reason) => {
                invalid_parameter(format!("The policy is not valid: {reason}."))
            }
            // Not recorded.
            PolicyError::OtherResource { expected, found } => invalid_parameter(format!(
                "The policy is not valid: each Resource must be {expected}, and one is {found}."
            )),
            // The model's words; not recorded.
            PolicyError::Public => Self::new(
                "PublicPolicyException",
                "The resource-based policy you tried to add to the Lambda resource would grant public access to it, \
                 which isn't allowed.",
            ),
        }
    }
}

impl From<PolicyOperationError> for AwsError {
    fn from(error: PolicyOperationError) -> Self {
        match error {
            PolicyOperationError::NoFunction(arn) | PolicyOperationError::NoVersion(arn) => {
                function_not_found(&arn)
            }
            PolicyOperationError::NoAlias(arn) => {
                Self::new("ResourceNotFoundException", format!("Cannot find alias arn: {arn}"))
            }
            PolicyOperationError::NoSuchQualifier => no_such_resource(),
            PolicyOperationError::LatestNamed => {
                invalid_parameter("We currently do not support adding policies for $LATEST.")
            }
            PolicyOperationError::NoPolicy => {
                Self::new("ResourceNotFoundException", "No policy is associated with the given resource.")
            }
            PolicyOperationError::RevisionMismatch => Self::new(
                "PreconditionFailedException",
                "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve \
                 the latest Revision Id",
            ),
            PolicyOperationError::Policy(error) => error.into(),
            PolicyOperationError::Storage(error) => storage(&error),
        }
    }
}

/// Who reads a policy learns only that there is none.
pub(in crate::api) fn get_policy(error: PolicyOperationError) -> AwsError {
    match error {
        PolicyOperationError::NoFunction(_)
        | PolicyOperationError::LatestNamed
        | PolicyOperationError::NoPolicy => no_such_resource(),
        error => error.into(),
    }
}

pub(in crate::api) fn remove_permission(error: PolicyOperationError) -> AwsError {
    match error {
        PolicyOperationError::NoFunction(arn) => {
            AwsError::new("ResourceNotFoundException", format!("No policy found for: {arn}"))
        }
        PolicyOperationError::RevisionMismatch => revision_mismatch(),
        error => delete_resource_policy(error),
    }
}

pub(in crate::api) fn delete_resource_policy(error: PolicyOperationError) -> AwsError {
    match error {
        PolicyOperationError::LatestNamed => PolicyOperationError::NoPolicy.into(),
        error => error.into(),
    }
}

pub(in crate::api) fn no_such_resource() -> AwsError {
    AwsError::new("ResourceNotFoundException", "The resource you requested does not exist.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(error: PolicyError) -> String {
        let AwsError { code, message, .. } = error.into();
        format!("{code}: {}", message.unwrap_or_default())
    }

    #[test]
    fn the_texts_are_those_of_aws() {
        let errors = [
            PolicyError::InvalidPrincipal,
            PolicyError::StatementExists("s3".to_owned()),
            PolicyError::NoSuchStatement("s3".to_owned()),
            PolicyError::TooLong { size: 20_782 },
        ];
        insta::assert_snapshot!(errors.map(answer).join("\n"), @"
        InvalidParameterValueException: The provided principal was invalid. Please check the principal and try again.
        ResourceConflictException: The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement.
        ResourceNotFoundException: Statement s3 is not found in resource policy.
        PolicyLengthExceededException: The final policy size (20782) is bigger than the limit (20480).
        ");
    }
}
