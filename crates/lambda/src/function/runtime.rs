//! Which runtime identifiers Lambda takes.

use hob_types::Runtime;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RuntimeError {
    #[error("{0} is no runtime")]
    Unknown(String),
    #[error("{0} was withdrawn")]
    NoLongerSupported(String),
}

/// In the order in which an error lists them. Source: Lambda guide, "Lambda runtimes".
pub(crate) const SUPPORTED: &[&str] = &[
    "nodejs20.x",
    "python3.14",
    "provided.al2023",
    "python3.15",
    "nodejs26.x",
    "java25",
    "nodejs24.x",
    "python3.13",
    "java21",
    "dotnet10",
    "python3.12",
    "nodejs22.x",
    "java17.al2023",
    "java17",
    "dotnet8",
    "ruby4.0",
    "ruby3.4",
    "ruby3.3",
    "python3.11",
    "python3.10",
    "java11.al2023",
    "java11",
    "java8.al2023",
    "java8.al2",
    "provided.al2",
    "ruby3.2",
];

/// Known, but refused for new functions and for updates.
const WITHDRAWN: &[&str] = &[
    "nodejs",
    "nodejs4.3",
    "nodejs4.3-edge",
    "nodejs6.10",
    "nodejs8.10",
    "nodejs10.x",
    "nodejs12.x",
    "nodejs14.x",
    "nodejs16.x",
    "nodejs18.x",
    "python2.7",
    "python3.6",
    "python3.7",
    "python3.8",
    "python3.9",
    "java8",
    "dotnetcore1.0",
    "dotnetcore2.0",
    "dotnetcore2.1",
    "dotnetcore3.1",
    "dotnet6",
    "go1.x",
    "ruby2.5",
    "ruby2.7",
    "provided",
];

pub(crate) fn check_runtime(identifier: &str) -> Result<Runtime, RuntimeError> {
    if SUPPORTED.contains(&identifier) {
        Ok(Runtime::new(identifier))
    } else if WITHDRAWN.contains(&identifier) {
        Err(RuntimeError::NoLongerSupported(identifier.to_owned()))
    } else {
        Err(RuntimeError::Unknown(identifier.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_is_supported_withdrawn_or_unknown() {
        assert_eq!(check_runtime("python3.12"), Ok(Runtime::new("python3.12")));
        assert_eq!(check_runtime("go1.x"), Err(RuntimeError::NoLongerSupported("go1.x".to_owned())));
        assert_eq!(check_runtime("PYTHON3.12"), Err(RuntimeError::Unknown("PYTHON3.12".to_owned())));
        assert_eq!(check_runtime(""), Err(RuntimeError::Unknown(String::new())));
    }
}
