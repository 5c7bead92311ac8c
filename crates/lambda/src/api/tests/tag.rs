use std::collections::BTreeMap;

use hob_storage::{CodeSigningConfigRecord, Owner, UntrustedArtifact};
use hob_types::{AccountId, Region, Timestamp};
use insta::assert_snapshot;
use serde_json::{Map, Value, json};

use super::mapping::MAPPINGS;
use super::{Server, creation_with};

const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:fn";
const ARNS: &str = "arn:aws:lambda:us-east-1:000000000000";

fn tags(arn: &str) -> String {
    format!("/2017-03-31/tags/{}", arn.replace(':', "%3A"))
}

/// So many, each with a key of its own that begins with `prefix`.
fn many(prefix: &str, count: usize) -> Value {
    (0..count).map(|n| (format!("{prefix}{n}"), json!("x"))).collect::<Map<_, _>>().into()
}

/// Sets, replaces and removes tags of whatever has the ARN and no tags.
async fn check_life(server: &Server, arn: &str) {
    let path = tags(arn);
    assert_eq!(server.get(&path).await.json(), json!({ "Tags": {} }), "{arn}");
    assert_eq!(
        server.post(&path, json!({ "Tags": { "a": "1", "b": "2" } })).await.head.get(..3),
        Some("204")
    );
    server.post(&path, json!({ "Tags": { "b": "3" } })).await;
    assert_eq!(server.get(&path).await.json(), json!({ "Tags": { "a": "1", "b": "3" } }));
    let removed = server.delete(&format!("{path}?tagKeys=a&tagKeys=missing")).await;
    assert_eq!(removed.head.get(..3), Some("204"));
    assert_eq!(server.get(&path).await.json(), json!({ "Tags": { "b": "3" } }));
}

#[tokio::test]
async fn whatever_may_bear_tags_does() {
    let server = Server::with_functions(&["fn"]).await;
    check_life(&server, FUNCTION).await;
    let source = json!({ "FunctionName": "fn", "EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:q" });
    let mapping = server.post(MAPPINGS, source).await.json();
    check_life(&server, mapping["EventSourceMappingArn"].as_str().unwrap()).await;
    let provider = server.post("/2025-11-30/capacity-providers", super::capacity::creation("p")).await.json();
    check_life(&server, provider["CapacityProvider"]["CapacityProviderArn"].as_str().unwrap()).await;
    let owner = Owner::new(&AccountId::local(), &Region::local());
    let signing = CodeSigningConfigRecord {
        id: "csc-0123456789abcdefg".to_owned(),
        description: String::new(),
        allowed_publishers: Vec::new(),
        untrusted_artifact: UntrustedArtifact::Warn,
        last_modified: Timestamp::EPOCH,
        tags: BTreeMap::new(),
    };
    assert!(server.world.storage.resources().create(&owner, signing.into()).await.unwrap());
    check_life(&server, &format!("{ARNS}:code-signing-config:csc-0123456789abcdefg")).await;
}

