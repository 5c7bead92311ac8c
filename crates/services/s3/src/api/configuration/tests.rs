//! Whole answers. The ids of requests are left out.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use hob_storage::Storage;
use hob_types::{ManualClock, SeededRandom, Timestamp};
use hob_wire::{App, Endpoint, Guard, NoKeys, Settings};
use http::Request;
use http_body_util::{BodyExt as _, Full};

use crate::notification::fake_neighbours::Fakes;
use crate::{S3, S3Options};

const NOW: Timestamp = Timestamp::from_millis(1_767_323_045_678);

struct Server {
    app: App,
    storage: Storage,
    /// Keeps them alive.
    _fakes: Arc<Fakes>,
}

impl Server {
    /// With a bucket `photos`.
    async fn new() -> Self {
        let storage = Storage::in_memory().unwrap();
        let (fakes, neighbours) = Fakes::connected();
        let clock = Arc::new(ManualClock::at(NOW));
        let random = Arc::new(SeededRandom::new(1));
        let s3 = Arc::new(S3::new(S3Options {
            storage: storage.clone(),
            neighbours,
            clock: clock.clone(),
            random: random.clone(),
        }));
        let settings = Settings {
            clock,
            random,
            keys: Arc::new(NoKeys),
            verify_signatures: false,
            guard: Guard::default(),
        };
        let server =
            Self { app: App::new(settings).with_service(crate::service(s3)), storage, _fakes: fakes };
        assert!(server.send("PUT", "/photos", "").await.starts_with("200"));
        server
    }

    async fn get(&self, sub_resource: &str) -> String {
        self.send("GET", &format!("/photos?{sub_resource}"), "").await
    }

    async fn put(&self, sub_resource: &str, body: &str) -> String {
        self.send("PUT", &format!("/photos?{sub_resource}"), body).await
    }

    async fn delete(&self, sub_resource: &str) -> String {
        self.send("DELETE", &format!("/photos?{sub_resource}"), "").await
    }

    async fn send(&self, method: &str, path: &str, body: &str) -> String {
        self.send_with(method, path, &[], body).await
    }

    async fn send_with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
        let authorization = "AWS4-HMAC-SHA256 Credential=test/20260102/us-east-1/s3/aws4_request, \
                             SignedHeaders=host, Signature=0";
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "127.0.0.1:4566")
            .header("authorization", authorization)
            .header("content-length", body.len());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let address = SocketAddr::from(([127, 0, 0, 1], 4566));
        let request = request.body(Full::new(Bytes::copy_from_slice(body.as_bytes()))).unwrap();
        let response = self.app.handle(&Endpoint::Network(address), address, request).await;
        let (parts, body) = response.into_parts();
        let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        let body = match body.split_once("<RequestId>") {
            Some((before, _)) => before.to_owned(),
            None => body,
        };
        [parts.status.to_string(), body].join("\n").trim_end().to_owned()
    }
}

