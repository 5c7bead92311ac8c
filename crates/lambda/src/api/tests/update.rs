use base64::Engine as _;
use serde_json::{Value, json};

use super::{Answer, BASE64, Server, creation};
use crate::testing::zip_of;

const CODE: &str = "/2015-03-31/functions/fn/code";
const CONFIGURATION: &str = "/2015-03-31/functions/fn/configuration";

fn new_code() -> Value {
    json!({ "ZipFile": BASE64.encode(zip_of("def handler(event, context): return 2")) })
}

fn status(answer: &Answer) -> (Value, Value) {
    let body = answer.json();
    (body["State"].clone(), body["LastUpdateStatus"].clone())
}

#[tokio::test]
async fn other_code() {
    let server = Server::with_functions(&["fn"]).await;
    insta::assert_snapshot!(server.put(CODE, new_code()).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "FunctionName": "fn",
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn",
          "Runtime": "python3.12",
          "Role": "arn:aws:iam::000000000000:role/any",
          "Handler": "app.handler",
          "CodeSize": 149,
          "Description": "",
          "Timeout": 3,
          "MemorySize": 128,
          "LastModified": "2026-01-02T03:04:05.678+0000",
          "CodeSha256": "94inRjoQ0m9DW0yVRgQJ16A7pK07+OuOPUwJK07ebmk=",
          "Version": "$LATEST",
          "TracingConfig": {
            "Mode": "PassThrough"
          },
          "RevisionId": "<uuid>",
          "State": "Active",
          "LastUpdateStatus": "InProgress",
          "LastUpdateStatusReason": "The function is being created.",
          "LastUpdateStatusReasonCode": "Creating",
          "PackageType": "Zip",
          "Architectures": [
            "x86_64"
          ],
          "EphemeralStorage": {
            "Size": 512
          },
          "SnapStart": {
            "ApplyOn": "None",
            "OptimizationStatus": "Off"
          },
          "RuntimeVersionConfig": {
            "RuntimeVersionArn": "arn:aws:lambda:us-east-1::runtime:f9ad1ec39199e832dd57d0132418614003897dded41b94976565e56bc808c4e6"
          },
          "LoggingConfig": {
            "LogFormat": "Text",
            "LogGroup": "/aws/lambda/fn"
          }
        }
        "#);
    server.settle().await;
    let settled = server.get(CONFIGURATION).await;
    assert_eq!(status(&settled), (json!("Active"), json!("Successful")));
    assert_eq!(settled.json().get("LastUpdateStatusReason"), None);
}

#[tokio::test]
async fn another_configuration() {
    let server = Server::with_functions(&["fn"]).await;
    let updated = server
        .put(
            CONFIGURATION,
            json!({
                "Description": "new",
                "Timeout": 10,
                "MemorySize": 256,
                "Runtime": "python3.13",
                "Handler": "other.handler",
                "Role": "arn:aws:iam::000000000000:role/other",
                "Environment": { "Variables": { "KEY": "value" } },
                "EphemeralStorage": { "Size": 1024 },
                "LoggingConfig": { "LogGroup": "/mine" },
            }),
        )
        .await;
    insta::assert_snapshot!(updated, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "FunctionName": "fn",
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn",
          "Runtime": "python3.13",
          "Role": "arn:aws:iam::000000000000:role/other",
          "Handler": "other.handler",
          "CodeSize": 150,
          "Description": "new",
          "Timeout": 10,
          "MemorySize": 256,
          "LastModified": "2026-01-02T03:04:05.678+0000",
          "CodeSha256": "R6nmTLmL/Od+ap3NFDFqsXBHjSH6ux6/39fPHAivdus=",
          "Version": "$LATEST",
          "Environment": {
            "Variables": {
              "KEY": "value"
            }
          },
          "TracingConfig": {
            "Mode": "PassThrough"
          },
          "RevisionId": "<uuid>",
          "State": "Active",
          "LastUpdateStatus": "InProgress",
          "LastUpdateStatusReason": "The function is being created.",
          "LastUpdateStatusReasonCode": "Creating",
          "PackageType": "Zip",
          "Architectures": [
            "x86_64"
          ],
          "EphemeralStorage": {
            "Size": 1024
          },
          "SnapStart": {
            "ApplyOn": "None",
            "OptimizationStatus": "Off"
          },
          "RuntimeVersionConfig": {
            "RuntimeVersionArn": "arn:aws:lambda:us-east-1::runtime:a2fabdf45250acc939b11f8b3c73e97bd2262401edacf773b8b427cd7520c4c4"
          },
          "LoggingConfig": {
            "LogFormat": "Text",
            "LogGroup": "/mine"
          }
        }
        "#);
}

