//! What a URL of [`CodeUrls`](super::code_url::CodeUrls) leads to. Not an operation of the API: whoever holds the
//! URL may fetch it, without credentials, and answers are S3's.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use hob_wire::{Body, RawRoute};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};

use super::Lambda;
use super::code_url::{InvalidCodeUrl, PATH_PREFIX};

/// Answers GET for each `Code.Location`.
pub(super) struct CodeRoute(pub(super) Arc<Lambda>);

#[async_trait]
impl RawRoute for CodeRoute {
    fn prefix(&self) -> &'static str {
        PATH_PREFIX
    }

    async fn answer(&self, request: Request<Bytes>) -> Response<Body> {
        let url = request.uri().path_and_query().map_or("", |url| url.as_str());
        let sha256 = match self.0.code_urls.read(url) {
            Ok(sha256) => sha256,
            Err(InvalidCodeUrl::Expired) => return access_denied("Request has expired"),
            Err(InvalidCodeUrl::Forged) => return access_denied("Access Denied"),
        };
        match self.0.functions.packages().archive(sha256).await {
            Ok(Some(archive)) => zip(archive).await,
            Ok(None) => refusal(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist."),
            Err(error) => {
                tracing::error!(%error, "a package cannot be found");
                internal_error()
            }
        }
    }
}

async fn zip(archive: PathBuf) -> Response<Body> {
    match tokio::task::spawn_blocking(move || std::fs::read(archive)).await {
        Ok(Ok(zip)) => answer(StatusCode::OK, "application/zip", zip.into()),
        Ok(Err(error)) => {
            tracing::error!(%error, "a package cannot be read");
            internal_error()
        }
        Err(error) => {
            tracing::error!(%error, "reading a package failed");
            internal_error()
        }
    }
}

fn access_denied(message: &str) -> Response<Body> {
    refusal(StatusCode::FORBIDDEN, "AccessDenied", message)
}

fn internal_error() -> Response<Body> {
    let message = "We encountered an internal error. Please try again.";
    refusal(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", message)
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    answer(status, "application/xml", xml.into())
}

fn answer(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::new(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
