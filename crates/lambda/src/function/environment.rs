//! Which environment variables a user may set.

use std::collections::BTreeMap;

/// All variables together, written as JSON, in bytes. Source: Lambda quotas.
const SIZE_MAX: usize = 4096;

/// Set by Lambda alone. Source: Lambda guide, "Defined runtime environment variables".
const RESERVED: &[&str] = &[
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_MAX_CONCURRENCY",
    "AWS_LAMBDA_METADATA_API",
    "AWS_LAMBDA_METADATA_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
];

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EnvironmentError {
    #[error("the variables are larger than {SIZE_MAX} bytes")]
    TooLarge {
        /// What was measured: the variables as JSON. AWS shows their values, too; Hob keeps these out of errors,
        /// which end up in logs.
        measured: String,
    },
    #[error("reserved variables are set: {0:?}")]
    Reserved(Vec<String>),
}

pub(crate) fn check_environment(variables: &BTreeMap<String, String>) -> Result<(), EnvironmentError> {
    let reserved: Vec<_> = variables.keys().filter(|key| RESERVED.contains(&key.as_str())).cloned().collect();
    if !reserved.is_empty() {
        return Err(EnvironmentError::Reserved(reserved));
    }
    if serde_json::json!(variables).to_string().len() > SIZE_MAX {
        return Err(EnvironmentError::TooLarge { measured: without_values(variables) });
    }
    Ok(())
}

fn without_values(variables: &BTreeMap<String, String>) -> String {
    let hidden: BTreeMap<_, _> = variables.keys().map(|key| (key, "***")).collect();
    serde_json::json!(hidden).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)]) -> Result<(), EnvironmentError> {
        check_environment(&variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn what_lambda_sets_itself_may_not_be_set() {
        let set = [("AWS_REGION", "x"), ("AWS_LAMBDA_EXEC_WRAPPER", "/opt/wrapper"), ("TZ", "UTC")];
        assert_eq!(check(&set), Err(EnvironmentError::Reserved(vec!["AWS_REGION".to_owned()])));
        assert_eq!(check(&set[1..]), Ok(()));
    }

    #[test]
    fn all_variables_together_have_4_kib() {
        // {"KEY":"…"} is ten bytes longer than its value.
        assert_eq!(check(&[("KEY", &"x".repeat(4086))]), Ok(()));
        let measured = r#"{"KEY":"***"}"#.to_owned();
        assert_eq!(check(&[("KEY", &"x".repeat(4087))]), Err(EnvironmentError::TooLarge { measured }));
    }
}
