use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hob_types::Timestamp;
use http::Request;
use http_body_util::Full;
use proptest::prelude::*;

use super::fixture::{With, app, endpoint, now, peer, post, render, settings};
use crate::sigv4::{Credentials, Signing, sign};
use crate::{Key, Keys};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// `AKIDALICE` is for keeps, `ASIATEMP` comes with a token.
struct TwoKeys;

impl Keys for TwoKeys {
    fn secret(&self, access_key_id: &str) -> Option<Key> {
        let session_token = match access_key_id {
            "AKIDALICE" => None,
            "ASIATEMP" => Some("token".to_owned()),
            _ => return None,
        };
        Some(Key {
            secret: SECRET.to_owned(),
            account: "123456789012".parse().unwrap(),
            arn: "arn:aws:iam::123456789012:user/alice".to_owned(),
            user_id: "AIDAALICE".to_owned(),
            session_token,
        })
    }
}

fn alice() -> Signing<'static> {
    let credentials =
        Credentials { access_key_id: "AKIDALICE", secret_access_key: SECRET, session_token: None };
    Signing { credentials, region: "eu-west-1", service: "workshop", now: now() }
}

fn signed(request: Request<Full<Bytes>>, body: &'static str, signing: &Signing<'_>) -> Request<Full<Bytes>> {
    let mut parts = request.into_parts().0;
    sign(&mut parts, body.as_bytes(), signing).unwrap();
    Request::from_parts(parts, Full::new(Bytes::from_static(body.as_bytes())))
}

async fn answer(request: Request<Full<Bytes>>) -> String {
    let app = app(settings(Arc::new(TwoKeys), true));
    render(app.handle(&endpoint(), peer(), request).await).await
}

fn who() -> Request<Full<Bytes>> {
    post("/things/chair/runs?Qualifier=who", "")
}