#[tokio::test]
async fn what_a_new_bucket_has() {
    let server = Server::new().await;
    insta::assert_snapshot!(server.get("encryption").await, @r#"
        200 OK
        <?xml version="1.0" encoding="UTF-8"?>
        <ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>
    "#);
    insta::assert_snapshot!(server.get("ownershipControls").await, @r#"
        200 OK
        <?xml version="1.0" encoding="UTF-8"?>
        <OwnershipControls xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>
    "#);
    insta::assert_snapshot!(server.get("publicAccessBlock").await, @r#"
        200 OK
        <?xml version="1.0" encoding="UTF-8"?>
        <PublicAccessBlockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>
    "#);
    insta::assert_snapshot!(server.get("acl").await, @r#"
        200 OK
        <?xml version="1.0" encoding="UTF-8"?>
        <AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>
    "#);
    insta::assert_snapshot!(server.get("requestPayment").await, @r#"
        200 OK
        <?xml version="1.0" encoding="UTF-8"?>
        <RequestPaymentConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Payer>BucketOwner</Payer></RequestPaymentConfiguration>
    "#);
    insta::assert_snapshot!(server.get("accelerate").await, @r#"
        200 OK
        <?xml version="1.0" encoding="UTF-8"?>
        <AccelerateConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></AccelerateConfiguration>
    "#);
    insta::assert_snapshot!(server.get("logging").await, @r#"
        200 OK
        <?xml version="1.0" encoding="UTF-8"?>
        <BucketLoggingStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></BucketLoggingStatus>
    "#);
    insta::assert_snapshot!(server.get("notification").await, @r#"
        200 OK
        <?xml version="1.0" encoding="UTF-8"?>
        <NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></NotificationConfiguration>
    "#);
}

#[tokio::test]
async fn what_a_new_bucket_has_not() {
    let server = Server::new().await;
    insta::assert_snapshot!(server.get("policy").await, @r#"
        404 Not Found
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>NoSuchBucketPolicy</Code><Message>The bucket policy does not exist</Message><BucketName>photos</BucketName>
    "#);
    insta::assert_snapshot!(server.get("policyStatus").await, @r#"
        404 Not Found
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>NoSuchBucketPolicy</Code><Message>The bucket policy does not exist</Message><BucketName>photos</BucketName>
    "#);
    insta::assert_snapshot!(server.get("cors").await, @r#"
        404 Not Found
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>NoSuchCORSConfiguration</Code><Message>The CORS configuration does not exist</Message><BucketName>photos</BucketName>
    "#);
    insta::assert_snapshot!(server.get("tagging").await, @r#"
        404 Not Found
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>NoSuchTagSet</Code><Message>The TagSet does not exist</Message><BucketName>photos</BucketName>
    "#);
    insta::assert_snapshot!(server.get("lifecycle").await, @r#"
        404 Not Found
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>NoSuchLifecycleConfiguration</Code><Message>The lifecycle configuration does not exist</Message><BucketName>photos</BucketName>
    "#);
    insta::assert_snapshot!(server.get("replication").await, @r#"
        404 Not Found
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>ReplicationConfigurationNotFoundError</Code><Message>The replication configuration was not found</Message><BucketName>photos</BucketName>
    "#);
    insta::assert_snapshot!(server.get("website").await, @r#"
        404 Not Found
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>NoSuchWebsiteConfiguration</Code><Message>The specified bucket does not have a website configuration</Message><BucketName>photos</BucketName>
    "#);
    insta::assert_snapshot!(server.get("object-lock").await, @r#"
        404 Not Found
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>ObjectLockConfigurationNotFoundError</Code><Message>Object Lock configuration does not exist for this bucket</Message><BucketName>photos</BucketName>
    "#);
    for sub_resource in ["publicAccessBlock", "ownershipControls"] {
        assert!(server.delete(sub_resource).await.starts_with("204"));
    }
    insta::assert_snapshot!(server.get("publicAccessBlock").await, @r#"
        404 Not Found
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>NoSuchPublicAccessBlockConfiguration</Code><Message>The public access block configuration was not found</Message><BucketName>photos</BucketName>
    "#);
    insta::assert_snapshot!(server.get("ownershipControls").await, @r#"
        404 Not Found
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>OwnershipControlsNotFoundError</Code><Message>The bucket ownership controls were not found</Message><BucketName>photos</BucketName>
    "#);
}

#[tokio::test]
async fn a_bucket_that_is_not_there() {
    let server = Server::new().await;
    for sub_resource in ["policy", "acl", "cors", "lifecycle", "notification", "logging", "encryption"] {
        let answer = server.send("GET", &format!("/other?{sub_resource}"), "").await;
        assert!(answer.starts_with("404") && answer.contains("NoSuchBucket"), "{answer}");
    }
    let stranger = [("x-amz-expected-bucket-owner", "111111111111")];
    insta::assert_snapshot!(server.send_with("GET", "/photos?policy", &stranger, "").await, @r#"
        403 Forbidden
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>AccessDenied</Code><Message>Access Denied</Message>
    "#);
}

#[tokio::test]
async fn what_is_put_is_answered() {
    let server = Server::new().await;
    let cors = "<CORSConfiguration><CORSRule><ID>a</ID><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin>\
                <MaxAgeSeconds>60</MaxAgeSeconds></CORSRule></CORSConfiguration>";
    insta::assert_snapshot!(server.put("cors", cors).await, @"200 OK");
    insta::assert_snapshot!(server.get("cors").await, @r#"
        200 OK
        <?xml version="1.0" encoding="UTF-8"?>
        <CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><CORSRule><ID>a</ID><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin><MaxAgeSeconds>60</MaxAgeSeconds></CORSRule></CORSConfiguration>
    "#);
    let tags = "<Tagging><TagSet><Tag><Key>b</Key><Value>2</Value></Tag><Tag><Key>a</Key><Value/></Tag></TagSet></Tagging>";
    insta::assert_snapshot!(server.put("tagging", tags).await, @"204 No Content");
    insta::assert_snapshot!(server.get("tagging").await, @r#"
        200 OK
        <?xml version="1.0" encoding="UTF-8"?>
        <Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet><Tag><Key>a</Key><Value></Value></Tag><Tag><Key>b</Key><Value>2</Value></Tag></TagSet></Tagging>
    "#);
    let policy = r#"{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::photos"}}"#;
    insta::assert_snapshot!(server.put("policy", policy).await, @"204 No Content");
    insta::assert_snapshot!(server.get("policy").await, @r#"
        200 OK
        {"Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::photos"}}
    "#);
    insta::assert_snapshot!(server.get("policyStatus").await, @r#"
        200 OK
        <?xml version="1.0" encoding="UTF-8"?>
        <PolicyStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsPublic>false</IsPublic></PolicyStatus>
    "#);
}

#[tokio::test]
async fn what_is_refused() {
    let server = Server::new().await;
    insta::assert_snapshot!(server.put("policy", "no JSON").await, @r#"
        400 Bad Request
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>MalformedPolicy</Code><Message>Policies must be valid JSON and the first byte must be &apos;{&apos;</Message>
    "#);
    let public = r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::photos"}}"#;
    insta::assert_snapshot!(server.put("policy", public).await, @r#"
        403 Forbidden
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>AccessDenied</Code><Message>User is not authorized to perform: s3:PutBucketPolicy on resource: &quot;arn:aws:s3:::photos&quot; because public policies are blocked by the BlockPublicPolicy block public access setting.</Message>
    "#);
    let rule = |method: &str, origin: &str| {
        format!(
            "<CORSConfiguration><CORSRule><AllowedMethod>{method}</AllowedMethod><AllowedOrigin>{origin}\
             </AllowedOrigin></CORSRule></CORSConfiguration>"
        )
    };
    insta::assert_snapshot!(server.put("cors", &rule("PATCH", "*")).await, @r#"
        400 Bad Request
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>InvalidRequest</Code><Message>Found unsupported HTTP method in CORS config. Unsupported method is PATCH</Message>
    "#);
    insta::assert_snapshot!(server.put("cors", &rule("GET", "*.*")).await, @r#"
        400 Bad Request
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>InvalidRequest</Code><Message>AllowedOrigin &quot;*.*&quot; can not have more than one wildcard.</Message>
    "#);
    insta::assert_snapshot!(server.put("cors", "<CORSConfiguration/>").await, @r#"
        400 Bad Request
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>MalformedXML</Code><Message>The XML you provided was not well-formed or did not validate against our published schema</Message>
    "#);
    let twice =
        "<Tagging><TagSet><Tag><Key>a</Key><Value/></Tag><Tag><Key>a</Key><Value/></Tag></TagSet></Tagging>";
    insta::assert_snapshot!(server.put("tagging", twice).await, @r#"
        400 Bad Request
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>InvalidTag</Code><Message>Cannot provide multiple Tags with the same key</Message><TagKey>a</TagKey>
    "#);
    let kms = "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms\
               </SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>";
    insta::assert_snapshot!(server.put("encryption", kms).await, @r#"
        501 Not Implemented
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>NotImplemented</Code><Message>SSEAlgorithm other than AES256 is not served by Hob yet: it has no KMS.</Message>
    "#);
    let private = [("x-amz-acl", "private")];
    insta::assert_snapshot!(server.send_with("PUT", "/photos?acl", &private, "").await, @r#"
        400 Bad Request
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>AccessControlListNotSupported</Code><Message>The bucket does not allow ACLs</Message>
    "#);
}

#[tokio::test]
async fn lists_of_a_bucket_that_takes_them() {
    let server = Server::new().await;
    let writer =
        "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>";
    assert!(server.put("ownershipControls", writer).await.starts_with("200"));
    let acl = async |headers: &[(&str, &str)]| server.send_with("PUT", "/photos?acl", headers, "").await;
    insta::assert_snapshot!(acl(&[]).await, @r#"
        400 Bad Request
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>MissingSecurityHeader</Code><Message>Your request was missing a required header</Message><MissingHeaderName>x-amz-acl</MissingHeaderName>
    "#);
    insta::assert_snapshot!(acl(&[("x-amz-acl", "public-read")]).await, @r#"
        403 Forbidden
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>AccessDenied</Code><Message>User is not authorized to perform: s3:PutBucketAcl on resource: &quot;arn:aws:s3:::photos&quot; because public ACLs are blocked by the BlockPublicAcls block public access setting.</Message>
    "#);
    insta::assert_snapshot!(acl(&[("x-amz-grant-read", "id=1")]).await, @r#"
        400 Bad Request
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>InvalidArgument</Code><Message>Invalid id</Message><ArgumentName>CanonicalUser/ID</ArgumentName><ArgumentValue>1</ArgumentValue>
    "#);
    insta::assert_snapshot!(acl(&[("x-amz-grant-read", "uri=\"http://other\"")]).await, @r#"
        400 Bad Request
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>InvalidArgument</Code><Message>Invalid group uri</Message><ArgumentName>Group/URI</ArgumentName><ArgumentValue>http://other</ArgumentValue>
    "#);
    let logs = "uri=\"http://acs.amazonaws.com/groups/s3/LogDelivery\"";
    assert!(acl(&[("x-amz-grant-write", logs)]).await.starts_with("200"));
    insta::assert_snapshot!(server.get("acl").await, @r#"
        200 OK
        <?xml version="1.0" encoding="UTF-8"?>
        <AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/s3/LogDelivery</URI></Grantee><Permission>WRITE</Permission></Grant></AccessControlList></AccessControlPolicy>
    "#);
}

fn configuration(element: &str, arn: &str, event: &str) -> String {
    let inner = element.trim_end_matches("Configuration");
    format!(
        "<NotificationConfiguration><{element}><Id>mine</Id><{inner}>{arn}</{inner}><Event>{event}</Event><Filter>\
         <S3Key><FilterRule><Name>prefix</Name><Value>in/</Value></FilterRule></S3Key></Filter></{element}>\
         </NotificationConfiguration>"
    )
}

#[tokio::test]
async fn who_is_told_of_changes() {
    let server = Server::new().await;
    let queue = "arn:aws:sqs:us-east-1:000000000000:q";
    let told = configuration("QueueConfiguration", queue, "s3:ObjectCreated:*");
    insta::assert_snapshot!(server.put("notification", &told).await, @"200 OK");
    insta::assert_snapshot!(server.get("notification").await, @r#"
        200 OK
        <?xml version="1.0" encoding="UTF-8"?>
        <NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><QueueConfiguration><Id>mine</Id><Queue>arn:aws:sqs:us-east-1:000000000000:q</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>Prefix</Name><Value>in/</Value></FilterRule></S3Key></Filter></QueueConfiguration></NotificationConfiguration>
    "#);
    let due = server.storage.object_events().due(NOW, 10).await.unwrap();
    assert!(due.len() == 1 && due[0].document.contains("s3:TestEvent"), "{due:?}");
    assert!(server.put("notification", "<NotificationConfiguration/>").await.starts_with("200"));
    insta::assert_snapshot!(server.get("notification").await, @r#"
        200 OK
        <?xml version="1.0" encoding="UTF-8"?>
        <NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></NotificationConfiguration>
    "#);
}

#[tokio::test]
async fn who_cannot_be_told() {
    let server = Server::new().await;
    let put = async |element: &str, arn: &str, event: &str| {
        server.put("notification", &configuration(element, arn, event)).await
    };
    let created = "s3:ObjectCreated:*";
    insta::assert_snapshot!(put("CloudFunctionConfiguration", "fn", created).await, @r#"
        400 Bad Request
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>InvalidArgument</Code><Message>The ARN could not be parsed</Message><ArgumentName>CloudFunction</ArgumentName><ArgumentValue>fn</ArgumentValue>
    "#);
    let none = "arn:aws:lambda:us-east-1:000000000000:function:none";
    insta::assert_snapshot!(put("CloudFunctionConfiguration", none, created).await, @r#"
        400 Bad Request
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>InvalidArgument</Code><Message>Unable to validate the following destination configurations</Message><ArgumentName1>arn:aws:lambda:us-east-1:000000000000:function:none, null</ArgumentName1><ArgumentValue1>Not authorized to invoke function [arn:aws:lambda:us-east-1:000000000000:function:none]</ArgumentValue1>
    "#);
    let none = "arn:aws:sqs:us-east-1:000000000000:none";
    insta::assert_snapshot!(put("QueueConfiguration", none, created).await, @r#"
        400 Bad Request
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>InvalidArgument</Code><Message>Unable to validate the following destination configurations</Message><ArgumentName1>arn:aws:sqs:us-east-1:000000000000:none</ArgumentName1><ArgumentValue1>The destination queue does not exist</ArgumentValue1>
    "#);
    insta::assert_snapshot!(put("TopicConfiguration", "arn:aws:sns:us-east-1:000000000000:t.fifo", created).await, @r#"
        400 Bad Request
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>InvalidArgument</Code><Message>FIFO queues and topics are not supported as destinations of notifications</Message><ArgumentName>Topic</ArgumentName><ArgumentValue>arn:aws:sns:us-east-1:000000000000:t.fifo</ArgumentValue>
    "#);
    insta::assert_snapshot!(put("QueueConfiguration", "arn:aws:sqs:eu-west-1:000000000000:q", created).await, @r#"
        400 Bad Request
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>InvalidArgument</Code><Message>The notification destination service region is not valid for the bucket location constraint</Message><ArgumentName>Queue</ArgumentName><ArgumentValue>arn:aws:sqs:eu-west-1:000000000000:q</ArgumentValue>
    "#);
    insta::assert_snapshot!(put("QueueConfiguration", none, "s3:ObjectEaten").await, @r#"
        400 Bad Request
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>InvalidArgument</Code><Message>The event is not supported for notifications</Message><ArgumentName>Event</ArgumentName><ArgumentValue>s3:ObjectEaten</ArgumentValue>
    "#);
    let skip = [("x-amz-skip-destination-validation", "true")];
    let unasked = configuration("QueueConfiguration", none, created);
    assert!(server.send_with("PUT", "/photos?notification", &skip, &unasked).await.starts_with("200"));
    assert_eq!(server.storage.object_events().due(NOW, 10).await.unwrap(), []);
    let bridge = "<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>";
    insta::assert_snapshot!(server.put("notification", bridge).await, @r#"
        501 Not Implemented
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>NotImplemented</Code><Message>EventBridgeConfiguration is not served by Hob yet: it has no EventBridge.</Message>
    "#);
}

#[tokio::test]
async fn two_configurations_of_one_event() {
    let server = Server::new().await;
    let one = |id: &str| {
        format!(
            "<QueueConfiguration><Id>{id}</Id><Queue>arn:aws:sqs:us-east-1:000000000000:q</Queue>\
             <Event>s3:ObjectCreated:Put</Event></QueueConfiguration>"
        )
    };
    let both = format!("<NotificationConfiguration>{}{}</NotificationConfiguration>", one("a"), one("b"));
    insta::assert_snapshot!(server.put("notification", &both).await, @r#"
        400 Bad Request
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>InvalidArgument</Code><Message>Configurations overlap. Configurations on the same bucket cannot share a common event type.</Message>
    "#);
}
