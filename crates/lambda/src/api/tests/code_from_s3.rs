use base64::Engine as _;
use serde_json::{Value, json};

use super::{Answer, BASE64, Server, creation_with};
use crate::testing::{zip_of, zip_of_size};

const CODE: &str = "/2015-03-31/functions/fn/code";
const LAYER: &str = "/2018-10-31/layers/tools/versions";

/// With an object `app.zip`.
async fn server() -> Server {
    let server = Server::with_functions(&["fn"]).await;
    server.world.buckets.keep("app.zip", zip_of("def handler(event, context): return 2"));
    server
}

fn object(bucket: &str, key: &str) -> Value {
    json!({ "S3Bucket": bucket, "S3Key": key })
}

async fn create(server: &Server, code: Value) -> Answer {
    server.create(creation_with(json!({ "FunctionName": "made", "Code": code }))).await
}

#[tokio::test]
async fn a_function_is_what_its_object_is() {
    let server = server().await;
    let created = create(&server, object("packages", "app.zip")).await;
    assert!(created.head.starts_with("201"), "{created}");
    let created = created.json();
    assert_eq!(created["CodeSha256"], "94inRjoQ0m9DW0yVRgQJ16A7pK07+OuOPUwJK07ebmk=");
    assert_eq!(created["CodeSize"], 149);
    server.settle().await;
    let made = server.get("/2015-03-31/functions/made/configuration").await.json();
    assert_eq!(made["State"], "Active");
}

#[tokio::test]
async fn a_function_keeps_its_code_when_the_object_goes() {
    let server = server().await;
    create(&server, object("packages", "app.zip")).await;
    server.world.buckets.objects.lock().unwrap().clear();
    server.settle().await;
    let sha256 = server.get("/2015-03-31/functions/made").await.json()["Configuration"]["CodeSha256"].clone();
    assert_eq!(sha256, "94inRjoQ0m9DW0yVRgQJ16A7pK07+OuOPUwJK07ebmk=");
}

#[tokio::test]
async fn an_update_and_a_dry_run_of_one() {
    let server = server().await;
    let mut body = object("packages", "app.zip");
    body["DryRun"] = json!(true);
    let would_be = server.put(CODE, body.clone()).await.json();
    assert_eq!(would_be["CodeSize"], 149);
    body["DryRun"] = json!(false);
    body["S3ObjectVersion"] = json!("1");
    body["S3ObjectStorageMode"] = json!("COPY");
    let updated = server.put(CODE, body).await.json();
    assert_eq!(updated["CodeSha256"], would_be["CodeSha256"]);
    assert_eq!(updated["LastUpdateStatus"], "InProgress");
}

#[tokio::test]
async fn a_layer() {
    let server = server().await;
    let published = server.post(LAYER, json!({ "Content": object("packages", "app.zip") })).await;
    assert_eq!(published.json()["Content"]["CodeSize"], 149);
}

#[tokio::test]
async fn objects_that_are_not_there() {
    let server = server().await;
    insta::assert_snapshot!(create(&server, object("packages", "none.zip")).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist."}
    "#);
    insta::assert_snapshot!(create(&server, object("none", "app.zip")).await.message(), @"Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist");
    insta::assert_snapshot!(create(&server, object("elsewhere", "app.zip")).await.message(), @"Error occurred while GetObject. S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: eu-west-1. Please use this region to retry the request");
    let old = json!({ "S3Bucket": "packages", "S3Key": "app.zip", "S3ObjectVersion": "0" });
    insta::assert_snapshot!(create(&server, old).await.message(), @"Error occurred while GetObject. S3 Error Code: NoSuchVersion. S3 Error Message: The specified version does not exist.");
    insta::assert_snapshot!(server.put(CODE, object("packages", "none.zip")).await.message(), @"Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.");
    let layer = json!({ "Content": object("packages", "none.zip") });
    insta::assert_snapshot!(server.post(LAYER, layer).await.message(), @"Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.");
}

#[tokio::test]
async fn objects_that_are_no_packages() {
    let server = server().await;
    server.world.buckets.keep("text", "no zip".into());
    insta::assert_snapshot!(create(&server, object("packages", "text")).await.message(), @"Could not unzip uploaded file. Please check your file, then try to upload again.");
    server.world.buckets.pretended.lock().unwrap().insert("app.zip".to_owned(), 262_144_000);
    insta::assert_snapshot!(create(&server, object("packages", "app.zip")).await.message(), @"Unzipped size must be smaller than 262144000 bytes");
}

#[tokio::test]
async fn what_comes_from_a_bucket_may_be_larger_than_a_request() {
    let server = server().await;
    let large = zip_of_size(52_428_800);
    server.world.buckets.keep("large.zip", large);
    let created = create(&server, object("packages", "large.zip")).await;
    assert!(created.json()["CodeSize"].as_u64() > Some(52_428_800), "{created}");
}

#[tokio::test]
async fn half_an_object_and_one_beside_a_zip() {
    let server = server().await;
    insta::assert_snapshot!(create(&server, json!({ "S3Bucket": "packages" })).await.message(), @"Please provide a source for function code.");
    insta::assert_snapshot!(create(&server, json!({ "S3Key": "app.zip" })).await.message(), @"Please provide a source for function code.");
    let mut both = object("packages", "app.zip");
    both["ZipFile"] = json!(BASE64.encode(zip_of("")));
    insta::assert_snapshot!(create(&server, both.clone()).await.message(), @"Please do not provide other FunctionCode parameters when providing a ZipFile.");
    insta::assert_snapshot!(server.post(LAYER, json!({ "Content": both })).await.message(), @"Please do not provide other LayerVersionContent parameters when providing a ZipFile.");
    let mut reference = object("packages", "app.zip");
    reference["S3ObjectStorageMode"] = json!("REFERENCE");
    insta::assert_snapshot!(create(&server, reference).await.message(), @"Code.S3ObjectStorageMode REFERENCE is not served by Hob yet.");
}

#[tokio::test]
async fn buckets_that_do_not_answer() {
    let server = server().await;
    insta::assert_snapshot!(create(&server, object("broken", "app.zip")).await, @r#"
        500 Internal Server Error
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ServiceException
        content-type: application/json
        {"Type":"Service","Message":"The package cannot be read from its bucket now."}
    "#);
}