#[tokio::test]
async fn a_signed_request_is_its_signers() {
    insta::assert_snapshot!(answer(signed(who(), "hello", &alice())).await, @r"
    200 OK
    content-type: application/json
    x-amzn-requestid: REQUEST-ID

    123456789012 eu-west-1 arn:aws:iam::123456789012:user/alice http://127.0.0.1:4566
    ");
}

#[tokio::test]
async fn nothing_signed_is_a_missing_token() {
    insta::assert_snapshot!(answer(who()).await, @r#"
    403 Forbidden
    content-type: application/json
    x-amzn-errortype: MissingAuthenticationTokenException
    x-amzn-requestid: REQUEST-ID

    {"message":"Missing Authentication Token"}
    "#);
}

#[tokio::test]
async fn a_header_without_its_parts_is_incomplete() {
    let request = post("/things/chair/runs", "").with("authorization", "AWS4-HMAC-SHA256 Credential=x");
    let answer = answer(request).await;
    assert!(answer.contains("x-amzn-errortype: IncompleteSignatureException"), "{answer}");
    assert!(
        answer.contains(
            "Authorization header requires 'Signature' parameter. Authorization header requires \
             'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a \
             'Date' header. Authorization=AWS4-HMAC-SHA256"
        ),
        "{answer}"
    );
}

#[tokio::test]
async fn an_unknown_key_or_a_wrong_token_is_an_invalid_token() {
    let with = |access_key_id, session_token| Signing {
        credentials: Credentials { access_key_id, secret_access_key: SECRET, session_token },
        ..alice()
    };
    for signing in [
        with("AKIDMALLORY", None),
        with("AKIDALICE", Some("token")),
        with("ASIATEMP", None),
        with("ASIATEMP", Some("stale")),
    ] {
        let answer = answer(signed(who(), "", &signing)).await;
        assert!(answer.contains("x-amzn-errortype: UnrecognizedClientException"), "{answer}");
    }
    let temporary = with("ASIATEMP", Some("token"));
    assert!(answer(signed(who(), "", &temporary)).await.starts_with("200 OK"));
}

#[tokio::test]
async fn a_request_that_was_changed_after_signing_is_refused() {
    let refused = async |request| {
        let answer = answer(request).await;
        assert!(answer.starts_with("403 Forbidden"), "{answer}");
        assert!(answer.contains("The request signature we calculated does not match"), "{answer}");
    };
    refused(signed(who(), "", &alice()).with("x-amz-date", "20260102T030406Z")).await;
    refused(signed(who(), "", &alice()).with("host", "localhost:4566")).await;
    let mut other_body = signed(who(), "one", &alice());
    *other_body.body_mut() = Full::from("two");
    refused(other_body).await;
    let mut other_path = signed(who(), "", &alice());
    *other_path.uri_mut() = "/things/table/runs?Qualifier=who".parse().unwrap();
    refused(other_path).await;
    let wrong_secret = Credentials { secret_access_key: "guess", ..alice().credentials };
    refused(signed(who(), "", &Signing { credentials: wrong_secret, ..alice() })).await;
}

#[tokio::test]
async fn a_signature_is_good_for_five_minutes_before_and_after() {
    let at = async |seconds: i64| {
        let now = Timestamp::from_millis(now().as_millis() + seconds * 1000);
        answer(signed(who(), "", &Signing { now, ..alice() })).await
    };
    assert!(at(-300).await.starts_with("200 OK"));
    assert!(at(300).await.starts_with("200 OK"));
    let expired = "Signature expired: 20260102T025904Z is now earlier than 20260102T025905Z (20260102T030405Z - 5 min.)";
    assert!(at(-301).await.contains(expired));
    let early = "Signature not yet current: 20260102T030906Z is still later than 20260102T030905Z (20260102T030405Z + 5 min.)";
    assert!(at(301).await.contains(early));
}

#[tokio::test]
async fn a_signature_is_for_one_service() {
    let other = Signing { service: "lambda", ..alice() };
    let answer = answer(signed(who(), "", &other)).await;
    assert!(answer.contains("Credential should be scoped to correct service: 'workshop'."), "{answer}");
}

#[tokio::test]
async fn json_and_query_services_refuse_in_their_own_ways() {
    let json = post("/", "{}").with("x-amz-target", "Shop_2015.MakeThing");
    let other = Signing { service: "jsonshop", ..alice() };
    let wrong = signed(json, "{}", &other).with("x-amz-date", "20260102T030406Z");
    insta::assert_snapshot!(answer(wrong).await, @r#"
    400 Bad Request
    content-type: application/x-amz-json-1.1
    x-amzn-requestid: REQUEST-ID

    {"__type":"InvalidSignatureException","message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}
    "#);
    let form = post("/", "")
        .with("content-type", "application/x-www-form-urlencoded")
        .with("host", "formshop.localhost");
    let unsigned = answer(form).await;
    assert!(unsigned.starts_with("403 Forbidden"), "{unsigned}");
    assert!(unsigned.contains("<Code>MissingAuthenticationToken</Code>"), "{unsigned}");
}

#[tokio::test]
async fn without_access_control_a_twelve_digit_key_selects_its_account() {
    let app = app(settings(Arc::new(TwoKeys), false));
    let credentials = Credentials { access_key_id: "210987654321", ..alice().credentials };
    let request = signed(who(), "", &Signing { credentials, ..alice() });
    let answer = render(app.handle(&endpoint(), peer(), request).await).await;
    assert!(
        answer.ends_with("210987654321 eu-west-1 arn:aws:iam::210987654321:root http://127.0.0.1:4566"),
        "{answer}"
    );
    let nobody = render(app.handle(&endpoint(), peer(), who()).await).await;
    assert!(
        nobody.ends_with("000000000000 us-east-1 arn:aws:iam::000000000000:root http://127.0.0.1:4566"),
        "{nobody}"
    );
}

proptest! {
    #[test]
    fn whatever_is_signed_is_verified(
        segment in "[a-zA-Z0-9%:./ ~é-]{0,20}",
        name in "[a-zA-Z-]{1,8}",
        value in "\\PC{0,12}",
        header in "[ -~]{0,20}",
        body in ".{0,40}",
    ) {
        let encode = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
        };
        let uri = format!("/things/{}/runs?{}={}", encode(&segment), encode(&name), encode(&value));
        let request = Request::post(uri).header("host", "localhost").header("x-amz-meta", header);
        let mut parts = request.body(()).unwrap().into_parts().0;
        sign(&mut parts, body.as_bytes(), &alice()).unwrap();
        let signed = crate::sigv4::Signed::parse(&parts).unwrap();
        prop_assert_eq!(signed.verify(&parts, body.as_bytes(), SECRET, now()), Ok(()));
        let late = now() + Duration::from_secs(301);
        prop_assert!(signed.verify(&parts, body.as_bytes(), SECRET, late).is_err());
    }

    #[test]
    fn any_header_is_verified_or_refused_without_a_panic(header in "\\PC{0,120}", date in "\\PC{0,20}") {
        let request = Request::post("/").header("authorization", format!("AWS4-HMAC-SHA256 {header}"));
        if let Ok(request) = request.header("x-amz-date", date).body(()) {
            let parts = request.into_parts().0;
            if let Ok(signed) = crate::sigv4::Signed::parse(&parts) {
                let _ = signed.verify(&parts, b"", SECRET, now());
            }
        }
    }
}
