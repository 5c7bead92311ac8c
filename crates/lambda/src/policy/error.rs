#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PolicyError {
    #[error("neither a service, an account, an IAM ARN nor everybody")]
    InvalidPrincipal,
    #[error("only lambda:InvokeFunctionUrl has an authorization type")]
    AuthTypeOfOtherAction,
    #[error("there is a statement {0:?} already")]
    StatementExists(String),
    #[error("there is no statement {0:?}")]
    NoSuchStatement(String),
    /// In characters of the document's JSON.
    #[error("the policy would have {size} characters")]
    TooLong { size: usize },
    #[error("the policy is not valid: {0}")]
    Malformed(String),
    #[error("the policy is for {expected} and names {found}")]
    OtherResource { expected: String, found: String },
    #[error("the policy would let everybody in")]
    Public,
}
