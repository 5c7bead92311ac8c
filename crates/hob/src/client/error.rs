use std::time::Duration;

use super::Answer;
use crate::failure::{Failure, chain};

/// Why a call has no answer, or not the one that was hoped for.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("nothing answers at {endpoint}")]
    Unreachable { endpoint: String, source: std::io::Error },
    #[error("{endpoint} has not answered within {deadline:?}")]
    Late { endpoint: String, deadline: Duration },
    #[error("the connection broke")]
    Broken(#[from] hyper::Error),
    #[error("the request cannot be written")]
    Unwritable(#[from] http::Error),
    #[error("the answer cannot be read")]
    Unreadable(#[source] serde_json::Error),
    /// The server's own refusal.
    #[error("{code}: {message}")]
    Service { code: String, message: String },
}

impl ClientError {
    pub fn is(&self, expected: &str) -> bool {
        matches!(self, Self::Service { code, .. } if code == expected)
    }

    /// As the end of a sentence that says what was attempted.
    pub fn while_doing(self, what: impl Into<String>) -> Failure {
        let failure = Failure::new(what).because(chain(&self));
        match &self {
            Self::Unreachable { .. } => failure
                .advise("start a server with `hob up`, or name one by `--endpoint` or AWS_ENDPOINT_URL"),
            Self::Late { .. } => {
                failure.advise("look at the server's output; `hob doctor` examines this machine")
            }
            Self::Service { code, .. } => match advice(code) {
                Some(advice) => failure.advise(advice),
                None => failure,
            },
            _ => failure,
        }
    }
}

fn advice(code: &str) -> Option<&'static str> {
    match code {
        "ResourceNotFoundException" => Some("`hob ls` shows the functions that exist"),
        "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "MissingAuthenticationTokenException"
        | "InvalidClientTokenId"
        | "SignatureDoesNotMatch" => {
            Some("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a key of the server's hob.toml")
        }
        _ => None,
    }
}

/// Reads every protocol's form of an error that is written as JSON.
pub(super) fn from_answer(answer: &Answer) -> ClientError {
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let member =
        |names: [&str; 2]| names.iter().find_map(|name| body.get(*name)?.as_str().map(str::to_owned));
    let code = answer.header("x-amzn-errortype").map(str::to_owned).or_else(|| member(["__type", "code"]));
    let code = code.map(|code| bare(&code)).unwrap_or_else(|| format!("HTTP {}", answer.status));
    let message = member(["message", "Message"]);
    let message = message.unwrap_or_else(|| String::from_utf8_lossy(&answer.body).trim().to_owned());
    ClientError::Service { code, message }
}

/// `com.amazonaws.logs#ResourceNotFoundException:http://…` is `ResourceNotFoundException`.
fn bare(code: &str) -> String {
    let code = code.rsplit('#').next().unwrap_or(code);
    code.split(':').next().unwrap_or(code).to_owned()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;

    fn read(header: Option<&'static str>, body: &'static str) -> String {
        let mut headers = HeaderMap::new();
        if let Some(code) = header {
            headers.insert("x-amzn-errortype", code.parse().unwrap());
        }
        from_answer(&Answer { status: StatusCode::BAD_REQUEST, headers, body: body.into() }).to_string()
    }

    #[test]
    fn an_error_is_read_from_header_or_body() {
        assert_eq!(read(Some("ServiceException:http://x"), r#"{"Message":"m"}"#), "ServiceException: m");
        assert_eq!(read(None, r#"{"__type":"a.b#Gone","message":"m"}"#), "Gone: m");
        assert_eq!(read(None, "plain\n"), "HTTP 400 Bad Request: plain");
    }
}
