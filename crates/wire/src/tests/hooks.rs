//! Preflights, forms, and pages that the owner of a box lets in.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use http_body_util::Full;

use super::cellar::{Cellar, ask_app, get, request};
use super::fixture::{With, app, settings};
use super::upfront::TwoKeys;
use crate::{App, AwsError, Body, Hook, Hooked, Page, RawRequest};

/// Lets `https://friend.example` into the box `open`.
struct Doorman;

#[async_trait]
impl Hook for Doorman {
    async fn answer(&self, request: RawRequest<'_>) -> Result<Response<Body>, AwsError> {
        if request.path == "/closed" {
            return Err(AwsError::new("AccessForbidden", "No rule allows it.").with_status(403));
        }
        let body = request.body.collect(100).await?;
        let text = format!(
            "{} {} {} bytes, {}verified, {}",
            request.parts.method,
            request.path,
            body.len(),
            if request.keys.is_some() { "to be " } else { "not " },
            request.context.caller.arn,
        );
        Ok(Response::new(Body::new(text)))
    }

    fn check_document(&self, parts: &Parts, document: &[u8]) -> Result<(), AwsError> {
        match parts.headers.get("content-md5") {
            Some(md5) if document != md5.as_bytes() => Err(AwsError::new("BadDigest", "It is another.")),
            _ => Ok(()),
        }
    }

    async fn admit(&self, page: Page<'_>) -> Option<HeaderMap> {
        let allowed = page.origin == "https://friend.example" && page.path.starts_with("/open");
        let headers = [("access-control-allow-origin", HeaderValue::from_static("https://friend.example"))];
        allowed.then(|| {
            headers.map(|(name, value)| (http::HeaderName::from_static(name), value)).into_iter().collect()
        })
    }
}

fn hooked(verify: bool) -> App {
    app(settings(Arc::new(TwoKeys), verify)).with_service(Hooked { service: Cellar, hook: Arc::new(Doorman) })
}

async fn ask(request: Request<Full<Bytes>>) -> String {
    ask_app(&hooked(false), request).await
}

fn preflight(uri: &str, host: &str) -> Request<Full<Bytes>> {
    request(Method::OPTIONS, uri, "")
        .with("host", host)
        .with("origin", "https://evil.example")
        .with("access-control-request-method", "PUT")
}

#[tokio::test]
async fn a_preflight_is_the_hooks_to_answer() {
    let answer = ask(preflight("/open/a", "127.0.0.1")).await;
    assert!(answer.contains("OPTIONS /open/a 0 bytes"), "{answer}");
    let answer = ask(preflight("/a", "open.cellar.localhost")).await;
    assert!(answer.contains("OPTIONS /open/a 0 bytes"), "{answer}");
    insta::assert_snapshot!(ask(preflight("/closed", "localhost")).await, @r#"
    403 Forbidden
    content-type: application/xml
    x-amz-id-2: HOST-ID
    x-amz-request-id: REQUEST-ID

    <?xml version="1.0" encoding="UTF-8"?>
    <Error><Code>AccessForbidden</Code><Message>No rule allows it.</Message><RequestId>REQUEST-ID</RequestId><HostId>HOST-ID</HostId></Error>
    "#);
    let other = ask(preflight("/things", "workshop.localhost")).await;
    assert!(other.contains("allowed_origins"), "{other}");
}

#[tokio::test]
async fn a_form_is_the_hooks_to_read_and_to_verify() {
    let form = || {
        request(Method::POST, "/open", "--x\r\n\r\n--x--")
            .with("host", "127.0.0.1")
            .with("content-type", "multipart/form-data; boundary=x")
    };
    let answer = ask(form()).await;
    assert!(answer.contains("POST /open 12 bytes, not verified, arn:aws:iam::000000000000:root"), "{answer}");
    let answer = ask_app(&hooked(true), form()).await;
    assert!(answer.contains("to be verified, anonymous"), "{answer}");
    assert!(answer.contains("x-amz-request-id: REQUEST-ID"), "{answer}");
    let answer = ask(form().with("origin", "https://evil.example")).await;
    assert!(answer.contains("allowed_origins"), "{answer}");
}

#[tokio::test]
async fn a_document_is_the_hooks_to_check_before_it_is_read() {
    let document = |md5| request(Method::PUT, "/open?rules", "<Rules/>").with("content-md5", md5);
    assert!(ask(document("<Rules>")).await.contains("<Code>BadDigest</Code>"));
    assert!(ask(document("<Rules/>")).await.contains("<Code>Seen</Code>"));
}

#[tokio::test]
async fn a_page_is_let_in_by_the_rules_of_the_box_only() {
    let from = |uri: &str, origin: &str| get(uri).with("origin", origin);
    insta::assert_snapshot!(ask(from("/open/2", "https://friend.example")).await, @r#"
    200 OK
    access-control-allow-origin: https://friend.example
    content-length: 2
    content-type: binary/octet-stream
    last-modified: Fri, 02 Jan 2026 03:04:05 GMT
    x-amz-id-2: HOST-ID
    x-amz-meta-grape: ?
    x-amz-request-id: REQUEST-ID

    xx
    "#);
    for (uri, origin) in
        [("/open/2", "https://evil.example"), ("/other/2", "https://friend.example"), ("/open/2", "null")]
    {
        let answer = ask(from(uri, origin)).await;
        assert!(answer.contains("allowed_origins"), "{uri} {origin}: {answer}");
    }
    let elsewhere = get("/open/2").with("origin", "https://friend.example").with("host", "evil.example");
    assert!(ask(elsewhere).await.contains("allowed_hosts"));
}

/// What the box's rules allow is the box, whatever else the path could mean.
#[tokio::test]
async fn a_page_that_a_box_lets_in_gets_to_no_other_service() {
    let friend = |request: Request<Full<Bytes>>| {
        request.with("host", "127.0.0.1").with("origin", "https://friend.example")
    };
    let form = request(Method::POST, "/open", "Action=MakeThing&Version=2015-03-31&Name=chair")
        .with("content-type", "application/x-www-form-urlencoded");
    assert!(ask(friend(form)).await.contains("allowed_origins"));
    assert!(ask(friend(get("/open?Action=MakeThing&Name=chair"))).await.contains("allowed_origins"));
    assert!(
        ask(friend(get("/open").with("x-amz-target", "Shop_2015.MakeThing")))
            .await
            .contains("allowed_origins")
    );
}
