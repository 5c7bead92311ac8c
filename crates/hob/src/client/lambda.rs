//! Lambda's operations.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use super::{Call, Client, ClientError};

const FUNCTIONS: &str = "/2015-03-31/functions";
/// What a path segment may hold unescaped besides letters and digits.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// A package travels as base64 in JSON; a slow disk may take its time to make it durable.
const UPLOAD_DEADLINE: Duration = Duration::from_secs(300);
/// The longest timeout of a function, and a little.
const INVOKE_DEADLINE: Duration = Duration::from_secs(960);

/// A function as the API describes it. What Hob's command line does not look at is kept for `--output json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Function {
    pub function_name: String,
    pub function_arn: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    #[serde(default)]
    pub memory_size: u32,
    #[serde(default)]
    pub timeout: u32,
    #[serde(default)]
    pub code_size: u64,
    #[serde(default)]
    pub code_sha256: String,
    #[serde(default)]
    pub last_modified: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_update_status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_update_status_reason: Option<String>,
    #[serde(flatten)]
    pub rest: serde_json::Map<String, serde_json::Value>,
}

/// What a deployment sets; `None` leaves it as it is, or at the service's default.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_size: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
}

impl Settings {
    /// Changes nothing.
    pub fn is_empty(&self) -> bool {
        let Self { runtime, handler, role, memory_size, timeout, environment } = self;
        let texts = [runtime, handler, role].into_iter().all(Option::is_none);
        texts && memory_size.is_none() && timeout.is_none() && environment.is_none()
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Environment {
    pub variables: BTreeMap<String, String>,
}

/// What an invocation answered.
#[derive(Clone, Debug)]
pub struct Invoked {
    pub payload: Bytes,
    /// Set if the function failed.
    pub function_error: Option<String>,
    /// The last 4 KB of the log.
    pub log: String,
    pub executed_version: Option<String>,
    pub request_id: Option<String>,
}

fn function(name: &str, rest: &str) -> String {
    format!("{FUNCTIONS}/{}{rest}", utf8_percent_encode(name, SEGMENT))
}

fn lambda(method: Method, path: impl Into<String>) -> Call {
    Call::new("lambda", method, path)
}

fn json(call: Call, body: &impl Serialize) -> Result<Call, ClientError> {
    let body = serde_json::to_vec(body).map_err(ClientError::Unreadable)?;
    Ok(call.body("application/json", body))
}

impl Client {
    pub async fn create_function(
        &self,
        name: &str,
        zip: &[u8],
        architecture: Option<&str>,
        settings: &Settings,
    ) -> Result<Function, ClientError> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Request<'a> {
            function_name: &'a str,
            code: Code,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            architectures: Vec<&'a str>,
            #[serde(flatten)]
            settings: &'a Settings,
        }
        let architectures = architecture.into_iter().collect();
        let request = Request { function_name: name, code: Code::new(zip), architectures, settings };
        let call = json(lambda(Method::POST, FUNCTIONS), &request)?.deadline(UPLOAD_DEADLINE);
        self.call(call).await?.json()
    }

    pub async fn update_function_code(
        &self,
        name: &str,
        zip: &[u8],
        architecture: Option<&str>,
    ) -> Result<Function, ClientError> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Request<'a> {
            #[serde(flatten)]
            code: Code,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            architectures: Vec<&'a str>,
        }
        let request = Request { code: Code::new(zip), architectures: architecture.into_iter().collect() };
        let call = json(lambda(Method::PUT, function(name, "/code")), &request)?.deadline(UPLOAD_DEADLINE);
        self.call(call).await?.json()
    }

    pub async fn update_function_configuration(
        &self,
        name: &str,
        settings: &Settings,
    ) -> Result<Function, ClientError> {
        let call = json(lambda(Method::PUT, function(name, "/configuration")), settings)?;
        self.call(call).await?.json()
    }

    pub async fn get_function_configuration(&self, name: &str) -> Result<Function, ClientError> {
        self.call(lambda(Method::GET, function(name, "/configuration"))).await?.json()
    }

    pub async fn delete_function(&self, name: &str) -> Result<(), ClientError> {
        self.call(lambda(Method::DELETE, function(name, ""))).await.map(drop)
    }

    /// All pages.
    pub async fn list_functions(&self) -> Result<Vec<Function>, ClientError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Page {
            functions: Vec<Function>,
            next_marker: Option<String>,
        }
        let mut functions = Vec::new();
        let mut path = format!("{FUNCTIONS}/");
        loop {
            let page: Page = self.call(lambda(Method::GET, path)).await?.json()?;
            functions.extend(page.functions);
            match page.next_marker.filter(|marker| !marker.is_empty()) {
                Some(marker) => {
                    path = format!("{FUNCTIONS}/?Marker={}", utf8_percent_encode(&marker, SEGMENT))
                }
                None => return Ok(functions),
            }
        }
    }

    /// Waits for the answer, and asks for the log's tail.
    pub async fn invoke(
        &self,
        name: &str,
        qualifier: Option<&str>,
        payload: Bytes,
    ) -> Result<Invoked, ClientError> {
        let query = qualifier.map(|q| format!("?Qualifier={}", utf8_percent_encode(q, SEGMENT)));
        let path = function(name, &format!("/invocations{}", query.unwrap_or_default()));
        let call = lambda(Method::POST, path)
            .header("x-amz-invocation-type", "RequestResponse")
            .header("x-amz-log-type", "Tail")
            .body("application/json", payload)
            .deadline(INVOKE_DEADLINE);
        let answer = self.call(call).await?;
        let owned = |name| answer.header(name).map(str::to_owned);
        let log = answer.header("x-amz-log-result").and_then(|tail| BASE64.decode(tail).ok());
        Ok(Invoked {
            function_error: owned("x-amz-function-error"),
            log: String::from_utf8_lossy(&log.unwrap_or_default()).into_owned(),
            executed_version: owned("x-amz-executed-version"),
            request_id: owned("x-amzn-requestid"),
            payload: answer.body,
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Code {
    zip_file: String,
}

impl Code {
    fn new(zip: &[u8]) -> Self {
        Self { zip_file: BASE64.encode(zip) }
    }
}
