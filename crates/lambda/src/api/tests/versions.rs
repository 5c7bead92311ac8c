use base64::Engine as _;
use serde_json::{Value, json};

use super::{Answer, BASE64, Server, creation_with};
use crate::testing::{arn, zip_of};

const VERSIONS: &str = "/2015-03-31/functions/fn/versions";
const CONFIGURATION: &str = "/2015-03-31/functions/fn/configuration";
const CODE: &str = "/2015-03-31/functions/fn/code";

impl Server {
    async fn publish(&self, body: Value) -> Answer {
        self.post(VERSIONS, body).await
    }

    /// Another version than the last.
    pub(super) async fn publish_another(&self, description: &str) {
        self.put(CONFIGURATION, json!({ "Description": description })).await;
        self.settle().await;
        self.publish(json!({})).await;
    }

    pub(super) async fn revision(&self, path: &str) -> String {
        self.get(path).await.json()["RevisionId"].as_str().unwrap().to_owned()
    }
}

fn numbers(answer: &Answer) -> Vec<String> {
    let versions = answer.json()["Versions"].as_array().unwrap().clone();
    versions.iter().map(|version| version["Version"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_version_is_a_copy_of_latest() {
    let server = Server::with_functions(&["fn"]).await;
    insta::assert_snapshot!(server.publish(json!({ "Description": "first" })).await, @r#"
        201 Created
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "FunctionName": "fn",
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn:1",
          "Runtime": "python3.12",
          "Role": "arn:aws:iam::000000000000:role/any",
          "Handler": "app.handler",
          "CodeSize": 150,
          "Description": "first",
          "Timeout": 3,
          "MemorySize": 128,
          "LastModified": "2026-01-02T03:04:05.678+0000",
          "CodeSha256": "R6nmTLmL/Od+ap3NFDFqsXBHjSH6ux6/39fPHAivdus=",
          "Version": "1",
          "TracingConfig": {
            "Mode": "PassThrough"
          },
          "RevisionId": "<uuid>",
          "State": "Active",
          "LastUpdateStatus": "Successful",
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
}

#[tokio::test]
async fn a_version_stays_as_it_was() {
    let server = Server::with_functions(&["fn"]).await;
    server.publish(json!({})).await;
    server
        .put(CONFIGURATION, json!({ "MemorySize": 256, "Environment": { "Variables": { "KEY": "new" } } }))
        .await;
    server.settle().await;
    let version = server.get("/2015-03-31/functions/fn:1/configuration").await.json();
    assert_eq!((&version["MemorySize"], &version["Environment"]), (&json!(128), &Value::Null));
    let same = server.get("/2015-03-31/functions/fn/configuration?Qualifier=1").await.json();
    assert_eq!(version, same);
    assert_eq!(same["FunctionArn"], format!("{}:1", arn("fn")));
}

#[tokio::test]
async fn publishing_without_a_change_answers_the_last_version() {
    let server = Server::with_functions(&["fn"]).await;
    let first = server.publish(json!({ "Description": "first" })).await.json();
    let again = server.publish(json!({ "Description": "second" })).await;
    assert_eq!((again.head.lines().next(), &again.json()), (Some("201 Created"), &first));
    server.publish_another("changed").await;
    assert_eq!(numbers(&server.get(VERSIONS).await), ["$LATEST", "1", "2"]);
}

#[tokio::test]
async fn a_number_is_never_given_twice() {
    let server = Server::with_functions(&["fn"]).await;
    server.publish(json!({})).await;
    server.delete("/2015-03-31/functions/fn").await;
    server.create(creation_with(json!({ "Publish": true }))).await;
    assert_eq!(numbers(&server.get(VERSIONS).await), ["$LATEST", "2"]);
}

#[tokio::test]
async fn a_function_may_be_created_with_its_first_version() {
    let server = Server::new();
    let created = server.create(creation_with(json!({ "Publish": true }))).await.json();
    assert_eq!(created["FunctionArn"], format!("{}:1", arn("fn")));
    assert_eq!((&created["Version"], &created["State"]), (&json!("1"), &json!("Pending")));
    assert_eq!(created.get("LastUpdateStatus"), None);
    server.settle().await;
    let version = server.get("/2015-03-31/functions/fn:1/configuration").await.json();
    assert_eq!((&version["State"], &version["LastUpdateStatus"]), (&json!("Active"), &json!("Successful")));
    assert_eq!(server.publish(json!({})).await.json()["Version"], "1");
}

#[tokio::test]
async fn new_code_may_be_published_at_once() {
    let server = Server::with_functions(&["fn"]).await;
    let code =
        json!({ "ZipFile": BASE64.encode(zip_of("def handler(event, context): return 2")), "Publish": true });
    let updated = server.put(CODE, code).await.json();
    assert_eq!(updated["FunctionArn"], format!("{}:1", arn("fn")));
    assert_eq!((&updated["Version"], &updated["State"]), (&json!("1"), &json!("Pending")));
    server.settle().await;
    let version = server.get("/2015-03-31/functions/fn:1/configuration").await.json();
    assert_eq!((&version["State"], &version["CodeSha256"]), (&json!("Active"), &updated["CodeSha256"]));
}

#[tokio::test]
async fn versions_are_invoked_by_number() {
    let server = Server::with_functions(&["fn"]).await;
    server.publish(json!({})).await;
    insta::assert_snapshot!(server.invoke("fn:1", &[], "{}").await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        x-amz-executed-version: 1
        x-amzn-trace-id: Root=1-695735a5-c15c0289ec2d0a9167ec8e65;Parent=5e5532fbeea293f8;Sampled=0;Lineage=9e3c9595:0
        {"answer": 42}
    "#);
    let invocation = server.world.invoker.invocations.lock().unwrap().pop().unwrap();
    assert_eq!(invocation.invoked_function_arn, format!("{}:1", arn("fn")));
    insta::assert_snapshot!(server.invoke("fn:7", &[], "{}").await.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:7");
}

#[tokio::test]
async fn versions_are_listed_a_page_at_a_time() {
    let server = Server::with_functions(&["fn"]).await;
    for description in ["a", "b", "c"] {
        server.publish_another(description).await;
    }
    let first = server.get(&format!("{VERSIONS}?MaxItems=2")).await;
    assert_eq!(numbers(&first), ["$LATEST", "1"]);
    let marker = first.json()["NextMarker"].as_str().unwrap().to_owned();
    let second = server.get(&format!("{VERSIONS}?MaxItems=2&Marker={marker}")).await;
    assert_eq!(
        (numbers(&second), second.json().get("NextMarker")),
        (vec!["2".to_owned(), "3".to_owned()], None)
    );
    let one = server.get(&format!("{VERSIONS}?MaxItems=1")).await.json();
    let marker = one["NextMarker"].as_str().unwrap();
    assert_eq!(numbers(&server.get(&format!("{VERSIONS}?MaxItems=1&Marker={marker}")).await), ["1"]);
    let listed = first.json()["Versions"][1].clone();
    assert_eq!(listed["FunctionArn"], format!("{}:1", arn("fn")));
    for left_out in ["State", "LastUpdateStatus", "RuntimeVersionConfig"] {
        assert_eq!(listed.get(left_out), None, "{left_out}");
    }
}

#[tokio::test]
async fn all_versions_of_all_functions_are_listed() {
    let server = Server::with_functions(&["fn", "other"]).await;
    server.publish_another("a").await;
    server.publish_another("b").await;
    let (mut found, mut marker) = (Vec::new(), String::new());
    loop {
        let page = server
            .get(&format!("/2015-03-31/functions?FunctionVersion=ALL&MaxItems=2&Marker={marker}"))
            .await
            .json();
        let functions = page["Functions"].as_array().unwrap();
        found.extend(functions.iter().map(|function| function["FunctionArn"].as_str().unwrap().to_owned()));
        let Some(next) = page["NextMarker"].as_str() else { break };
        marker = next.to_owned();
    }
    let expected = ["fn:$LATEST", "fn:1", "fn:2", "other:$LATEST"];
    assert_eq!(found, expected.map(|name| format!("arn:aws:lambda:us-east-1:000000000000:function:{name}")));
}

#[tokio::test]
async fn what_may_not_be_published() {
    let server = Server::with_functions(&["fn"]).await;
    let publish = async |body: Value| server.publish(body).await;
    insta::assert_snapshot!(publish(json!({ "CodeSha256": "other" })).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"CodeSHA256 (other) is different from current CodeSHA256 in $LATEST (R6nmTLmL/Od+ap3NFDFqsXBHjSH6ux6/39fPHAivdus=). Please try again with the CodeSHA256 in $LATEST."}
    "#);
    insta::assert_snapshot!(publish(json!({ "RevisionId": "other" })).await, @r#"
        412 Precondition Failed
        x-amzn-requestid: <uuid>
        x-amzn-errortype: PreconditionFailedException
        content-type: application/json
        {"Type":"User","message":"The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id"}
    "#);
    insta::assert_snapshot!(publish(json!({ "PublishTo": "LATEST_PUBLISHED" })).await.message(), @"PublishTo is for functions on capacity providers, which Hob does not run.");
    insta::assert_snapshot!(server.post("/2015-03-31/functions/nope/versions", json!({})).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope"}
    "#);
    let revision = server.revision(CONFIGURATION).await;
    assert_eq!(publish(json!({ "RevisionId": revision })).await.json()["Version"], "1");
    assert_ne!(server.revision(CONFIGURATION).await, revision, "publishing is a change");
    server.put(CONFIGURATION, json!({ "Description": "new" })).await;
    insta::assert_snapshot!(publish(json!({})).await, @r#"
        409 Conflict
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceConflictException
        content-type: application/json
        {"Type":"User","message":"The operation cannot be performed at this time. An update is in progress for resource: arn:aws:lambda:us-east-1:000000000000:function:fn"}
    "#);
    server.create(creation_with(json!({ "FunctionName": "pending" }))).await;
    insta::assert_snapshot!(server.post("/2015-03-31/functions/pending/versions", json!({})).await.message(), @"The operation cannot be performed at this time. The function is currently in the following state: Pending");
}

#[tokio::test]
async fn a_version_is_deleted_alone_unless_an_alias_refers_to_it() {
    let server = Server::with_functions(&["fn"]).await;
    server.publish_another("a").await;
    server.publish_another("b").await;
    let alias = json!({ "Name": "live", "FunctionVersion": "2", "RoutingConfig": { "AdditionalVersionWeights": { "1": 0.5 } } });
    server.post("/2015-03-31/functions/fn/aliases", alias).await;
    insta::assert_snapshot!(server.delete("/2015-03-31/functions/fn?Qualifier=1").await, @r#"
        409 Conflict
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceConflictException
        content-type: application/json
        {"Type":"User","message":"Unable to delete version because the following aliases reference it: [live]"}
    "#);
    server.delete("/2015-03-31/functions/fn/aliases/live").await;
    insta::assert_snapshot!(server.delete("/2015-03-31/functions/fn?Qualifier=1").await, @r#"
        204 No Content
        x-amzn-requestid: <uuid>
    "#);
    assert_eq!(numbers(&server.get(VERSIONS).await), ["$LATEST", "2"]);
    assert_eq!(server.invoke("fn:1", &[], "{}").await.head.lines().next(), Some("404 Not Found"));
}
