//! Paths that are no AWS service's, behind the same access control.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use hob_types::{EnvironmentId, SeededRandom};
use http::Request;
use http_body_util::Full;

use super::fixture::{app, endpoint, now, peer, render, settings};
use crate::sigv4::{Credentials, Signing, sign};
use crate::{AwsError, Caller, Endpoint, EnvironmentIdentity, Identity, Key, Keys, NoKeys, ServerRoute};

/// Says who asked for what.
struct Mirror;

#[async_trait]
impl ServerRoute for Mirror {
    fn path(&self) -> &'static str {
        "/_hob/mirror"
    }

    async fn get(&self, identity: &Identity, query: &str) -> Result<Bytes, AwsError> {
        let Identity { account, region, .. } = identity;
        Ok(format!("[\"{account}\",\"{region}\",\"{query}\"]").into())
    }
}

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

struct OneKey;

impl Keys for OneKey {
    fn secret(&self, access_key_id: &str) -> Option<Key> {
        (access_key_id == "AKIDALICE").then(|| Key {
            secret: SECRET.to_owned(),
            account: "123456789012".parse().unwrap(),
            arn: "arn:aws:iam::123456789012:user/alice".to_owned(),
            user_id: "AIDAALICE".to_owned(),
            session_token: None,
        })
    }
}

fn get(method: &str) -> Request<Full<Bytes>> {
    let request = Request::builder().method(method).uri("/_hob/mirror?a=1").header("host", "127.0.0.1:4566");
    request.body(Full::default()).unwrap()
}

async fn answer(request: Request<Full<Bytes>>, keys: Arc<dyn Keys>, endpoint: Endpoint) -> String {
    let verify = keys.secret("AKIDALICE").is_some();
    let app = app(settings(keys, verify)).with_server_route(Mirror);
    render(app.handle(&endpoint, peer(), request).await).await
}

fn signed(service: &'static str) -> Request<Full<Bytes>> {
    let credentials =
        Credentials { access_key_id: "AKIDALICE", secret_access_key: SECRET, session_token: None };
    let signing = Signing { credentials, region: "eu-west-1", service, now: now() };
    let mut parts = get("GET").into_parts().0;
    sign(&mut parts, b"", &signing).unwrap();
    Request::from_parts(parts, Full::default())
}

#[tokio::test]
async fn without_access_control_everybody_is_answered() {
    insta::assert_snapshot!(answer(get("GET"), Arc::new(NoKeys), endpoint()).await, @r#"
    200 OK
    content-type: application/json

    ["000000000000","us-east-1","a=1"]
    "#);
}

#[tokio::test]
async fn under_access_control_only_the_signed_are_answered() {
    insta::assert_snapshot!(answer(signed("hob"), Arc::new(OneKey), endpoint()).await, @r#"
    200 OK
    content-type: application/json

    ["123456789012","eu-west-1","a=1"]
    "#);
    insta::assert_snapshot!(answer(get("GET"), Arc::new(OneKey), endpoint()).await, @r#"
    403 Forbidden
    content-type: application/json
    x-amzn-errortype: MissingAuthenticationTokenException
    x-amzn-requestid: REQUEST-ID

    {"message":"Missing Authentication Token"}
    "#);
    insta::assert_snapshot!(answer(signed("lambda"), Arc::new(OneKey), endpoint()).await, @r#"
    403 Forbidden
    content-type: application/json
    x-amzn-errortype: InvalidSignatureException
    x-amzn-requestid: REQUEST-ID

    {"message":"Credential should be scoped to correct service: 'hob'. "}
    "#);
}

#[tokio::test]
async fn nothing_but_get_is_answered() {
    insta::assert_snapshot!(answer(get("DELETE"), Arc::new(NoKeys), endpoint()).await, @r#"
    405 Method Not Allowed
    content-type: application/json
    x-amzn-errortype: MethodNotAllowedException
    x-amzn-requestid: REQUEST-ID

    {"message":"/_hob/mirror answers GET only."}
    "#);
}

#[tokio::test]
async fn a_function_is_not_answered() {
    let caller = Caller {
        access_key_id: None,
        arn: "arn:aws:sts::000000000000:assumed-role/any/fn".to_owned(),
        user_id: "AROA".to_owned(),
    };
    let inside = Endpoint::Environment(EnvironmentIdentity {
        id: EnvironmentId::random(&SeededRandom::new(1)),
        identity: Identity {
            account: "000000000000".parse().unwrap(),
            region: "us-east-1".parse().unwrap(),
            caller,
        },
    });
    insta::assert_snapshot!(answer(get("GET"), Arc::new(NoKeys), inside).await, @r#"
    403 Forbidden
    content-type: application/json
    x-amzn-errortype: AccessDeniedException
    x-amzn-requestid: REQUEST-ID

    {"message":"Functions may not ask this."}
    "#);
}
