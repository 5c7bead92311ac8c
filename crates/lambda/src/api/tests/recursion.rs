use insta::assert_snapshot;
use serde_json::json;

use super::Server;

const CONFIG: &str = "/2024-08-31/functions/fn/recursion-config";

#[tokio::test]
async fn events_that_go_round_in_a_circle_end_unless_they_are_allowed_to() {
    let server = Server::with_functions(&["fn"]).await;
    assert_snapshot!(server.get(CONFIG).await, @r#"
    200 OK
    x-amzn-requestid: <uuid>
    content-type: application/json
    {"RecursiveLoop":"Terminate"}
    "#);
    assert_snapshot!(server.put(CONFIG, json!({ "RecursiveLoop": "Allow" })).await, @r#"
    200 OK
    x-amzn-requestid: <uuid>
    content-type: application/json
    {"RecursiveLoop":"Allow"}
    "#);
    assert_eq!(server.get(CONFIG).await.json(), json!({ "RecursiveLoop": "Allow" }));
    server.put(CONFIG, json!({ "RecursiveLoop": "Terminate" })).await;
    assert_eq!(server.get(CONFIG).await.json(), json!({ "RecursiveLoop": "Terminate" }));
}

#[tokio::test]
async fn what_has_no_recursion_config() {
    let server = Server::with_functions(&["fn"]).await;
    let missing = "/2024-08-31/functions/nope/recursion-config";
    assert_snapshot!(server.get(missing).await, @r#"
    404 Not Found
    x-amzn-requestid: <uuid>
    x-amzn-errortype: ResourceNotFoundException
    content-type: application/json
    {"Type":"User","Message":"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope"}
    "#);
    let allow = || json!({ "RecursiveLoop": "Allow" });
    assert_snapshot!(server.put(missing, allow()).await.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope");
    assert_snapshot!(server.put("/2024-08-31/functions/fn:1/recursion-config", allow()).await, @r#"
    400 Bad Request
    x-amzn-requestid: <uuid>
    x-amzn-errortype: ValidationException
    content-type: application/json
    {"message":"1 validation error detected: Value 'fn:1' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)"}
    "#);
    assert_snapshot!(server.put(CONFIG, json!({ "RecursiveLoop": "Warn" })).await.message(), @"1 validation error detected: Value 'Warn' at 'recursiveLoop' failed to satisfy constraint: Member must satisfy enum value set: [Terminate, Allow]");
    assert_snapshot!(server.put(CONFIG, json!({})).await.message(), @"1 validation error detected: Value null at 'recursiveLoop' failed to satisfy constraint: Member must not be null");
}