#[tokio::test]
async fn answers_have_aws_s_form() {
    let server = Server::new();
    server.create(creation_with(json!({ "Tags": { "team": "blue" } }))).await;
    server.settle().await;
    assert_snapshot!(server.get(&tags(FUNCTION)).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"Tags":{"team":"blue"}}
    "#);
    assert_snapshot!(server.post(&tags(FUNCTION), json!({ "Tags": { "a": "b" } })).await, @r#"
        204 No Content
        x-amzn-requestid: <uuid>
    "#);
    assert_snapshot!(server.delete(&format!("{}?tagKeys=team", tags(FUNCTION))).await, @r#"
        204 No Content
        x-amzn-requestid: <uuid>
    "#);
    let function = server.get("/2015-03-31/functions/fn").await.json();
    assert_eq!(function["Tags"], json!({ "a": "b" }));
}

#[tokio::test]
async fn tags_change_no_revision() {
    let server = Server::with_functions(&["fn"]).await;
    let revision =
        async || server.get("/2015-03-31/functions/fn/configuration").await.json()["RevisionId"].clone();
    let before = revision().await;
    server.post(&tags(FUNCTION), json!({ "Tags": { "a": "b" } })).await;
    assert_eq!(revision().await, before);
}

#[tokio::test]
async fn fifty_tags_are_enough() {
    let server = Server::with_functions(&["fn"]).await;
    server.post(&tags(FUNCTION), json!({ "Tags": many("a", 49) })).await;
    assert_snapshot!(server.post(&tags(FUNCTION), json!({ "Tags": many("b", 2) })).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Number of tags exceeds resource tag limit."}
    "#);
    assert!(server.post(&tags(FUNCTION), json!({ "Tags": many("b", 1) })).await.head.starts_with("204"));
    assert_eq!(server.get(&tags(FUNCTION)).await.json()["Tags"].as_object().unwrap().len(), 50);
}

#[tokio::test]
async fn versions_and_aliases_have_no_tags() {
    let server = Server::with_functions(&["fn"]).await;
    for qualified in [format!("{FUNCTION}:$LATEST"), format!("{FUNCTION}:1"), format!("{FUNCTION}:alias")] {
        let text = "Tags on function aliases and versions are not supported. Please specify a function ARN.";
        assert_eq!(server.get(&tags(&qualified)).await.message(), text);
        assert_eq!(server.post(&tags(&qualified), json!({ "Tags": { "a": "b" } })).await.message(), text);
        assert_eq!(server.delete(&format!("{}?tagKeys=a", tags(&qualified))).await.message(), text);
    }
}

#[tokio::test]
async fn a_request_must_name_tags() {
    let server = Server::with_functions(&["fn"]).await;
    assert_snapshot!(server.post(&tags(FUNCTION), json!({ "Tags": {} })).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"An error occurred and the request cannot be processed."}
    "#);
    assert_snapshot!(server.delete(&tags(FUNCTION)).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ValidationException
        content-type: application/json
        {"message":"1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null"}
    "#);
    assert!(server.post(&tags(FUNCTION), json!({})).await.message().ends_with("Member must not be null"));
}

#[tokio::test]
async fn what_does_not_exist_is_named() {
    let server = Server::new();
    let text = async |arn: &str| server.get(&tags(arn)).await.message();
    assert_snapshot!(server.get(&tags(FUNCTION)).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn"}
    "#);
    let id = "6f1d0e06-0000-4000-8000-000000000000";
    let mapping = format!("{ARNS}:event-source-mapping:{id}");
    assert_eq!(text(&mapping).await, format!("Event source mapping not found: {mapping}"));
    let provider = format!("{ARNS}:capacity-provider:p");
    assert_eq!(text(&provider).await, format!("Capacity provider not found: {provider}"));
    let connector = format!("{ARNS}:network-connector:n");
    assert_eq!(text(&connector).await, format!("Network connector not found: {connector}"));
    let signing = format!("{ARNS}:code-signing-config:csc-00000000000000000");
    assert_snapshot!(server.get(&tags(&signing)).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Message":"The Lambda code signing configuration arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-00000000000000000 can not be found."}
    "#);
    for arn in [FUNCTION, &mapping, &provider, &connector, &signing] {
        assert!(
            server.post(&tags(arn), json!({ "Tags": { "a": "b" } })).await.head.starts_with("404"),
            "{arn}"
        );
    }
}

#[tokio::test]
async fn tags_elsewhere_are_out_of_reach() {
    let server = Server::new();
    let elsewhere = "arn:aws:lambda:eu-west-1:000000000000:function:fn";
    assert_eq!(
        server.get(&tags(elsewhere)).await.message(),
        "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
    );
    let others = "arn:aws:lambda:us-east-1:111111111111:function:fn";
    assert!(server.get(&tags(others)).await.head.starts_with("403"));
    let provider = "arn:aws:lambda:us-east-1:111111111111:capacity-provider:p";
    assert_eq!(
        server.get(&tags(provider)).await.message(),
        format!("Capacity provider not found: {provider}")
    );
}

#[tokio::test]
async fn what_may_not_bear_tags_is_refused_by_its_arn() {
    let server = Server::new();
    assert_snapshot!(server.get(&tags(&format!("{ARNS}:layer:l"))).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ValidationException
        content-type: application/json
        {
          "message": "1 validation error detected: Value 'arn:aws:lambda:us-east-1:000000000000:layer:l' at 'resource' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|(capacity-provider|network-connector):[a-zA-Z0-9-_]{1,64})"
        }
    "#);
}

#[tokio::test]
async fn a_function_that_is_being_updated_takes_no_tags() {
    let server = Server::with_functions(&["fn"]).await;
    server.put("/2015-03-31/functions/fn/configuration", json!({ "Timeout": 9 })).await;
    let refused = server.post(&tags(FUNCTION), json!({ "Tags": { "a": "b" } })).await;
    assert_snapshot!(refused, @r#"
        409 Conflict
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceConflictException
        content-type: application/json
        {"Type":"User","message":"The operation cannot be performed at this time. An update is in progress for resource: arn:aws:lambda:us-east-1:000000000000:function:fn"}
    "#);
    assert!(server.get(&tags(FUNCTION)).await.head.starts_with("200"));
}
