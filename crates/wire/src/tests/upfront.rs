//! Who asks, decided before the body is read.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hob_types::Timestamp;
use http::Request;
use http_body_util::Full;

use super::cellar::{ask, ask_app, cellar, get, put};
use super::fixture::{With, now};
use crate::sigv4::{self, ChunkSigner, Credentials, Signing};
use crate::{Key, Keys};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// `AKIDALICE` is for keeps, `ASIATEMP` comes with a token.
pub(super) struct TwoKeys;

impl Keys for TwoKeys {
    fn secret(&self, access_key_id: &str) -> Option<Key> {
        let session_token = match access_key_id {
            "AKIDALICE" => None,
            "ASIATEMP" => Some("token".to_owned()),
            _ => return None,
        };
        let account = "111122223333".parse().expect("an account");
        let arn = "arn:aws:iam::111122223333:user/alice".to_owned();
        Some(Key { secret: SECRET.into(), account, arn, user_id: "AIDAALICE".into(), session_token })
    }
}

fn alice() -> Signing<'static> {
    let credentials =
        Credentials { access_key_id: "AKIDALICE", secret_access_key: SECRET, session_token: None };
    Signing { credentials, region: "eu-west-1", service: "s3", now: now() }
}

/// With the signer of its chunks.
pub(super) fn signed(request: Request<Full<Bytes>>) -> (Request<Full<Bytes>>, ChunkSigner) {
    let request = signed_as(request, &alice());
    let (parts, body) = request.into_parts();
    let (_, _, signer) = sigv4::verified(&parts, "s3", &TwoKeys, now()).expect("what was just signed");
    (Request::from_parts(parts, body), signer)
}

fn signed_as(request: Request<Full<Bytes>>, signing: &Signing<'_>) -> Request<Full<Bytes>> {
    let (mut parts, body) = request.into_parts();
    sigv4::sign(&mut parts, b"", signing).expect("a signature");
    Request::from_parts(parts, body)
}

