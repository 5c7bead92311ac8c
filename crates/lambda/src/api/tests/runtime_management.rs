use insta::assert_snapshot;
use serde_json::json;

use super::Server;

const CONFIG: &str = "/2021-07-20/functions/fn/runtime-management-config";

/// With a function that has a version and the alias `live`.
async fn server() -> Server {
    let server = Server::with_functions(&["fn"]).await;
    server.post("/2015-03-31/functions/fn/versions", json!({})).await;
    server.settle().await;
    let alias = json!({ "Name": "live", "FunctionVersion": "1" });
    server.post("/2015-03-31/functions/fn/aliases", alias).await;
    server
}

#[tokio::test]
async fn runtimes_are_updated_automatically_unless_somebody_says_otherwise() {
    let server = server().await;
    assert_snapshot!(server.get(CONFIG).await, @r#"
    200 OK
    x-amzn-requestid: <uuid>
    content-type: application/json
    {"UpdateRuntimeOn":"Auto","FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn"}
    "#);
    assert_snapshot!(server.put(CONFIG, json!({ "UpdateRuntimeOn": "FunctionUpdate" })).await, @r#"
    200 OK
    x-amzn-requestid: <uuid>
    content-type: application/json
    {"UpdateRuntimeOn":"FunctionUpdate","FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn"}
    "#);
    assert_eq!(server.get(CONFIG).await.json()["UpdateRuntimeOn"], "FunctionUpdate");
}

#[tokio::test]
async fn a_version_stays_at_the_runtime_that_there_is() {
    let server = server().await;
    let version = server.get("/2015-03-31/functions/fn/configuration").await.json();
    let runtime = version["RuntimeVersionConfig"]["RuntimeVersionArn"].clone();
    let manual = json!({ "UpdateRuntimeOn": "Manual", "RuntimeVersionArn": runtime });
    let qualified = format!("{CONFIG}?Qualifier=1");
    assert_snapshot!(server.put(&qualified, manual).await, @r#"
    200 OK
    x-amzn-requestid: <uuid>
    content-type: application/json
    {"UpdateRuntimeOn":"Manual","FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn:1","RuntimeVersionArn":"arn:aws:lambda:us-east-1::runtime:f9ad1ec39199e832dd57d0132418614003897dded41b94976565e56bc808c4e6"}
    "#);
    assert_snapshot!(server.get(&qualified).await, @r#"
    200 OK
    x-amzn-requestid: <uuid>
    content-type: application/json
    {"UpdateRuntimeOn":"Manual","FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn:1","RuntimeVersionArn":"arn:aws:lambda:us-east-1::runtime:f9ad1ec39199e832dd57d0132418614003897dded41b94976565e56bc808c4e6"}
    "#);
    assert_eq!(server.get(CONFIG).await.json()["UpdateRuntimeOn"], "Auto");
    server.delete("/2015-03-31/functions/fn/aliases/live").await;
    server.delete("/2015-03-31/functions/fn?Qualifier=1").await;
    assert!(server.get(&qualified).await.head.starts_with("404"));
}

#[tokio::test]
async fn what_cannot_be_honoured_is_refused() {
    let server = server().await;
    let other = "arn:aws:lambda:us-east-1::runtime:0000";
    let unknown = json!({ "UpdateRuntimeOn": "Manual", "RuntimeVersionArn": other });
    assert_snapshot!(server.put(CONFIG, unknown).await, @r#"
    400 Bad Request
    x-amzn-requestid: <uuid>
    x-amzn-errortype: InvalidParameterValueException
    content-type: application/json
    {"Type":"User","message":"Runtime version arn:aws:lambda:us-east-1::runtime:0000 does not exist for the runtime of this function."}
    "#);
    let message = async |path: &str, body| server.put(path, body).await.message();
    assert_snapshot!(message(CONFIG, json!({ "UpdateRuntimeOn": "Manual" })).await, @"RuntimeVersionArn is required when UpdateRuntimeOn is Manual.");
    let needless = json!({ "UpdateRuntimeOn": "Auto", "RuntimeVersionArn": other });
    assert_snapshot!(message(CONFIG, needless).await, @"RuntimeVersionArn can only be specified when UpdateRuntimeOn is Manual.");
    let auto = || json!({ "UpdateRuntimeOn": "Auto" });
    assert_snapshot!(message(&format!("{CONFIG}?Qualifier=live"), auto()).await, @"Runtime management configurations belong to versions. Please specify $LATEST or a published version.");
    assert_snapshot!(server.get(&format!("{CONFIG}?Qualifier=live")).await.message(), @"Runtime management configurations belong to versions. Please specify $LATEST or a published version.");
    assert_snapshot!(message(CONFIG, json!({})).await, @"1 validation error detected: Value null at 'updateRuntimeOn' failed to satisfy constraint: Member must not be null");
    assert_snapshot!(message(CONFIG, json!({ "UpdateRuntimeOn": "Never" })).await, @"1 validation error detected: Value 'Never' at 'updateRuntimeOn' failed to satisfy constraint: Member must satisfy enum value set: [Auto, Manual, FunctionUpdate]");
}

#[tokio::test]
async fn a_missing_function_or_version_is_named_as_it_was_asked_for() {
    let server = server().await;
    assert_snapshot!(server.get("/2021-07-20/functions/nope/runtime-management-config").await, @r#"
    404 Not Found
    x-amzn-requestid: <uuid>
    x-amzn-errortype: ResourceNotFoundException
    content-type: application/json
    {"Type":"User","Message":"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope"}
    "#);
    let auto = json!({ "UpdateRuntimeOn": "Auto" });
    assert_snapshot!(server.put(&format!("{CONFIG}?Qualifier=9"), auto).await.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:9");
}
