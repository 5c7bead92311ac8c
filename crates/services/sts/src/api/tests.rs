use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use hob_types::{ManualClock, Region, SeededRandom, Timestamp};
use hob_wire::{App, Caller, Endpoint, EnvironmentIdentity, Guard, Identity, NoKeys, Settings};
use http::Request;
use http_body_util::{BodyExt, Full};

fn app() -> App {
    let clock = Arc::new(ManualClock::at(Timestamp::EPOCH));
    let random = Arc::new(SeededRandom::new(1));
    let guard = Guard::default();
    App::new(Settings { clock, random, keys: Arc::new(NoKeys), verify_signatures: false, guard })
        .with_service(super::service())
}

/// What botocore sends, and the answer with one element per line.
async fn get_caller_identity(endpoint: &Endpoint, access_key_id: &str) -> String {
    let peer = SocketAddr::from(([127, 0, 0, 1], 50_000));
    let request = Request::post("/")
        .header("host", "127.0.0.1:4566")
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        .header(
            "authorization",
            format!(
                "AWS4-HMAC-SHA256 Credential={access_key_id}/20260102/eu-west-1/sts/aws4_request, \
                 SignedHeaders=host, Signature=00"
            ),
        )
        .body(Full::<Bytes>::from("Action=GetCallerIdentity&Version=2011-06-15"))
        .unwrap();
    let (parts, body) = app().handle(endpoint, peer, request).await.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let id = parts.headers["x-amzn-requestid"].to_str().unwrap();
    let body = String::from_utf8_lossy(&body).replace(id, "REQUEST-ID").replace("><", ">\n<");
    format!("{}\n{}\n{body}", parts.status, parts.headers["content-type"].to_str().unwrap())
}

#[tokio::test]
async fn a_caller_is_the_owner_of_its_account() {
    let network = Endpoint::Network(SocketAddr::from(([127, 0, 0, 1], 4566)));
    insta::assert_snapshot!(get_caller_identity(&network, "test").await, @r#"
    200 OK
    text/xml
    <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
    <GetCallerIdentityResult>
    <UserId>000000000000</UserId>
    <Account>000000000000</Account>
    <Arn>arn:aws:iam::000000000000:root</Arn>
    </GetCallerIdentityResult>
    <ResponseMetadata>
    <RequestId>REQUEST-ID</RequestId>
    </ResponseMetadata>
    </GetCallerIdentityResponse>
    "#);
    let other = get_caller_identity(&network, "123456789012").await;
    assert!(other.contains("<Arn>arn:aws:iam::123456789012:root</Arn>"), "{other}");
}

#[tokio::test]
async fn a_function_is_a_session_of_its_role_whatever_it_signs_with() {
    let caller = Caller {
        access_key_id: Some("ASIAEXAMPLE".to_owned()),
        arn: "arn:aws:sts::123456789012:assumed-role/worker/hello".to_owned(),
        user_id: "AROAEXAMPLE:hello".to_owned(),
    };
    let identity = Identity { account: "123456789012".parse().unwrap(), region: Region::local(), caller };
    let id = hob_types::EnvironmentId::random(&SeededRandom::new(2));
    let environment = Endpoint::Environment(EnvironmentIdentity { id, identity });
    let answer = get_caller_identity(&environment, "test").await;
    assert!(answer.contains("<Arn>arn:aws:sts::123456789012:assumed-role/worker/hello</Arn>"), "{answer}");
    assert!(answer.contains("<UserId>AROAEXAMPLE:hello</UserId>"), "{answer}");
}