fn who() -> Request<Full<Bytes>> {
    get("/box/who").with("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
}

async fn verified(request: Request<Full<Bytes>>) -> String {
    ask_app(&cellar(Arc::new(TwoKeys), true), request).await
}

#[tokio::test]
async fn a_signed_request_is_its_callers() {
    let answer = verified(signed_as(who(), &alice())).await;
    assert!(answer.ends_with("111122223333 eu-west-1 arn:aws:iam::111122223333:user/alice"), "{answer}");
}

#[tokio::test]
async fn the_path_is_signed_as_it_is() {
    for path in ["/box//a/../b%2Fc%20d", "/box/%C3%A9+&=", "/box/x/./"] {
        let request = put(path, "").with("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
        let answer = verified(signed_as(request, &alice())).await;
        assert!(answer.starts_with("200"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn nobody_is_nobody() {
    insta::assert_snapshot!(verified(get("/box/who")).await, @r#"
    403 Forbidden
    content-type: application/xml
    x-amz-id-2: HOST-ID
    x-amz-request-id: REQUEST-ID

    <?xml version="1.0" encoding="UTF-8"?>
    <Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>REQUEST-ID</RequestId><HostId>HOST-ID</HostId></Error>
    "#);
    let other = verified(get("/box/who").with("authorization", "AWS AKIDALICE:c2ln")).await;
    assert!(other.contains("<Code>InvalidRequest</Code><Message>The authorization mechanism"), "{other}");
}

#[tokio::test]
async fn each_fault_of_a_signature_has_its_code() {
    let wrong = signed_as(who(), &alice()).with("x-amz-date", "20260102T030406Z");
    insta::assert_snapshot!(verified(wrong).await, @r#"
    403 Forbidden
    content-type: application/xml
    x-amz-id-2: HOST-ID
    x-amz-request-id: REQUEST-ID

    <?xml version="1.0" encoding="UTF-8"?>
    <Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message><AWSAccessKeyId>AKIDALICE</AWSAccessKeyId><StringToSign>AWS4-HMAC-SHA256
    20260102T030406Z
    20260102/eu-west-1/s3/aws4_request
    579908b7e9d216e660cf297c2d47d6524ba83069c21f227111acdedad9a66b3a</StringToSign><SignatureProvided>d26481fd64aea30468d8727cb50c09a401462cd92f2522285e7d6077b2b5b2da</SignatureProvided><StringToSignBytes>41 57 53 34 2d 48 4d 41 43 2d 53 48 41 32 35 36 0a 32 30 32 36 30 31 30 32 54 30 33 30 34 30 36 5a 0a 32 30 32 36 30 31 30 32 2f 65 75 2d 77 65 73 74 2d 31 2f 73 33 2f 61 77 73 34 5f 72 65 71 75 65 73 74 0a 35 37 39 39 30 38 62 37 65 39 64 32 31 36 65 36 36 30 63 66 32 39 37 63 32 64 34 37 64 36 35 32 34 62 61 38 33 30 36 39 63 32 31 66 32 32 37 31 31 31 61 63 64 65 64 61 64 39 61 36 36 62 33 61</StringToSignBytes><CanonicalRequest>GET
    /box/who

    host:cellar.localhost:4566
    x-amz-content-sha256:UNSIGNED-PAYLOAD
    x-amz-date:20260102T030406Z

    host;x-amz-content-sha256;x-amz-date
    UNSIGNED-PAYLOAD</CanonicalRequest><CanonicalRequestBytes>47 45 54 0a 2f 62 6f 78 2f 77 68 6f 0a 0a 68 6f 73 74 3a 63 65 6c 6c 61 72 2e 6c 6f 63 61 6c 68 6f 73 74 3a 34 35 36 36 0a 78 2d 61 6d 7a 2d 63 6f 6e 74 65 6e 74 2d 73 68 61 32 35 36 3a 55 4e 53 49 47 4e 45 44 2d 50 41 59 4c 4f 41 44 0a 78 2d 61 6d 7a 2d 64 61 74 65 3a 32 30 32 36 30 31 30 32 54 30 33 30 34 30 36 5a 0a 0a 68 6f 73 74 3b 78 2d 61 6d 7a 2d 63 6f 6e 74 65 6e 74 2d 73 68 61 32 35 36 3b 78 2d 61 6d 7a 2d 64 61 74 65 0a 55 4e 53 49 47 4e 45 44 2d 50 41 59 4c 4f 41 44</CanonicalRequestBytes><RequestId>REQUEST-ID</RequestId><HostId>HOST-ID</HostId></Error>
    "#);
    let credentials = Credentials { access_key_id: "AKIDBOB", ..alice().credentials };
    insta::assert_snapshot!(verified(signed_as(who(), &Signing { credentials, ..alice() })).await, @r#"
    403 Forbidden
    content-type: application/xml
    x-amz-id-2: HOST-ID
    x-amz-request-id: REQUEST-ID

    <?xml version="1.0" encoding="UTF-8"?>
    <Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in our records.</Message><AWSAccessKeyId>AKIDBOB</AWSAccessKeyId><RequestId>REQUEST-ID</RequestId><HostId>HOST-ID</HostId></Error>
    "#);
    let other = Signing { service: "workshop", ..alice() };
    let elsewhere = signed_as(get("/box/who").with("host", "cellar.localhost"), &other);
    assert!(!verified(elsewhere).await.starts_with("200"));
    insta::assert_snapshot!(verified(signed_as(get("/box/who"), &alice())).await, @r#"
    400 Bad Request
    content-type: application/xml
    x-amz-id-2: HOST-ID
    x-amz-request-id: REQUEST-ID

    <?xml version="1.0" encoding="UTF-8"?>
    <Error><Code>InvalidRequest</Code><Message>Missing required header for this request: x-amz-content-sha256</Message><RequestId>REQUEST-ID</RequestId><HostId>HOST-ID</HostId></Error>
    "#);
    insta::assert_snapshot!(verified(signed_as(who(), &alice()).with("x-amz-meta-new", "1")).await, @r#"
    403 Forbidden
    content-type: application/xml
    x-amz-id-2: HOST-ID
    x-amz-request-id: REQUEST-ID

    <?xml version="1.0" encoding="UTF-8"?>
    <Error><Code>AccessDenied</Code><Message>There were headers present in the request which were not signed</Message><HeadersNotSigned>x-amz-meta-new</HeadersNotSigned><RequestId>REQUEST-ID</RequestId><HostId>HOST-ID</HostId></Error>
    "#);
    let broken = who()
        .with("authorization", "AWS4-HMAC-SHA256 Credential=AKIDALICE/20260102/eu-west-1/s3/aws4_request");
    insta::assert_snapshot!(verified(broken).await, @r#"
    400 Bad Request
    content-type: application/xml
    x-amz-id-2: HOST-ID
    x-amz-request-id: REQUEST-ID

    <?xml version="1.0" encoding="UTF-8"?>
    <Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; Authorization header requires &apos;Signature&apos; parameter. Authorization header requires &apos;SignedHeaders&apos; parameter. Authorization header requires existence of either a &apos;X-Amz-Date&apos; or a &apos;Date&apos; header. Authorization=AWS4-HMAC-SHA256</Message><RequestId>REQUEST-ID</RequestId><HostId>HOST-ID</HostId></Error>
    "#);
}

#[tokio::test]
async fn a_clock_may_be_off_by_a_quarter_of_an_hour() {
    let at = |offset: i64| {
        let now = Timestamp::from_millis(now().as_millis() + offset * 1000);
        signed_as(who(), &Signing { now, ..alice() })
    };
    assert!(verified(at(-900)).await.starts_with("200"));
    assert!(verified(at(900)).await.starts_with("200"));
    insta::assert_snapshot!(verified(at(-901)).await, @r#"
    403 Forbidden
    content-type: application/xml
    x-amz-id-2: HOST-ID
    x-amz-request-id: REQUEST-ID

    <?xml version="1.0" encoding="UTF-8"?>
    <Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message><RequestTime>20260102T024904Z</RequestTime><ServerTime>2026-01-02T03:04:05.000Z</ServerTime><MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds><RequestId>REQUEST-ID</RequestId><HostId>HOST-ID</HostId></Error>
    "#);
    assert!(verified(at(901)).await.contains("<Code>RequestTimeTooSkewed</Code>"));
}

#[tokio::test]
async fn temporary_keys_come_with_their_token() {
    let temporary = |session_token| {
        let credentials = Credentials { access_key_id: "ASIATEMP", session_token, ..alice().credentials };
        signed_as(who(), &Signing { credentials, ..alice() })
    };
    assert!(verified(temporary(Some("token"))).await.starts_with("200"));
    assert!(verified(temporary(Some("other"))).await.contains("<Code>InvalidToken</Code>"));
    assert!(verified(temporary(None)).await.contains("<Code>InvalidAccessKeyId</Code>"));
}

/// For `host` alone, as SDKs do; `age` is how long ago, in seconds.
fn presigned(age: u64, expires: &str) -> Request<Full<Bytes>> {
    let moment = Timestamp::from_millis(now().as_millis() - age as i64 * 1000).to_sigv4_string();
    let uri = format!(
        "/box/who?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDALICE%2F{}%2Feu-west-1%2Fs3%2F\
         aws4_request&X-Amz-Date={moment}&X-Amz-Expires={expires}&X-Amz-SignedHeaders=host",
        &moment[..8]
    );
    let parts = get(&uri).into_parts().0;
    let signature = sigv4::presignature(&parts, "host", &alice(), &moment);
    get(&format!("{uri}&X-Amz-Signature={signature}"))
}

#[tokio::test]
async fn a_presigned_url_is_good_for_its_time() {
    assert!(verified(presigned(60, "60")).await.contains("111122223333 eu-west-1"));
    insta::assert_snapshot!(verified(presigned(61, "60")).await, @r#"
    403 Forbidden
    content-type: application/xml
    x-amz-id-2: HOST-ID
    x-amz-request-id: REQUEST-ID

    <?xml version="1.0" encoding="UTF-8"?>
    <Error><Code>AccessDenied</Code><Message>Request has expired</Message><X-Amz-Expires>60</X-Amz-Expires><Expires>2026-01-02T03:04:04Z</Expires><ServerTime>2026-01-02T03:04:05Z</ServerTime><RequestId>REQUEST-ID</RequestId><HostId>HOST-ID</HostId></Error>
    "#);
    let unverified = ask(presigned(61, "60")).await;
    assert!(unverified.contains("<Message>Request has expired</Message>"), "{unverified}");
    assert!(ask(presigned(60, "60")).await.starts_with("200"));
}

#[tokio::test]
async fn a_presigned_url_says_its_time_within_bounds() {
    for (expires, text) in [
        ("604801", "X-Amz-Expires must be less than a week"),
        ("-1", "X-Amz-Expires must be non-negative"),
        ("soon", "X-Amz-Expires should be a number"),
    ] {
        let answer = ask(presigned(0, expires)).await;
        assert!(answer.contains("<Code>AuthorizationQueryParametersError</Code>"), "{answer}");
        assert!(answer.contains(text), "{answer}");
    }
    let changed = presigned(0, "60").uri().to_string().replace("Expires=60", "Expires=61");
    assert!(verified(get(&changed)).await.contains("<Code>SignatureDoesNotMatch</Code>"));
}

/// Signed by hand: HMAC-SHA1 of `GET`, the moment and the path.
#[tokio::test]
async fn a_url_of_the_second_version_is_verified_and_expires() {
    use aws_lc_rs::hmac;
    use base64::Engine as _;
    let url = |id: &str, end: u64| {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, SECRET.as_bytes());
        let text = format!("GET\n\n\n{end}\n/box/who");
        let signature = base64::engine::general_purpose::STANDARD.encode(hmac::sign(&key, text.as_bytes()));
        let signature = percent_encoding::utf8_percent_encode(&signature, percent_encoding::NON_ALPHANUMERIC);
        get(&format!("/box/who?AWSAccessKeyId={id}&Signature={signature}&Expires={end}"))
    };
    let end = (now() + Duration::from_secs(1)).as_millis() as u64 / 1000;
    assert!(verified(url("AKIDALICE", end)).await.contains("user/alice"));
    assert!(verified(url("AKIDBOB", end)).await.contains("<Code>InvalidAccessKeyId</Code>"));
    let changed = url("AKIDALICE", end).uri().to_string().replace("who", "2");
    assert!(verified(get(&changed)).await.contains("<Code>SignatureDoesNotMatch</Code>"));
    for answer in [verified(url("AKIDALICE", end - 2)).await, ask(url("AKIDALICE", end - 2)).await] {
        assert!(answer.contains("<Message>Request has expired</Message>"), "{answer}");
    }
    assert!(ask(url("210987654321", end)).await.contains("arn:aws:iam::210987654321:root"));
}
