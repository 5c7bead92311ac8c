//! What the Runtime API answers, as bytes.

use std::borrow::Cow;
use std::io::Write;

use bytes::Bytes;

use crate::function_error::RESPONSE_MAX;
use crate::phase::InvalidTransition;

/// An answer other than an invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Accepted,
    Pong,
    InvalidRequestId,
    InvalidInvocationId,
    InvalidResponseMode,
    TooLarge,
    Truncated,
    NotAllowed(InvalidTransition),
    NotFound,
    WrongMethod,
    /// The environment is ending.
    Fault,
}

/// An invocation, as the runtime gets it.
#[derive(Debug)]
pub(crate) struct Delivery {
    /// Status line and header fields, complete.
    pub head: Vec<u8>,
    pub payload: Bytes,
}

impl Answer {
    /// The whole answer. The connection stays open unless the peer wanted it closed.
    pub(super) fn to_bytes(&self, keep_alive: bool) -> Vec<u8> {
        let (status, content_type, body) = self.parts();
        let connection = if keep_alive { "" } else { "Connection: close\r\n" };
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n{connection}\r\n{body}",
            body.len()
        )
        .into_bytes()
    }

    fn parts(&self) -> (&'static str, &'static str, Cow<'static, str>) {
        const JSON: &str = "application/json";
        match self {
            Self::Accepted => ("202 Accepted", JSON, "{\"status\":\"OK\"}\n".into()),
            Self::Pong => ("200 OK", "text/plain", "pong".into()),
            Self::InvalidRequestId => {
                ("400 Bad Request", JSON, error("InvalidRequestID", "Invalid request ID"))
            }
            Self::InvalidInvocationId => {
                ("400 Bad Request", JSON, error("InvalidInvocationId", "Invalid invocation ID"))
            }
            Self::InvalidResponseMode => {
                let body = error("InvalidFunctionResponseMode", "Invalid function response mode");
                ("400 Bad Request", JSON, body)
            }
            Self::TooLarge => {
                let text = format!("Exceeded maximum allowed payload size ({RESPONSE_MAX} bytes).");
                ("413 Request Entity Too Large", JSON, error("RequestEntityTooLarge", &text))
            }
            Self::Truncated => {
                ("400 Bad Request", JSON, error("TruncatedHTTPRequest", "HTTP request detected as truncated"))
            }
            Self::NotAllowed(InvalidTransition { from, to }) => {
                let text = format!(
                    "State transition from {from} to {to} failed for runtime. \
                     Error: State transition is not allowed"
                );
                ("403 Forbidden", JSON, error("InvalidStateTransition", &text))
            }
            Self::NotFound => ("404 Not Found", "text/plain", "404 page not found\n".into()),
            Self::WrongMethod => ("405 Method Not Allowed", "text/plain", "".into()),
            Self::Fault => {
                ("500 Internal Server Error", JSON, error("InternalServerError", "Internal Server Error"))
            }
        }
    }
}

/// The texts are ours and need no escaping.
fn error(error_type: &str, message: &str) -> Cow<'static, str> {
    format!("{{\"errorMessage\":\"{message}\",\"errorType\":\"{error_type}\"}}\n").into()
}

/// Header fields of `/next`. Fields without a value are left out.
pub(crate) struct NextFields<'a> {
    pub request_id: &'a str,
    pub deadline_ms: i64,
    pub invoked_function_arn: &'a str,
    pub trace_id: &'a str,
    pub client_context: Option<&'a str>,
    pub cognito_identity: Option<&'a str>,
    pub invocation_id: &'a str,
}

impl Delivery {
    pub(crate) fn new(fields: &NextFields<'_>, payload: Bytes) -> Self {
        let mut head = Vec::with_capacity(640);
        // Writing to a Vec cannot fail.
        let _ = write!(
            head,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
             Lambda-Runtime-Aws-Request-Id: {}\r\nLambda-Runtime-Deadline-Ms: {}\r\n\
             Lambda-Runtime-Invoked-Function-Arn: {}\r\nLambda-Runtime-Trace-Id: {}\r\n\
             Lambda-Runtime-Invocation-Id: {}\r\n",
            fields.request_id,
            fields.deadline_ms,
            fields.invoked_function_arn,
            fields.trace_id,
            fields.invocation_id,
        );
        field(&mut head, "Lambda-Runtime-Client-Context", fields.client_context);
        field(&mut head, "Lambda-Runtime-Cognito-Identity", fields.cognito_identity);
        let _ = write!(head, "Content-Length: {}\r\n\r\n", payload.len());
        Self { head, payload }
    }
}

