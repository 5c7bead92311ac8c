//! What browsers ask that SDKs do not: whether a page may use a bucket, and forms that upload a file.

mod cors_headers;
mod form_identity;
mod form_object;
mod post_answer;
mod post_object;
mod preflight;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use hob_wire::{AwsError, Body, Hook, Page, RawRequest};
use http::{HeaderMap, Method, Response};
use percent_encoding::percent_decode_str;

use crate::S3;
use crate::configuration::CorsRequest;

pub(super) struct Browsers(pub(super) Arc<S3>);

#[async_trait]
impl Hook for Browsers {
    async fn answer(&self, request: RawRequest<'_>) -> Result<Response<Body>, AwsError> {
        match request.parts.method {
            Method::OPTIONS => preflight::answer(&self.0, &request).await,
            _ => post_object::answer(&self.0, request).await,
        }
    }

    async fn admit(&self, page: Page<'_>) -> Option<HeaderMap> {
        let (bucket, _) = named(page.path);
        let cors = self.0.cors(&bucket).await.ok()??;
        let request =
            CorsRequest { origin: page.origin, method: page.parts.method.as_str(), headers: Vec::new() };
        Some(cors_headers::of(cors.allowing(&request)?, &request))
    }
}

/// The bucket and the key, which may be empty, of `/bucket/key`.
fn named(path: &str) -> (String, String) {
    let path = path.strip_prefix('/').unwrap_or(path);
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    let decoded = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
    (decoded(bucket), decoded(key))
}
