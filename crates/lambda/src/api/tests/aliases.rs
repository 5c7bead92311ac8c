use serde_json::{Value, json};

use super::{Answer, Server};
use crate::testing::arn;

const ALIASES: &str = "/2015-03-31/functions/fn/aliases";
const LIVE: &str = "/2015-03-31/functions/fn/aliases/live";

/// With two versions of `fn`.
async fn server() -> Server {
    let server = Server::with_functions(&["fn"]).await;
    server.publish_another("a").await;
    server.publish_another("b").await;
    server
}

async fn create(server: &Server, members: Value) -> Answer {
    let mut body = json!({ "Name": "live", "FunctionVersion": "1" });
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    server.post(ALIASES, body).await
}

fn weights(weights: Value) -> Value {
    json!({ "RoutingConfig": { "AdditionalVersionWeights": weights } })
}

fn names(answer: &Answer) -> Vec<String> {
    let aliases = answer.json()["Aliases"].as_array().unwrap().clone();
    aliases.iter().map(|alias| alias["Name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_alias_points_at_a_version() {
    let server = server().await;
    insta::assert_snapshot!(create(&server, json!({})).await, @r#"
        201 Created
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"AliasArn":"arn:aws:lambda:us-east-1:000000000000:function:fn:live","Name":"live","FunctionVersion":"1","Description":"","RevisionId":"<uuid>"}
    "#);
    let weighted = json!({
        "Name": "weighted", "Description": "two", "RoutingConfig": { "AdditionalVersionWeights": { "2": 0.25 } },
    });
    insta::assert_snapshot!(create(&server, weighted).await, @r#"
        201 Created
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"AliasArn":"arn:aws:lambda:us-east-1:000000000000:function:fn:weighted","Name":"weighted","FunctionVersion":"1","Description":"two","RoutingConfig":{"AdditionalVersionWeights":{"2":0.25}},"RevisionId":"<uuid>"}
    "#);
    insta::assert_snapshot!(server.get(LIVE).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"AliasArn":"arn:aws:lambda:us-east-1:000000000000:function:fn:live","Name":"live","FunctionVersion":"1","Description":"","RevisionId":"<uuid>"}
    "#);
}

#[tokio::test]
async fn an_update_changes_what_is_given() {
    let server = server().await;
    let created = create(&server, json!({ "Description": "stays" })).await.json();
    let updated = server.put(LIVE, json!({ "FunctionVersion": "2" })).await.json();
    assert_eq!((&updated["FunctionVersion"], &updated["Description"]), (&json!("2"), &json!("stays")));
    assert_ne!(updated["RevisionId"], created["RevisionId"]);
    let shifted = server.put(LIVE, weights(json!({ "1": 0.1 }))).await.json();
    assert_eq!(shifted["RoutingConfig"], json!({ "AdditionalVersionWeights": { "1": 0.1 } }));
    let whole = server.put(LIVE, weights(json!({}))).await.json();
    assert_eq!(whole.get("RoutingConfig"), None);
}

#[tokio::test]
async fn an_alias_changes_nothing_of_its_function() {
    let server = server().await;
    let configuration = "/2015-03-31/functions/fn/configuration";
    let before = server.revision(configuration).await;
    create(&server, json!({})).await;
    assert_eq!(server.revision(configuration).await, before);
}

#[tokio::test]
async fn invocations_go_where_the_alias_points() {
    let server = server().await;
    create(&server, weights(json!({ "2": 0.25 }))).await;
    let mut shifted = 0;
    for _ in 0..200 {
        let answer = server.invoke("fn:live", &[], "{}").await;
        let executed = |version: &str| answer.head.contains(&format!("x-amz-executed-version: {version}"));
        assert!(executed("1") || executed("2"), "{answer}");
        shifted += usize::from(executed("2"));
    }
    assert!((25..80).contains(&shifted), "{shifted} of 200");
    let invocation = server.world.invoker.invocations.lock().unwrap().pop().unwrap();
    assert_eq!(invocation.invoked_function_arn, format!("{}:live", arn("fn")));
    server.put(LIVE, json!({ "FunctionVersion": "$LATEST", "RoutingConfig": {} })).await;
    assert!(server.invoke("fn:live", &[], "{}").await.head.contains("x-amz-executed-version: $LATEST"));
}

#[tokio::test]
async fn a_function_is_described_through_its_alias() {
    let server = server().await;
    create(&server, json!({})).await;
    let found = server.get("/2015-03-31/functions/fn?Qualifier=live").await.json();
    let configuration = &found["Configuration"];
    assert_eq!(configuration["FunctionArn"], format!("{}:live", arn("fn")));
    assert_eq!((&configuration["Version"], &configuration["Description"]), (&json!("1"), &json!("a")));
}

#[tokio::test]
async fn aliases_are_listed_by_name_in_pages_and_by_version() {
    let server = server().await;
    for (name, version) in [("b", "1"), ("a", "2"), ("c", "1")] {
        create(&server, json!({ "Name": name, "FunctionVersion": version })).await;
    }
    let first = server.get(&format!("{ALIASES}?MaxItems=2")).await;
    assert_eq!(names(&first), ["a", "b"]);
    let marker = first.json()["NextMarker"].as_str().unwrap().to_owned();
    let second = server.get(&format!("{ALIASES}?Marker={marker}")).await;
    assert_eq!((names(&second), second.json().get("NextMarker")), (vec!["c".to_owned()], None));
    assert_eq!(names(&server.get(&format!("{ALIASES}?FunctionVersion=1")).await), ["b", "c"]);
    let filtered = server.get(&format!("{ALIASES}?FunctionVersion=1&MaxItems=1")).await;
    let marker = filtered.json()["NextMarker"].as_str().unwrap().to_owned();
    assert_eq!(names(&server.get(&format!("{ALIASES}?FunctionVersion=1&Marker={marker}")).await), ["c"]);
    let elsewhere = server.get(&format!("/2015-03-31/functions/fn/versions?Marker={marker}")).await;
    insta::assert_snapshot!(elsewhere.message(), @"Invalid Marker.");
}

#[tokio::test]
async fn an_alias_that_does_not_exist_counts_as_deleted() {
    let server = server().await;
    create(&server, json!({})).await;
    insta::assert_snapshot!(server.delete(LIVE).await, @r#"
        204 No Content
        x-amzn-requestid: <uuid>
    "#);
    assert_eq!(server.delete(LIVE).await.head.lines().next(), Some("204 No Content"));
    insta::assert_snapshot!(server.delete("/2015-03-31/functions/nope/aliases/live").await.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope");
}

#[tokio::test]
async fn what_may_not_be_asked_of_an_alias() {
    let server = server().await;
    let refused = async |body: Value| create(&server, body).await.message();
    insta::assert_snapshot!(refused(json!({ "FunctionVersion": "9" })).await, @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:9");
    insta::assert_snapshot!(refused(json!({ "FunctionVersion": "0" })).await, @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:0");
    insta::assert_snapshot!(refused(weights(json!({ "1": 0.5 }))).await, @"Invalid function version 1. Function version 1 is already included in routing configuration.");
    insta::assert_snapshot!(refused(weights(json!({ "2": 0.5, "3": 0.1 }))).await, @"Number of items in AdditionalVersionWeights cannot be greater than 1");
    insta::assert_snapshot!(refused(weights(json!({ "9": 0.5 }))).await, @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:9");
    insta::assert_snapshot!(refused(weights(json!({ "2": 2.0 }))).await, @"1 validation error detected: Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]");
    insta::assert_snapshot!(refused(weights(json!({ "$LATEST": 0.5 }))).await, @"1 validation error detected: Value '{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]");
    insta::assert_snapshot!(refused(json!({ "Name": "12" })).await, @"1 validation error detected: Value '12' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)");
    let latest = json!({ "FunctionVersion": "$LATEST", "RoutingConfig": { "AdditionalVersionWeights": { "1": 0.5 } } });
    insta::assert_snapshot!(create(&server, latest).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"message":"$LATEST is not supported for an alias pointing to more than 1 version"}
    "#);
    create(&server, json!({})).await;
    insta::assert_snapshot!(create(&server, json!({})).await, @r#"
        409 Conflict
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceConflictException
        content-type: application/json
        {"Type":"User","message":"Alias already exists: arn:aws:lambda:us-east-1:000000000000:function:fn:live"}
    "#);
    insta::assert_snapshot!(server.put(LIVE, json!({ "RevisionId": "other" })).await, @r#"
        412 Precondition Failed
        x-amzn-requestid: <uuid>
        x-amzn-errortype: PreconditionFailedException
        content-type: application/json
        {"Type":"User","message":"The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id"}
    "#);
    insta::assert_snapshot!(server.put("/2015-03-31/functions/fn/aliases/nope", json!({})).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"Alias not found: arn:aws:lambda:us-east-1:000000000000:function:fn:nope"}
    "#);
    insta::assert_snapshot!(server.get("/2015-03-31/functions/fn/aliases/nope").await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:fn:nope"}
    "#);
    let missing = server
        .post("/2015-03-31/functions/nope/aliases", json!({ "Name": "a", "FunctionVersion": "1" }))
        .await;
    insta::assert_snapshot!(missing.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope");
}