/// The value comes from the caller of the function: a line break in it must not become another header field.
fn field(head: &mut Vec<u8>, name: &str, value: Option<&str>) {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return };
    head.extend_from_slice(name.as_bytes());
    head.extend_from_slice(b": ");
    head.extend(value.bytes().map(|b| if b.is_ascii_control() { b' ' } else { b }));
    head.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(answer: Answer) -> String {
        String::from_utf8(answer.to_bytes(true)).unwrap().replace('\r', "")
    }

    #[test]
    fn answers_are_those_of_the_runtime_api() {
        let all = [
            Answer::Accepted,
            Answer::InvalidRequestId,
            Answer::InvalidInvocationId,
            Answer::InvalidResponseMode,
            Answer::TooLarge,
            Answer::Truncated,
            Answer::NotAllowed(InvalidTransition { from: "Running", to: "InitError" }),
            Answer::NotFound,
            Answer::Fault,
        ];
        insta::assert_snapshot!(all.map(print).join("\n"), @r#"
        HTTP/1.1 202 Accepted
        Content-Type: application/json
        Content-Length: 16

        {"status":"OK"}

        HTTP/1.1 400 Bad Request
        Content-Type: application/json
        Content-Length: 69

        {"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}

        HTTP/1.1 400 Bad Request
        Content-Type: application/json
        Content-Length: 75

        {"errorMessage":"Invalid invocation ID","errorType":"InvalidInvocationId"}

        HTTP/1.1 400 Bad Request
        Content-Type: application/json
        Content-Length: 92

        {"errorMessage":"Invalid function response mode","errorType":"InvalidFunctionResponseMode"}

        HTTP/1.1 413 Request Entity Too Large
        Content-Type: application/json
        Content-Length: 110

        {"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"}

        HTTP/1.1 400 Bad Request
        Content-Type: application/json
        Content-Length: 89

        {"errorMessage":"HTTP request detected as truncated","errorType":"TruncatedHTTPRequest"}

        HTTP/1.1 403 Forbidden
        Content-Type: application/json
        Content-Length: 158

        {"errorMessage":"State transition from Running to InitError failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}

        HTTP/1.1 404 Not Found
        Content-Type: text/plain
        Content-Length: 19

        404 page not found

        HTTP/1.1 500 Internal Server Error
        Content-Type: application/json
        Content-Length: 75

        {"errorMessage":"Internal Server Error","errorType":"InternalServerError"}
        "#);
    }

    #[test]
    fn an_invocation_carries_the_fields_that_have_a_value() {
        let delivery = Delivery::new(
            &NextFields {
                request_id: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
                deadline_ms: 1_542_409_706_888,
                invoked_function_arn: "arn:aws:lambda:us-east-1:000000000000:function:f:PROD",
                trace_id: "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
                client_context: Some("{\"custom\":\r\n{}}"),
                cognito_identity: Some(""),
                invocation_id: "11111111-e9f4-11e8-9739-2dfe598c3fcd",
            },
            Bytes::from_static(b"{\"a\":1}"),
        );
        insta::assert_snapshot!(String::from_utf8(delivery.head).unwrap().replace('\r', ""), @r#"
        HTTP/1.1 200 OK
        Content-Type: application/json
        Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd
        Lambda-Runtime-Deadline-Ms: 1542409706888
        Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:000000000000:function:f:PROD
        Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1
        Lambda-Runtime-Invocation-Id: 11111111-e9f4-11e8-9739-2dfe598c3fcd
        Lambda-Runtime-Client-Context: {"custom":  {}}
        Content-Length: 7
        "#);
    }
}
