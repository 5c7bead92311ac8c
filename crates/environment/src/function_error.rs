//! Errors that the platform reports in a function's place: the documents that callers get.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use hob_sandbox::Exit;
use hob_types::RequestId;
use serde::Serialize;

/// The largest response of a synchronous invocation, in bytes: 6 MiB and 100 bytes.
/// Source: recorded from AWS, in the text of `Function.ResponseSizeTooLarge`.
pub(crate) const RESPONSE_MAX: usize = (6 << 20) + 100;

/// What went wrong, where the runtime itself could not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FunctionError {
    /// The function took longer than its timeout.
    TimedOut { timeout: Duration },
    /// The runtime ended during init or an invocation.
    Exited(Exit),
    /// The runtime could not be executed; the text is the kernel's.
    NotExecutable { text: String },
    /// The runtime's response is longer than 6 MiB and 100 bytes.
    ResponseTooLarge,
    /// The runtime closed the connection before its response was complete.
    ResponseTruncated,
    /// The runtime asked for a response mode that does not exist.
    InvalidResponseMode,
    /// The runtime's init failed before it was started, such as when no interpreter is installed.
    Runtime { error_type: String, message: String },
}

/// The fields of AWS's document in AWS's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TypeFirst<'a> {
    error_type: &'a str,
    error_message: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageFirst<'a> {
    error_message: &'a str,
    error_type: &'a str,
}

impl FunctionError {
    /// What the caller's document says. The REPORT line may be more precise: see [`Self::reported_type`].
    fn error_type(&self) -> &str {
        match self {
            Self::TimedOut { .. } => "Sandbox.Timedout",
            Self::Exited(_) => "Runtime.ExitError",
            Self::NotExecutable { .. } => "Runtime.InvalidEntrypoint",
            Self::ResponseTooLarge => "Function.ResponseSizeTooLarge",
            Self::ResponseTruncated => "Runtime.TruncatedResponse",
            Self::InvalidResponseMode => "Runtime.InvalidResponseModeHeader",
            Self::Runtime { error_type, .. } => error_type,
        }
    }

    /// `Error Type` of the REPORT line.
    pub fn reported_type(&self) -> &str {
        match self {
            Self::Exited(Exit::OutOfMemory) => "Runtime.OutOfMemory",
            other => other.error_type(),
        }
    }

    /// The payload that the caller gets.
    pub fn document(&self, request_id: RequestId) -> Bytes {
        let error_type = self.error_type();
        let document = if *self == Self::ResponseTooLarge {
            let error_message = &format!(
                "Response payload size exceeded maximum allowed payload size ({RESPONSE_MAX} bytes)."
            );
            serde_json::to_vec(&MessageFirst { error_message, error_type })
        } else {
            let error_message = &format!("RequestId: {request_id} Error: {}", self.message());
            serde_json::to_vec(&TypeFirst { error_type, error_message })
        };
        document.expect("two strings have a JSON form").into()
    }

    /// What went wrong, for people.
    pub fn message(&self) -> Cow<'_, str> {
        match self {
            Self::TimedOut { timeout } => {
                format!("Task timed out after {:.2} seconds", timeout.as_secs_f64()).into()
            }
            Self::Exited(Exit::Status(0)) => "Runtime exited without providing a reason".into(),
            Self::Exited(Exit::Status(status)) => {
                format!("Runtime exited with error: exit status {status}").into()
            }
            Self::Exited(Exit::Signal(signal)) => {
                format!("Runtime exited with error: signal: {}", signal_name(*signal)).into()
            }
            Self::Exited(Exit::OutOfMemory) => "Runtime exited with error: signal: killed".into(),
            Self::NotExecutable { text } => text.into(),
            Self::ResponseTooLarge => "Response payload too large".into(),
            Self::ResponseTruncated => "Response was truncated".into(),
            Self::InvalidResponseMode => "Invalid function response mode".into(),
            Self::Runtime { message, .. } => message.into(),
        }
    }
}

/// As Go prints it, in which AWS's runtime supervisor is written.
fn signal_name(signal: i32) -> Cow<'static, str> {
    match signal {
        1 => "hangup".into(),
        2 => "interrupt".into(),
        3 => "quit".into(),
        4 => "illegal instruction".into(),
        5 => "trace/breakpoint trap".into(),
        6 => "aborted".into(),
        7 => "bus error".into(),
        8 => "floating point exception".into(),
        9 => "killed".into(),
        11 => "segmentation fault".into(),
        13 => "broken pipe".into(),
        14 => "alarm clock".into(),
        15 => "terminated".into(),
        31 => "bad system call".into(),
        other => format!("signal {other}").into(),
    }
}

#[cfg(test)]
mod tests {
    use hob_types::SeededRandom;

    use super::*;

    fn document(error: FunctionError) -> String {
        let id = RequestId::random(&SeededRandom::new(1));
        let document = String::from_utf8(error.document(id).to_vec()).unwrap();
        document.replace(&id.to_string(), "<id>")
    }

    /// Recorded from AWS, but for the last three.
    #[test]
    fn callers_get_the_documents_that_aws_sends() {
        let all = [
            FunctionError::TimedOut { timeout: Duration::from_secs(1) },
            FunctionError::Exited(Exit::Status(0)),
            FunctionError::Exited(Exit::Status(127)),
            FunctionError::Exited(Exit::OutOfMemory),
            FunctionError::ResponseTooLarge,
            FunctionError::Runtime {
                error_type: "Runtime.InvalidEntrypoint".to_owned(),
                message: "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]".to_owned(),
            },
            FunctionError::NotExecutable {
                text: "fork/exec /var/task/bootstrap: exec format error".to_owned(),
            },
            FunctionError::Exited(Exit::Signal(11)),
            FunctionError::ResponseTruncated,
            FunctionError::InvalidResponseMode,
        ];
        insta::assert_snapshot!(all.map(document).join("\n"), @r#"
        {"errorType":"Sandbox.Timedout","errorMessage":"RequestId: <id> Error: Task timed out after 1.00 seconds"}
        {"errorType":"Runtime.ExitError","errorMessage":"RequestId: <id> Error: Runtime exited without providing a reason"}
        {"errorType":"Runtime.ExitError","errorMessage":"RequestId: <id> Error: Runtime exited with error: exit status 127"}
        {"errorType":"Runtime.ExitError","errorMessage":"RequestId: <id> Error: Runtime exited with error: signal: killed"}
        {"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}
        {"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: <id> Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"}
        {"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: <id> Error: fork/exec /var/task/bootstrap: exec format error"}
        {"errorType":"Runtime.ExitError","errorMessage":"RequestId: <id> Error: Runtime exited with error: signal: segmentation fault"}
        {"errorType":"Runtime.TruncatedResponse","errorMessage":"RequestId: <id> Error: Response was truncated"}
        {"errorType":"Runtime.InvalidResponseModeHeader","errorMessage":"RequestId: <id> Error: Invalid function response mode"}
        "#);
    }

    #[test]
    fn the_report_names_out_of_memory_where_the_document_does_not() {
        assert_eq!(FunctionError::Exited(Exit::OutOfMemory).reported_type(), "Runtime.OutOfMemory");
        assert_eq!(FunctionError::Exited(Exit::Signal(9)).reported_type(), "Runtime.ExitError");
    }
}
