//! A small client of the AWS API: what the other commands need, and nothing else.

mod credentials;
mod endpoint;
mod error;
pub mod lambda;
pub mod logs;
mod signature;
pub mod statistics;
mod sts;
pub mod usage;

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

use self::credentials::Credentials;
use self::endpoint::Endpoint;
pub use self::error::ClientError;
use crate::cli::Target;
use crate::config::Key;
use crate::failure::Outcome;

/// Longer than any control-plane call takes.
const CALL_DEADLINE: Duration = Duration::from_secs(60);

/// One server, one region, one set of credentials.
#[derive(Clone, Debug)]
pub struct Client {
    endpoint: Endpoint,
    region: String,
    credentials: Credentials,
}

/// One request, before it is signed.
struct Call {
    /// As SigV4 names it.
    service: &'static str,
    method: Method,
    /// Percent-encoded, with the query.
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
    deadline: Duration,
}

impl Call {
    fn new(service: &'static str, method: Method, path: impl Into<String>) -> Self {
        let (headers, body) = (Vec::new(), Bytes::new());
        Self { service, method, path: path.into(), headers, body, deadline: CALL_DEADLINE }
    }

    fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header("content-type", content_type)
    }

    fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }
}

/// A successful answer.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, ClientError> {
        serde_json::from_slice(&self.body).map_err(ClientError::Unreadable)
    }
}

impl Client {
    /// Reads the credentials from the environment, as AWS's tools do.
    pub fn new(target: &Target) -> Outcome<Self> {
        Ok(Self {
            endpoint: target.endpoint.parse()?,
            region: target.region.clone().unwrap_or_else(credentials::region),
            credentials: Credentials::from_environment(),
        })
    }

    /// Of a server in this process.
    pub fn of_server(address: SocketAddr, key: Option<&Key>) -> Self {
        Self {
            endpoint: Endpoint::from(address),
            region: credentials::DEFAULT_REGION.to_owned(),
            credentials: key.map_or_else(Credentials::anyone, Credentials::from),
        }
    }

    /// As in `http://127.0.0.1:4566`.
    pub fn endpoint(&self) -> String {
        self.endpoint.to_string()
    }

    async fn call(&self, call: Call) -> Result<Answer, ClientError> {
        let deadline = call.deadline;
        let exchange = self.exchange(self.request(call)?);
        let late = |_| ClientError::Late { endpoint: self.endpoint.to_string(), deadline };
        let answer = timeout(deadline, exchange).await.map_err(late)??;
        if answer.status.is_success() { Ok(answer) } else { Err(error::from_answer(&answer)) }
    }

    fn request(&self, call: Call) -> Result<Request<Full<Bytes>>, ClientError> {
        let mut request = Request::builder()
            .method(call.method)
            .uri(format!("{}{}", self.endpoint.prefix, call.path))
            .header(header::HOST, self.endpoint.authority())
            .header(header::USER_AGENT, concat!("hob/", env!("CARGO_PKG_VERSION")));
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        let signed = request.body(Full::new(call.body.clone()))?;
        Ok(signature::sign(signed, &call.body, call.service, &self.region, &self.credentials)?)
    }

    /// One connection per call: on a loopback that costs less than keeping one.
    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Answer, ClientError> {
        let stream = TcpStream::connect((self.endpoint.host.as_str(), self.endpoint.port))
            .await
            .map_err(|source| ClientError::Unreachable { endpoint: self.endpoint.to_string(), source })?;
        let _ = stream.set_nodelay(true);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let answer = async {
            let (parts, body) = sender.send_request(request).await?.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok(Answer { status: parts.status, headers: parts.headers, body })
        };
        // The connection moves the bytes; the answer decides when we are done.
        let connection = async {
            let _ = connection.await;
            std::future::pending().await
        };
        tokio::select! {
            answer = answer => answer,
            never = connection => never,
        }
    }
}