#[tokio::test]
async fn what_is_not_given_stays_and_what_is_given_replaces() {
    let server = Server::with_functions(&["fn"]).await;
    let update = async |body: Value| {
        let updated = server.put(CONFIGURATION, body).await.json();
        server.settle().await;
        updated
    };
    update(json!({ "Environment": { "Variables": { "AA": "1", "BB": "2" } }, "Timeout": 9 })).await;
    let second = update(json!({ "Environment": { "Variables": { "CC": "3" } } })).await;
    assert_eq!(second["Environment"], json!({ "Variables": { "CC": "3" } }));
    assert_eq!(second["Timeout"], 9);
    assert_eq!(update(json!({ "Environment": {} })).await.get("Environment"), None);
}

#[tokio::test]
async fn each_step_of_a_function_has_another_revision() {
    let server = Server::new();
    let revision = |answer: Answer| answer.json()["RevisionId"].clone();
    let mut seen = vec![revision(server.create(creation("fn")).await)];
    server.settle().await;
    seen.push(revision(server.get(CONFIGURATION).await));
    seen.push(revision(server.put(CODE, new_code()).await));
    server.settle().await;
    seen.push(revision(server.get(CONFIGURATION).await));
    let distinct: std::collections::BTreeSet<_> = seen.iter().map(Value::to_string).collect();
    assert_eq!(distinct.len(), 4);
}

#[tokio::test]
async fn an_update_that_insists_on_another_revision() {
    let server = Server::with_functions(&["fn"]).await;
    let current = server.get(CONFIGURATION).await.json()["RevisionId"].clone();
    let stale = json!({ "RevisionId": "123e4567-e89b-42d3-a456-426614174000" });
    insta::assert_snapshot!(server.put(CONFIGURATION, stale).await, @r#"
        412 Precondition Failed
        x-amzn-requestid: <uuid>
        x-amzn-errortype: PreconditionFailedException
        content-type: application/json
        {"Type":"User","message":"The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id"}
        "#);
    let updated = server.put(CONFIGURATION, json!({ "RevisionId": current })).await;
    assert_eq!(status(&updated), (json!("Active"), json!("InProgress")));
}

#[tokio::test]
async fn an_update_before_the_last_one_is_settled() {
    let server = Server::with_functions(&["fn"]).await;
    server.put(CONFIGURATION, json!({})).await;
    insta::assert_snapshot!(server.put(CODE, new_code()).await, @r#"
        409 Conflict
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceConflictException
        content-type: application/json
        {"Type":"User","message":"The operation cannot be performed at this time. An update is in progress for resource: arn:aws:lambda:us-east-1:000000000000:function:fn"}
        "#);
}

#[tokio::test]
async fn an_update_of_a_pending_function() {
    let server = Server::new();
    server.create(creation("fn")).await;
    insta::assert_snapshot!(server.put(CONFIGURATION, json!({})).await, @r#"
        409 Conflict
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceConflictException
        content-type: application/json
        {"Type":"User","message":"The operation cannot be performed at this time. The function is currently in the following state: Pending"}
        "#);
}

#[tokio::test]
async fn a_dry_run_shows_what_would_be() {
    let server = Server::with_functions(&["fn"]).await;
    let before = server.get(CONFIGURATION).await.json();
    let mut body = new_code();
    body["DryRun"] = json!(true);
    let would_be = server.put(CODE, body).await.json();
    assert_ne!(would_be["CodeSha256"], before["CodeSha256"]);
    assert_eq!(server.get(CONFIGURATION).await.json(), before);
}

#[tokio::test]
async fn updates_that_are_refused() {
    let server = Server::with_functions(&["fn"]).await;
    let code = async |body: Value| server.put(CODE, body).await.message();
    insta::assert_snapshot!(code(json!({})).await, @"Please provide a source for function code.");
    insta::assert_snapshot!(code(json!({ "ImageUri": "repository" })).await, @"Please don't provide ImageUri when updating a function with packageType Zip.");
    insta::assert_snapshot!(code(json!({ "ZipFile": BASE64.encode("no zip") })).await, @"Could not unzip uploaded file. Please check your file, then try to upload again.");
    let configuration = async |body: Value| server.put(CONFIGURATION, body).await.message();
    insta::assert_snapshot!(configuration(json!({ "Runtime": "nodejs14.x" })).await, @"The runtime parameter of nodejs14.x is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.");
    insta::assert_snapshot!(configuration(json!({ "Timeout": 3000 })).await, @"1 validation error detected: Value '3000' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900");
    let missing = server.put("/2015-03-31/functions/nope/configuration", json!({})).await;
    insta::assert_snapshot!(missing.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope");
}
