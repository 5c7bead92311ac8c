//! Which service a request without a word about it is for, and in which box.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;

use super::cellar::{Cellar, ask, ask_app, cellar, get, request};
use super::fixture::{With, app, settings};
use crate::{App, Guard, NoKeys, Settings};

const SIGNED: &str =
    "AWS4-HMAC-SHA256 Credential=test/20260102/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00";

fn at(host: &str, uri: &str) -> Request<Full<Bytes>> {
    get(uri).with("host", host)
}

fn own_host() -> App {
    let guard = Guard { hosts: vec!["hob.internal".into()], origins: Vec::new() };
    app(Settings { guard, ..settings(Arc::new(NoKeys), false) }).with_service(Cellar)
}

#[tokio::test]
async fn the_host_may_begin_with_the_box() {
    for host in [
        "red.wines.cellar.eu-west-1.amazonaws.com",
        "red.wines.cellar.amazonaws.com",
        "red.wines.cellar-eu-west-1.amazonaws.com",
        "red.wines.cellar.localhost:4566",
        "red.wines.localhost",
        "red.wines.hob.internal:4566",
    ] {
        for request in [at(host, "/"), at(host, "/").with("authorization", SIGNED)] {
            let answer = ask_app(&own_host(), request).await;
            assert!(answer.contains("<Name>red.wines</Name>"), "{host}: {answer}");
        }
        let answer = ask_app(&own_host(), at(host, "//a/2")).await;
        assert!(answer.starts_with("200") && answer.contains("content-type: binary"), "{host}: {answer}");
    }
}

#[tokio::test]
async fn a_host_that_somebody_else_may_own_is_still_refused() {
    for host in ["red.wines.evil.example", "red.cellar.evil.example", "cellar.evilhob.internal"] {
        let answer = ask_app(&own_host(), at(host, "/")).await;
        assert!(answer.starts_with("403 Forbidden"), "{host}: {answer}");
        assert!(answer.contains("allowed_hosts"), "{answer}");
    }
}

#[tokio::test]
async fn the_path_begins_with_the_box_where_the_host_does_not() {
    for host in
        ["127.0.0.1:4566", "localhost", "cellar.localhost", "cellar.us-east-1.amazonaws.com", "hob.internal"]
    {
        let answer = ask_app(&own_host(), at(host, "/wines")).await;
        assert!(answer.contains("<Name>wines</Name>"), "{host}: {answer}");
    }
}

#[tokio::test]
async fn what_no_other_service_knows_is_a_box() {
    let answer = ask(at("127.0.0.1", "/wines/7")).await;
    assert!(answer.ends_with("xxxxxxx"), "{answer}");
    // Workshop has this path.
    let made = ask(request(Method::POST, "/things", "{}").with("host", "127.0.0.1")).await;
    assert!(made.contains("ValidationException"), "{made}");
    // No box can be called so.
    for path in ["/", "/_hob/unknown", "/ab"] {
        let answer = ask(at("127.0.0.1", path)).await;
        assert!(answer.contains("This is a Hob server"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn what_says_that_it_is_for_another_service_is_no_box() {
    let signed = SIGNED.replace("/s3/", "/dynamodb/");
    let answer = ask(at("127.0.0.1", "/wines").with("authorization", &signed)).await;
    assert!(answer.contains("Hob does not serve dynamodb yet."), "{answer}");
    let answer = ask(at("127.0.0.1", "/wines").with("x-amz-target", "Other.Do")).await;
    assert!(answer.contains("Hob does not serve Other yet."), "{answer}");
    let form = request(Method::POST, "/wines/queue", "Action=MakeThing&Version=2015-03-31&Name=UP")
        .with("host", "127.0.0.1")
        .with("content-type", "application/x-www-form-urlencoded");
    assert!(ask(form).await.contains("<ErrorResponse"));
    let answer = ask(at("127.0.0.1", "/wines/queue?Action=MakeThing&Name=UP")).await;
    assert!(answer.contains("<ErrorResponse"), "{answer}");
}

#[tokio::test]
async fn under_access_control_a_box_is_not_open_to_everybody() {
    let app = cellar(Arc::new(NoKeys), true);
    let answer = ask_app(&app, at("127.0.0.1", "/wines/7")).await;
    assert!(answer.contains("<Code>AccessDenied</Code>"), "{answer}");
}
