use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use hob_delivery::Neighbours;
use hob_storage::{ObjectFound, Storage};
use hob_types::{AccountId, ManualClock, Region, RequestId, SeededRandom, Timestamp};
use hob_wire::{
    AwsError, Body, ByteStream, Caller, Hook, Key, Keys, Page, RawRequest, RequestContext, Source, sigv4,
};
use http::{Request, Response};
use serde_json::{Value, json};

use super::Browsers;
use crate::bucket::{BucketAccess, Creation};
use crate::configuration::{CorsConfiguration, CorsRule, SubResource};
use crate::notification::{DestinationKind, NewRule, NotificationConfiguration};
use crate::{S3, S3Options};

const NOW: Timestamp = Timestamp::from_millis(1_767_323_045_678);

struct World {
    storage: Storage,
    s3: Arc<S3>,
}

impl World {
    /// With a bucket `photos`.
    async fn new() -> Self {
        Self::with(BTreeMap::new()).await
    }

    async fn with(configuration: BTreeMap<String, String>) -> Self {
        let storage = Storage::in_memory().unwrap();
        let s3 = Arc::new(S3::new(S3Options {
            storage: storage.clone(),
            neighbours: Arc::new(Neighbours::default()),
            clock: Arc::new(ManualClock::at(NOW)),
            random: Arc::new(SeededRandom::new(1)),
        }));
        let creation = Creation {
            name: "photos".to_owned(),
            caller: AccountId::local(),
            region: Region::local(),
            location_constraint: None,
            configuration,
        };
        s3.create_bucket(creation).await.unwrap();
        Self { storage, s3 }
    }

    async fn with_cors() -> Self {
        let rule = CorsRule {
            allowed_headers: vec!["x-amz-*".to_owned()],
            allowed_methods: vec!["GET".to_owned(), "PUT".to_owned()],
            allowed_origins: vec!["https://*.example.com".to_owned()],
            expose_headers: vec!["ETag".to_owned()],
            max_age: Some(600),
            ..CorsRule::default()
        };
        let cors = serde_json::to_string(&CorsConfiguration::parse(vec![rule]).unwrap()).unwrap();
        Self::with(BTreeMap::from([(CorsConfiguration::NAME.to_owned(), cors)])).await
    }

    async fn send(&self, request: Request<Bytes>, keys: Option<&dyn Keys>) -> String {
        let (parts, body) = request.into_parts();
        let context = context();
        let raw = RawRequest {
            context: &context,
            parts: &parts,
            path: parts.uri.path(),
            body: ByteStream::from(body),
            keys,
        };
        match Browsers(self.s3.clone()).answer(raw).await {
            Ok(response) => shown(response),
            Err(error) => refusal(&error),
        }
    }

