use serde_json::{Value, json};

use super::{Answer, Server};
use crate::testing::arn;

const POLICY: &str = "/2015-03-31/functions/fn/policy";

fn path(resource: &str) -> String {
    format!("/2026-07-09/resource-policy/{}", resource.replace(':', "%3A").replace('/', "%2F"))
}

fn function(qualifier: &str) -> String {
    format!("{}{qualifier}", arn("fn"))
}

fn allow(resource: &str, principal: Value) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": {
            "Sid": "all", "Effect": "Allow", "Principal": principal, "Action": ["lambda:InvokeFunction"],
            "Resource": resource,
        },
    })
    .to_string()
}

fn account() -> Value {
    json!({ "AWS": "123456789012" })
}

async fn put(server: &Server, resource: &str, policy: &str) -> Answer {
    server.put(&path(resource), json!({ "Policy": policy })).await
}

/// With a version and an alias of `fn`.
async fn server() -> Server {
    let server = Server::with_functions(&["fn"]).await;
    server.publish_another("a").await;
    server.post("/2015-03-31/functions/fn/aliases", json!({ "Name": "live", "FunctionVersion": "1" })).await;
    server
}

#[tokio::test]
async fn a_whole_policy_takes_the_place_of_the_one_there_is() {
    let server = server().await;
    server
        .post(POLICY, json!({ "StatementId": "s3", "Action": "lambda:*", "Principal": "s3.amazonaws.com" }))
        .await;
    insta::assert_snapshot!(put(&server, &function(""), &allow(&function(""), account())).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"all\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"123456789012\"},\"Action\":[\"lambda:InvokeFunction\"],\"Resource\":\"arn:aws:lambda:us-east-1:000000000000:function:fn\"}]}","RevisionId":"<uuid>"}
    "#);
    insta::assert_snapshot!(server.get(&path(&function(""))).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"all\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"123456789012\"},\"Action\":[\"lambda:InvokeFunction\"],\"Resource\":\"arn:aws:lambda:us-east-1:000000000000:function:fn\"}]}","RevisionId":"<uuid>"}
    "#);
    let (got, same) = (server.get(&path(&function(""))).await.json(), server.get(POLICY).await.json());
    assert_eq!(got, same);
    insta::assert_snapshot!(server.delete(&path(&function(""))).await, @r#"
        204 No Content
        x-amzn-requestid: <uuid>
    "#);
    insta::assert_snapshot!(server.get(&path(&function(""))).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"The resource you requested does not exist."}
    "#);
    insta::assert_snapshot!(server.delete(&path(&function(""))).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"No policy is associated with the given resource."}
    "#);
}

#[tokio::test]
async fn versions_and_aliases_have_resource_policies_too() {
    let server = server().await;
    for qualifier in [":1", ":live"] {
        let resource = function(qualifier);
        let put = put(&server, &resource, &allow(&resource, account())).await;
        assert_eq!(put.head.lines().next(), Some("200 OK"), "{put}");
        assert_eq!(server.get(&path(&resource)).await.json(), put.json());
    }
    assert_eq!(server.delete(&path(&function(":live"))).await.head.lines().next(), Some("204 No Content"));
    assert_eq!(server.get(&path(&function(":1"))).await.head.lines().next(), Some("200 OK"));
}

#[tokio::test]
async fn a_change_may_insist_on_the_revision_it_has_seen() {
    let server = server().await;
    let (resource, policy) = (function(""), allow(&function(""), account()));
    let seen = server.revision("/2015-03-31/functions/fn/configuration").await;
    let body = |revision: &str| json!({ "Policy": policy, "RevisionId": revision });
    let put = server.put(&path(&resource), body(&seen)).await;
    assert_eq!(put.head.lines().next(), Some("200 OK"), "{put}");
    insta::assert_snapshot!(server.put(&path(&resource), body(&seen)).await, @r#"
        412 Precondition Failed
        x-amzn-requestid: <uuid>
        x-amzn-errortype: PreconditionFailedException
        content-type: application/json
        {"Type":"User","message":"The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id"}
    "#);
    insta::assert_snapshot!(server.delete(&format!("{}?RevisionId={seen}", path(&resource))).await, @r#"
        412 Precondition Failed
        x-amzn-requestid: <uuid>
        x-amzn-errortype: PreconditionFailedException
        content-type: application/json
        {"Type":"User","message":"The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id"}
    "#);
    let current = put.json()["RevisionId"].as_str().unwrap().to_owned();
    let deleted = server.delete(&format!("{}?RevisionId={current}", path(&resource))).await;
    assert_eq!(deleted.head.lines().next(), Some("204 No Content"));
}

#[tokio::test]
async fn what_may_not_be_a_resource_policy() {
    let server = server().await;
    let resource = function("");
    insta::assert_snapshot!(put(&server, &resource, &allow(&resource, json!("*"))).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: PublicPolicyException
        content-type: application/json
        {"Type":"User","Message":"The resource-based policy you tried to add to the Lambda resource would grant public access to it, which isn't allowed."}
    "#);
    let refused = async |policy: &str| put(&server, &resource, policy).await.message();
    insta::assert_snapshot!(refused("{").await, @"The policy is not valid: EOF while parsing an object at line 1 column 1.");
    insta::assert_snapshot!(refused(r#"{"Version":"2012-10-17","Statement":[]}"#).await, @"The policy is not valid: it has no statement.");
    insta::assert_snapshot!(refused(&allow(&function(":1"), account())).await, @"The policy is not valid: each Resource must be arn:aws:lambda:us-east-1:000000000000:function:fn, and one is arn:aws:lambda:us-east-1:000000000000:function:fn:1.");
    insta::assert_snapshot!(refused(&allow(&resource, json!("nobody"))).await, @"The policy is not valid: expected a value or a list of values at line 1 column 186.");
    assert_eq!(server.get(POLICY).await.message(), "The resource you requested does not exist.");
    // 1E9 is written as 1000000000.0.
    let numbers = format!("[{}1E9]", "1E9,".repeat(4990));
    let growing = allow(&resource, account());
    let condition = format!(r#","Condition":{{"NumericEquals":{{"aws:EpochTime":{numbers}}}}}}}}}"#);
    let growing = format!("{}{condition}", growing.trim_end_matches('}'));
    insta::assert_snapshot!(put(&server, &resource, &growing).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: PolicyLengthExceededException
        content-type: application/json
        {"Type":"User","message":"The final policy size (65135) is bigger than the limit (20480)."}
    "#);
}

#[tokio::test]
async fn a_resource_must_be_one_that_has_a_policy() {
    let server = server().await;
    let refused = async |resource: &str| {
        let policy = allow(resource, account());
        let answers = [
            put(&server, resource, &policy).await,
            server.get(&path(resource)).await,
            server.delete(&path(resource)).await,
        ];
        answers.map(|answer| answer.message()).join("\n")
    };
    insta::assert_snapshot!(refused(&arn("nope").to_string()).await, @r#"
        Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope
        The resource you requested does not exist.
        Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope
    "#);
    insta::assert_snapshot!(refused(&function(":nope")).await, @r#"
        Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:fn:nope
        Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:fn:nope
        Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:fn:nope
    "#);
    insta::assert_snapshot!(refused(&function(":9")).await, @r#"
        Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:9
        Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:9
        Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:9
    "#);
    insta::assert_snapshot!(refused(&function(":$LATEST")).await, @r#"
        We currently do not support adding policies for $LATEST.
        The resource you requested does not exist.
        No policy is associated with the given resource.
    "#);
    insta::assert_snapshot!(refused("fn").await, @r#"
        1 validation error detected: Value 'fn' at 'resourceArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:(function:[a-zA-Z0-9-_]+(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_])+)?|runtime/[a-zA-Z0-9-_./]+)
        1 validation error detected: Value 'fn' at 'resourceArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:(function:[a-zA-Z0-9-_]+(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_])+)?|runtime/[a-zA-Z0-9-_./]+)
        1 validation error detected: Value 'fn' at 'resourceArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:(function:[a-zA-Z0-9-_]+(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_])+)?|runtime/[a-zA-Z0-9-_./]+)
    "#);
    insta::assert_snapshot!(refused("arn:aws:lambda:us-east-1:000000000000:runtime/python").await, @r#"
        The resource you requested does not exist.
        The resource you requested does not exist.
        The resource you requested does not exist.
    "#);
    insta::assert_snapshot!(refused("arn:aws:lambda:eu-west-1:000000000000:function:fn").await, @r#"
        Functions from 'eu-west-1' are not reachable in this region ('us-east-1')
        Functions from 'eu-west-1' are not reachable in this region ('us-east-1')
        Functions from 'eu-west-1' are not reachable in this region ('us-east-1')
    "#);
}
