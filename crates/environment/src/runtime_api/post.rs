//! What a runtime posts as the outcome of an invocation.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::Answer;
use super::error_type::normalised_error_type;
use crate::function_error::FunctionError;
use crate::http::{BodyError, Head, Headers};

const ERROR_TYPE: &str = "Lambda-Runtime-Function-Error-Type";
const ERROR_BODY: &str = "Lambda-Runtime-Function-Error-Body";
const RESPONSE_MODE: &str = "Lambda-Runtime-Function-Response-Mode";
const ERROR_WITH_CAUSE: &[u8] = b"application/vnd.aws.lambda.error.cause+json";

/// A request's body and trailers, or why there is none.
pub(super) type Body = Result<(Bytes, Headers), BodyError>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Posted {
    Response(Bytes),
    /// What the function or its runtime says went wrong.
    Error {
        document: Bytes,
        error_type: String,
    },
    /// The platform could not take the response.
    Failed(FunctionError),
}

impl Posted {
    pub(super) fn response(head: &Head, body: Body) -> Self {
        match head.headers.get(RESPONSE_MODE).map(|mode| &mode[..]) {
            None | Some(b"" | b"streaming") => {}
            Some(_) => return Self::Failed(FunctionError::InvalidResponseMode),
        }
        match body {
            Ok((payload, trailers)) => Self::streamed_error(&trailers).unwrap_or(Self::Response(payload)),
            Err(error) => Self::Failed(error.into()),
        }
    }

    /// A streaming response that failed on its way says so in its trailers.
    fn streamed_error(trailers: &Headers) -> Option<Self> {
        let error_type = trailers.get(ERROR_TYPE)?;
        let body = trailers.get(ERROR_BODY).and_then(|body| BASE64.decode(body).ok());
        Some(Self::Error {
            document: body.unwrap_or_default().into(),
            error_type: String::from_utf8_lossy(error_type).into_owned(),
        })
    }

    pub(super) fn error(head: &Head, body: Body) -> Self {
        let document = match body {
            Ok((document, _)) => document,
            Err(error) => return Self::Failed(error.into()),
        };
        let error_type = normalised_error_type(head.headers.get(ERROR_TYPE).map(|value| &value[..]));
        let with_cause = head.headers.get("content-type").is_some_and(|value| value == ERROR_WITH_CAUSE);
        let document = if with_cause { without_cause(&document) } else { document };
        Self::Error { document, error_type }
    }

    /// What the runtime is told if this is taken as the invocation's outcome.
    pub(super) fn answer(&self) -> Answer {
        match self {
            Self::Failed(FunctionError::ResponseTooLarge) => Answer::TooLarge,
            Self::Failed(FunctionError::InvalidResponseMode) => Answer::InvalidResponseMode,
            Self::Failed(_) => Answer::Truncated,
            Self::Response(_) | Self::Error { .. } => Answer::Accepted,
        }
    }
}

impl From<BodyError> for FunctionError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => Self::ResponseTooLarge,
            BodyError::Truncated => Self::ResponseTruncated,
        }
    }
}

/// The caller gets the error without the cause, which is for X-Ray. Source: AWS's Runtime Interface Emulator.
fn without_cause(document: &[u8]) -> Bytes {
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Error {
        #[serde(default, skip_serializing_if = "String::is_empty")]
        error_message: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        error_type: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        stack_trace: Vec<String>,
    }
    let error = serde_json::from_slice::<Error>(document);
    let filtered = error.and_then(|error| serde_json::to_vec(&error));
    filtered.map_or(Bytes::from_static(b"\"Invalid error body\""), Bytes::from)
}

/// What a runtime has posted as its error: its type, and its message without what surrounds it.
pub(crate) fn posted_error(posted: Option<Posted>) -> (String, String) {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Message {
        #[serde(default)]
        error_message: String,
    }
    match posted {
        Some(Posted::Error { document, error_type }) => {
            let message = serde_json::from_slice::<Message>(&document);
            (error_type, message.map(|message| message.error_message).unwrap_or_default())
        }
        Some(Posted::Response(_) | Posted::Failed(_)) | None => ("Runtime.Unknown".to_owned(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(fields: &str) -> Head {
        Head::parse(&Bytes::from(format!("POST / HTTP/1.1\r\n{fields}\r\n"))).unwrap()
    }

    fn body(text: &'static str, trailers: &'static str) -> Body {
        Ok((
            Bytes::from_static(text.as_bytes()),
            Headers::parse(&Bytes::from_static(trailers.as_bytes())).unwrap(),
        ))
    }

    #[test]
    fn a_response_is_taken_as_it_is() {
        let posted = Posted::response(&head(""), body("{}", ""));
        assert_eq!(posted, Posted::Response(Bytes::from_static(b"{}")));
        let streamed = Posted::response(&head(&format!("{RESPONSE_MODE}: streaming\r\n")), body("{}", ""));
        assert_eq!(streamed, posted);
    }

    #[test]
    fn an_unknown_response_mode_is_refused() {
        let posted = Posted::response(&head(&format!("{RESPONSE_MODE}: buffered\r\n")), body("{}", ""));
        assert_eq!(posted, Posted::Failed(FunctionError::InvalidResponseMode));
        assert_eq!(posted.answer(), Answer::InvalidResponseMode);
    }

    #[test]
    fn a_stream_that_fails_midway_is_the_error_in_its_trailers() {
        let trailers = "Lambda-Runtime-Function-Error-Type: Runtime.StreamError\r\n\
                        Lambda-Runtime-Function-Error-Body: eyJlcnJvclR5cGUiOiJ4In0=\r\n";
        let posted = Posted::response(&head(""), body("half", trailers));
        let document = Bytes::from_static(br#"{"errorType":"x"}"#);
        assert_eq!(posted, Posted::Error { document, error_type: "Runtime.StreamError".to_owned() });
    }

    #[test]
    fn an_error_with_an_xray_cause_reaches_the_caller_without_it() {
        let head = head("Content-Type: application/vnd.aws.lambda.error.cause+json\r\n");
        let document = |text| match Posted::error(&head, body(text, "")) {
            Posted::Error { document, .. } => document,
            other => panic!("{other:?}"),
        };
        let with_cause = r#"{"errorMessage":"m","errorType":"t","stackTrace":[],"cause":{"paths":[]}}"#;
        assert_eq!(document(with_cause), r#"{"errorMessage":"m","errorType":"t"}"#);
        assert_eq!(document("not JSON"), "\"Invalid error body\"");
    }
}
