use bytes::Bytes;
use http::Request;
use http_body_util::Full;

use std::sync::Arc;

use super::fixture::{With, app, endpoint, peer, post, render, send, settings};
use crate::{Guard, NoKeys, Settings};

#[tokio::test]
async fn a_rest_operation_that_is_not_served_yet_is_told_from_one_that_does_not_exist() {
    let delete = |path: &str| {
        Request::delete(path).header("host", "workshop.localhost").body(Full::<Bytes>::default()).unwrap()
    };
    insta::assert_snapshot!(send(delete("/things/chair")).await, @r#"
    501 Not Implemented
    content-type: application/json
    x-amzn-errortype: NotImplementedException
    x-amzn-requestid: REQUEST-ID

    {"message":"BreakThing is an operation of AWS Workshop that Hob does not serve yet."}
    "#);
    insta::assert_snapshot!(send(delete("/thongs/chair")).await, @r#"
    404 Not Found
    content-type: application/json
    x-amzn-errortype: UnknownOperationException
    x-amzn-requestid: REQUEST-ID

    {"message":"DELETE /thongs/chair is no operation of AWS Workshop."}
    "#);
}

#[tokio::test]
async fn a_service_that_is_not_served_is_named() {
    let signed = "AWS4-HMAC-SHA256 Credential=test/20260102/us-east-1/s3/aws4_request, SignedHeaders=host, \
        Signature=00";
    insta::assert_snapshot!(send(post("/bucket", "").with("authorization", signed)).await, @r#"
    501 Not Implemented
    content-type: application/json
    x-amzn-errortype: NotImplementedException
    x-amzn-requestid: REQUEST-ID

    {"message":"Hob does not serve s3 yet."}
    "#);
}

#[tokio::test]
async fn a_request_for_nothing_in_particular_is_told_what_this_is() {
    insta::assert_snapshot!(send(post("/", "")).await, @r#"
    404 Not Found
    content-type: application/json
    x-amzn-errortype: UnknownOperationException
    x-amzn-requestid: REQUEST-ID

    {"message":"This is a Hob server, which speaks AWS's API; the request names no service of it."}
    "#);
}

#[tokio::test]
async fn a_foreign_web_page_is_refused() {
    let request = post("/things", r#"{"Name": "chair"}"#).with("origin", "https://evil.example");
    insta::assert_snapshot!(send(request).await, @r#"
    403 Forbidden
    content-type: application/json
    x-amzn-errortype: AccessDeniedException
    x-amzn-requestid: REQUEST-ID

    {"message":"requests from the web page \"https://evil.example\" are not served; allow it by `allowed_origins` in hob.toml if it is meant"}
    "#);
}

#[tokio::test]
async fn an_allowed_web_page_may_ask_send_and_read() {
    let guard = Guard { origins: vec!["https://friend.example".to_owned()], ..Guard::default() };
    let app = app(Settings { guard, ..settings(Arc::new(NoKeys), false) });
    let preflight = Request::options("/things")
        .header("host", "localhost:4566")
        .header("origin", "https://friend.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,x-amz-date")
        .body(Full::<Bytes>::default())
        .unwrap();
    insta::assert_snapshot!(render(app.handle(&endpoint(), peer(), preflight).await).await, @r"
    204 No Content
    access-control-allow-headers: authorization,x-amz-date
    access-control-allow-methods: GET, HEAD, POST, PUT, PATCH, DELETE
    access-control-allow-origin: https://friend.example
    access-control-expose-headers: access-control-allow-methods, access-control-allow-headers, access-control-max-age
    access-control-max-age: 600
    vary: Origin
    ");
    let request = post("/things/chair/runs", "hi").with("origin", "https://friend.example");
    insta::assert_snapshot!(render(app.handle(&endpoint(), peer(), request).await).await, @r"
    200 OK
    access-control-allow-origin: https://friend.example
    access-control-expose-headers: x-amzn-requestid, content-type
    content-type: application/json
    vary: Origin
    x-amzn-requestid: REQUEST-ID

    hi
    ");
}