    async fn preflight(&self, headers: &[(&str, &str)]) -> String {
        let mut request = Request::builder().method("OPTIONS").uri("/photos/a.jpg");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Bytes::new()).unwrap(), None).await
    }

    async fn post(&self, fields: &[(&str, &str)], keys: Option<&dyn Keys>) -> String {
        let mut body = String::new();
        for (name, value) in fields {
            body += &format!("--b0\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        body += "--b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cat.jpg\"\r\n\r\nmeow\r\n--b0--\r\n";
        let request = Request::builder().method("POST").uri("/photos");
        let request = request.header("content-type", "multipart/form-data; boundary=b0");
        self.send(request.body(body.into()).unwrap(), keys).await
    }

    async fn object(&self, key: &str) -> Option<hob_storage::ObjectRecord> {
        let name = hob_storage::ObjectName { bucket: "photos".to_owned(), key: key.to_owned() };
        match self.storage.objects().object(&name, None).await.unwrap() {
            ObjectFound::Found { object, .. } => Some(*object),
            _ => None,
        }
    }
}

fn context() -> RequestContext {
    RequestContext {
        request_id: RequestId::random(&SeededRandom::new(7)),
        region: Region::local(),
        account: AccountId::local(),
        caller: Caller { access_key_id: None, arn: String::new(), user_id: "anonymous".to_owned() },
        base_url: "http://127.0.0.1:4566".to_owned(),
        source: Source::Network("192.0.2.1:1".parse().unwrap()),
        trace_header: None,
    }
}

/// Without the ids, which are in every answer.
fn shown(response: Response<Body>) -> String {
    let (parts, body) = response.into_parts();
    let mut lines = vec![parts.status.to_string()];
    for (name, value) in &parts.headers {
        if !["x-amz-request-id", "x-amz-id-2"].contains(&name.as_str()) {
            lines.push(format!("{name}: {}", value.to_str().unwrap()));
        }
    }
    if let Body::Whole(bytes) = body {
        lines.extend(String::from_utf8(bytes.to_vec()).unwrap().lines().map(str::to_owned));
    }
    lines.join("\n")
}

fn refusal(error: &AwsError) -> String {
    let members: Vec<_> = error.members.iter().map(|(name, value)| format!(" {name}={value}")).collect();
    let (status, message) = (error.status.unwrap_or_default(), error.message.clone().unwrap_or_default());
    format!("{status} {}: {message}{}", error.code, members.concat())
}

const ASKED: [(&str, &str); 2] =
    [("origin", "https://a.example.com"), ("access-control-request-method", "PUT")];

#[tokio::test]
async fn a_page_may_ask_before_it_sends() {
    let world = World::with_cors().await;
    let mut asked = ASKED.to_vec();
    asked.push(("access-control-request-headers", "X-Amz-Date, x-amz-acl"));
    insta::assert_snapshot!(world.preflight(&asked).await, @r#"
        200 OK
        access-control-allow-origin: https://a.example.com
        access-control-allow-credentials: true
        access-control-allow-methods: GET, PUT
        access-control-allow-headers: x-amz-date, x-amz-acl
        access-control-expose-headers: ETag
        access-control-max-age: 600
        vary: Origin, Access-Control-Request-Headers, Access-Control-Request-Method
    "#);
}

#[tokio::test]
async fn pages_that_may_not() {
    let world = World::with_cors().await;
    insta::assert_snapshot!(world.preflight(&[]).await, @"400 BadRequest: Insufficient information. Origin request header needed.");
    insta::assert_snapshot!(world.preflight(&ASKED[..1]).await, @"400 BadRequest: Invalid Access-Control-Request-Method: null");
    let elsewhere = [("origin", "https://other"), ASKED[1]];
    insta::assert_snapshot!(world.preflight(&elsewhere).await, @"403 AccessForbidden: CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec. Method=PUT ResourceType=OBJECT");
    let plain = World::new().await;
    insta::assert_snapshot!(plain.preflight(&ASKED).await, @"403 AccessForbidden: CORSResponse: CORS is not enabled for this bucket. Method=PUT ResourceType=OBJECT");
}

#[tokio::test]
async fn a_page_may_read_what_its_rule_allows() {
    let world = World::with_cors().await;
    let admit = async |origin: &str, method: &str, path: &str| {
        let (parts, ()) = Request::builder().method(method).uri(path).body(()).unwrap().into_parts();
        let page = Page { origin, parts: &parts, path };
        Browsers(world.s3.clone())
            .admit(page)
            .await
            .map(|headers| headers["access-control-allow-origin"].to_str().unwrap().to_owned())
    };
    let origin = "https://a.example.com";
    assert_eq!(admit(origin, "GET", "/photos/a").await.as_deref(), Some(origin));
    assert_eq!(admit(origin, "DELETE", "/photos/a").await, None);
    assert_eq!(admit("https://other", "GET", "/photos/a").await, None);
    assert_eq!(admit(origin, "GET", "/none/a").await, None);
}

#[tokio::test]
async fn a_form_puts_its_file() {
    let world = World::new().await;
    let fields = [
        ("key", "in/${filename}"),
        ("Content-Type", "image/jpeg"),
        ("x-amz-meta-Color", "red"),
        ("x-amz-credential", "000000000000/x"),
    ];
    insta::assert_snapshot!(world.post(&fields, None).await, @r#"
        204 No Content
        location: http://127.0.0.1:4566/photos/in/cat.jpg
        etag: "4a4be40c96ac6314e91d93f38043a634"
    "#);
    let content = world.object("in/cat.jpg").await.unwrap().content.unwrap();
    assert_eq!(content.size, 4);
    assert_eq!(content.description.headers["content-type"], "image/jpeg");
    assert_eq!(content.description.metadata["color"], "red");
}

#[tokio::test]
async fn a_form_says_what_it_wants_to_be_answered() {
    let world = World::new().await;
    let answer = async |name: &str, value: &str| world.post(&[("key", "a&b"), (name, value)], None).await;
    insta::assert_snapshot!(answer("success_action_status", "201").await, @r#"
        201 Created
        content-type: application/xml
        location: http://127.0.0.1:4566/photos/a%26b
        etag: "4a4be40c96ac6314e91d93f38043a634"
        <?xml version="1.0" encoding="UTF-8"?>
        <PostResponse><Location>http://127.0.0.1:4566/photos/a%26b</Location><Bucket>photos</Bucket><Key>a&amp;b</Key><ETag>&quot;4a4be40c96ac6314e91d93f38043a634&quot;</ETag></PostResponse>
    "#);
    insta::assert_snapshot!(answer("success_action_redirect", "http://page/?x=1").await, @r#"
        303 See Other
        location: http://page/?x=1&bucket=photos&key=a%26b&etag=%224a4be40c96ac6314e91d93f38043a634%22
        etag: "4a4be40c96ac6314e91d93f38043a634"
    "#);
    assert!(answer("success_action_status", "200").await.starts_with("200"));
}

#[tokio::test]
async fn an_event_tells_of_a_form() {
    let rule = NewRule {
        id: None,
        kind: DestinationKind::Queue,
        arn: "arn:aws:sqs:us-east-1:000000000000:q".to_owned(),
        events: vec!["s3:ObjectCreated:Post".to_owned()],
        filter: None,
    };
    let rules =
        NotificationConfiguration::parse(vec![rule], &Region::local(), &SeededRandom::new(1)).unwrap();
    let kept = serde_json::to_string(&rules).unwrap();
    let world = World::with(BTreeMap::from([(NotificationConfiguration::NAME.to_owned(), kept)])).await;
    world.post(&[("key", "a")], None).await;
    let due = world.storage.object_events().due(NOW, 10).await.unwrap();
    assert_eq!(due.len(), 1);
    assert!(due[0].document.contains("ObjectCreated:Post"), "{due:?}");
}

#[tokio::test]
async fn forms_that_are_refused() {
    let world = World::new().await;
    insta::assert_snapshot!(world.post(&[], None).await, @"400 InvalidArgument: Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields. ArgumentName=key ArgumentValue=");
    insta::assert_snapshot!(world.post(&[("key", "a"), ("tagging", "<Tagging/>")], None).await, @"501 NotImplemented: The form field tagging is not served by Hob yet.");
    insta::assert_snapshot!(world.post(&[("key", "a"), ("acl", "public-read")], None).await, @"400 AccessControlListNotSupported: The bucket does not allow ACLs");
    let form = Request::builder().method("POST").uri("/photos/a");
    let form = form.header("content-type", "multipart/form-data; boundary=b0").body(Bytes::new()).unwrap();
    insta::assert_snapshot!(world.send(form, None).await, @"405 MethodNotAllowed: The specified method is not allowed against this resource. Method=POST ResourceType=OBJECT");
    let none = Request::builder().method("POST").uri("/photos");
    let none =
        none.header("content-type", "multipart/form-data; boundary=b0").body("nothing".into()).unwrap();
    insta::assert_snapshot!(world.send(none, None).await, @"400 MalformedPOSTRequest: The body of your POST request is not well-formed multipart/form-data.");
    assert!(world.object("a").await.is_none());
}

struct OneKey;

impl Keys for OneKey {
    fn secret(&self, access_key_id: &str) -> Option<Key> {
        (access_key_id == "AKIA").then(|| Key {
            secret: "secret".to_owned(),
            account: AccountId::local(),
            arn: "arn:aws:iam::000000000000:user/alice".to_owned(),
            user_id: "AIDAALICE".to_owned(),
            session_token: None,
        })
    }
}

/// A form's fields, signed by the one key.
fn signed(key: &str, conditions: Value) -> Vec<(&'static str, String)> {
    let policy = json!({ "expiration": "2026-01-02T04:00:00Z", "conditions": conditions }).to_string();
    let policy = BASE64.encode(policy);
    let signature = sigv4::policy_signature("secret", "20260102", "us-east-1", "s3", &policy);
    vec![
        ("key", key.to_owned()),
        ("x-amz-algorithm", "AWS4-HMAC-SHA256".to_owned()),
        ("x-amz-credential", "AKIA/20260102/us-east-1/s3/aws4_request".to_owned()),
        ("x-amz-date", "20260102T030405Z".to_owned()),
        ("policy", policy),
        ("x-amz-signature", signature),
    ]
}

fn conditions(more: Value) -> Value {
    let mut all = json!([
        { "bucket": "photos" },
        ["starts-with", "$key", "in/"],
        { "x-amz-algorithm": "AWS4-HMAC-SHA256" },
        ["starts-with", "$x-amz-credential", ""],
        ["starts-with", "$x-amz-date", ""],
    ]);
    all.as_array_mut().unwrap().push(more);
    all
}

#[tokio::test]
async fn under_access_control_a_form_is_signed() {
    let world = World::new().await;
    let post = async |fields: &[(&'static str, String)]| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        world.post(&fields, Some(&OneKey)).await
    };
    let sized = |from, to| conditions(json!(["content-length-range", from, to]));
    assert!(post(&signed("in/a", sized(1, 4))).await.starts_with("204"));
    insta::assert_snapshot!(post(&signed("in/b", sized(0, 3))).await, @"400 EntityTooLarge: Your proposed upload exceeds the maximum allowed size ProposedSize=4 MaxSizeAllowed=3");
    insta::assert_snapshot!(post(&signed("in/b", sized(5, 9))).await, @"400 EntityTooSmall: Your proposed upload is smaller than the minimum allowed size ProposedSize=4 MinSizeAllowed=5");
    insta::assert_snapshot!(post(&signed("out/b", sized(0, 9))).await, @r#"403 AccessDenied: Invalid according to Policy: Policy Condition failed: ["starts-with", "$key", "in/"]"#);
    insta::assert_snapshot!(post(&[("key", "in/b".to_owned())]).await, @"403 AccessDenied: Access Denied");
    let mut forged = signed("in/b", sized(0, 9));
    forged[5].1 = "0".repeat(64);
    insta::assert_snapshot!(post(&forged).await, @"403 SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your key and signing method.");
    let mut unknown = signed("in/b", sized(0, 9));
    unknown[2].1 = "OTHER/20260102/us-east-1/s3/aws4_request".to_owned();
    insta::assert_snapshot!(post(&unknown).await, @"403 InvalidAccessKeyId: The AWS Access Key Id you provided does not exist in our records. AWSAccessKeyId=OTHER");
    insta::assert_snapshot!(post(&forged[..5]).await, @"400 InvalidArgument: Bucket POST must contain a field named 'x-amz-signature'.  If it is specified, please check the order of the fields. ArgumentName=x-amz-signature ArgumentValue=");
    assert!(world.object("in/b").await.is_none());
}

#[tokio::test]
async fn a_form_may_be_signed_as_of_old() {
    let world = World::new().await;
    let policy = json!({ "expiration": "2026-01-02T04:00:00Z", "conditions": [{ "key": "a" }] }).to_string();
    let policy = BASE64.encode(policy);
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"secret");
    let signature = BASE64.encode(aws_lc_rs::hmac::sign(&key, policy.as_bytes()));
    let fields = [("key", "a"), ("AWSAccessKeyId", "AKIA"), ("policy", &policy), ("signature", &signature)];
    assert!(world.post(&fields, Some(&OneKey)).await.starts_with("204"));
    let forged = [fields[0], fields[1], fields[2], ("signature", "forged")];
    assert!(world.post(&forged, Some(&OneKey)).await.starts_with("403 SignatureDoesNotMatch"));
}

#[tokio::test]
async fn a_form_of_another_account_is_not_for_this_bucket() {
    let world = World::new().await;
    let fields = [("key", "a"), ("x-amz-credential", "123456789012/20260102/us-east-1/s3/aws4_request")];
    insta::assert_snapshot!(world.post(&fields, None).await, @"403 AccessDenied: Access Denied");
    let access =
        BucketAccess { bucket: "photos".to_owned(), caller: AccountId::local(), expected_owner: None };
    assert!(world.s3.bucket(&access).await.is_ok());
}
