use serde_json::{Value, json};

use super::{Answer, Server, creation};
use crate::testing::arn;

const POLICY: &str = "/2015-03-31/functions/fn/policy";
const CONFIGURATION: &str = "/2015-03-31/functions/fn/configuration";
const LIVE: &str = "/2015-03-31/functions/fn/aliases/live";

/// With a version and an alias of `fn`.
async fn server() -> Server {
    let server = Server::with_functions(&["fn"]).await;
    server.publish_another("a").await;
    server.post("/2015-03-31/functions/fn/aliases", json!({ "Name": "live", "FunctionVersion": "1" })).await;
    server
}

async fn add(server: &Server, query: &str, members: Value) -> Answer {
    let mut body = json!({
        "StatementId": "s3", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com",
    });
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    server.post(&format!("{POLICY}{query}"), body).await
}

fn statement_ids(policy: &Answer) -> Vec<String> {
    let policy: Value = serde_json::from_str(policy.json()["Policy"].as_str().unwrap()).unwrap();
    let statements = policy["Statement"].as_array().unwrap().clone();
    statements.iter().map(|statement| statement["Sid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_permission_is_a_statement_of_the_functions_policy() {
    let server = server().await;
    insta::assert_snapshot!(add(&server, "", json!({})).await, @r#"
        201 Created
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"Statement":"{\"Sid\":\"s3\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"s3.amazonaws.com\"},\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"arn:aws:lambda:us-east-1:000000000000:function:fn\"}"}
    "#);
    let conditions = json!({
        "StatementId": "all", "Principal": "123456789012", "SourceArn": "arn:aws:s3:::bucket",
        "SourceAccount": "123456789012", "PrincipalOrgID": "o-0123456789", "EventSourceToken": "token",
    });
    insta::assert_snapshot!(add(&server, "", conditions).await, @r#"
        201 Created
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "Statement": "{\"Sid\":\"all\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:root\"},\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"arn:aws:lambda:us-east-1:000000000000:function:fn\",\"Condition\":{\"StringEquals\":{\"AWS:SourceAccount\":\"123456789012\",\"aws:PrincipalOrgID\":\"o-0123456789\",\"lambda:EventSourceToken\":\"token\"},\"ArnLike\":{\"AWS:SourceArn\":\"arn:aws:s3:::bucket\"}}}"
        }
    "#);
    let url = json!({
        "StatementId": "url", "Principal": "*", "Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE",
        "InvokedViaFunctionUrl": true,
    });
    insta::assert_snapshot!(add(&server, "", url).await, @r#"
        201 Created
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"Statement":"{\"Sid\":\"url\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"lambda:InvokeFunctionUrl\",\"Resource\":\"arn:aws:lambda:us-east-1:000000000000:function:fn\",\"Condition\":{\"StringEquals\":{\"lambda:FunctionUrlAuthType\":\"NONE\"},\"Bool\":{\"lambda:InvokedViaFunctionUrl\":\"true\"}}}"}
    "#);
    insta::assert_snapshot!(server.get(POLICY).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "Policy": "{\"Version\":\"2012-10-17\",\"Id\":\"default\",\"Statement\":[{\"Sid\":\"s3\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"s3.amazonaws.com\"},\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"arn:aws:lambda:us-east-1:000000000000:function:fn\"},{\"Sid\":\"all\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:root\"},\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"arn:aws:lambda:us-east-1:000000000000:function:fn\",\"Condition\":{\"StringEquals\":{\"AWS:SourceAccount\":\"123456789012\",\"aws:PrincipalOrgID\":\"o-0123456789\",\"lambda:EventSourceToken\":\"token\"},\"ArnLike\":{\"AWS:SourceArn\":\"arn:aws:s3:::bucket\"}}},{\"Sid\":\"url\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"lambda:InvokeFunctionUrl\",\"Resource\":\"arn:aws:lambda:us-east-1:000000000000:function:fn\",\"Condition\":{\"StringEquals\":{\"lambda:FunctionUrlAuthType\":\"NONE\"},\"Bool\":{\"lambda:InvokedViaFunctionUrl\":\"true\"}}}]}",
          "RevisionId": "<uuid>"
        }
    "#);
}

#[tokio::test]
async fn versions_and_aliases_have_policies_of_their_own() {
    let server = server().await;
    insta::assert_snapshot!(add(&server, "?Qualifier=1", json!({})).await, @r#"
        201 Created
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"Statement":"{\"Sid\":\"s3\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"s3.amazonaws.com\"},\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"arn:aws:lambda:us-east-1:000000000000:function:fn:1\"}"}
    "#);
    insta::assert_snapshot!(add(&server, "?Qualifier=live", json!({ "StatementId": "sns" })).await, @r#"
        201 Created
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"Statement":"{\"Sid\":\"sns\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"s3.amazonaws.com\"},\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"arn:aws:lambda:us-east-1:000000000000:function:fn:live\"}"}
    "#);
    assert_eq!(statement_ids(&server.get(&format!("{POLICY}?Qualifier=1")).await), ["s3"]);
    assert_eq!(statement_ids(&server.get(&format!("{POLICY}?Qualifier=live")).await), ["sns"]);
    assert_eq!(statement_ids(&server.get("/2015-03-31/functions/fn:live/policy").await), ["sns"]);
    assert_eq!(server.get(POLICY).await.message(), "The resource you requested does not exist.");
}

#[tokio::test]
async fn a_policy_goes_with_what_it_belongs_to() {
    let server = server().await;
    add(&server, "?Qualifier=live", json!({})).await;
    server.delete(LIVE).await;
    server.post("/2015-03-31/functions/fn/aliases", json!({ "Name": "live", "FunctionVersion": "1" })).await;
    let gone = server.get(&format!("{POLICY}?Qualifier=live")).await;
    assert_eq!(gone.message(), "The resource you requested does not exist.");
}

#[tokio::test]
async fn with_its_last_statement_a_policy_goes() {
    let server = server().await;
    add(&server, "", json!({})).await;
    add(&server, "", json!({ "StatementId": "sns" })).await;
    insta::assert_snapshot!(server.delete(&format!("{POLICY}/s3")).await, @r#"
        204 No Content
        x-amzn-requestid: <uuid>
    "#);
    assert_eq!(statement_ids(&server.get(POLICY).await), ["sns"]);
    insta::assert_snapshot!(server.delete(&format!("{POLICY}/s3")).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"Statement s3 is not found in resource policy."}
    "#);
    server.delete(&format!("{POLICY}/sns")).await;
    insta::assert_snapshot!(server.get(POLICY).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"The resource you requested does not exist."}
    "#);
    insta::assert_snapshot!(server.delete(&format!("{POLICY}/sns")).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"No policy is associated with the given resource."}
    "#);
}

#[tokio::test]
async fn a_permission_gives_the_function_or_the_alias_a_new_revision() {
    let server = server().await;
    let (function, alias) = (server.revision(CONFIGURATION).await, server.revision(LIVE).await);
    add(&server, "?Qualifier=live", json!({})).await;
    let after = server.revision(LIVE).await;
    assert_ne!(after, alias);
    assert_eq!(server.revision(&format!("{POLICY}?Qualifier=live")).await, after);
    assert_eq!(server.revision(CONFIGURATION).await, function);
    add(&server, "", json!({})).await;
    let after = server.revision(CONFIGURATION).await;
    assert_ne!(after, function);
    assert_eq!(server.revision(POLICY).await, after);
    server.delete(&format!("{POLICY}/s3")).await;
    assert_ne!(server.revision(CONFIGURATION).await, after);
}

#[tokio::test]
async fn a_version_stays_as_it_is_and_its_policy_has_the_revision() {
    let server = server().await;
    let version = server.revision(&format!("{CONFIGURATION}?Qualifier=1")).await;
    let expected = json!({ "RevisionId": version });
    assert_eq!(add(&server, "?Qualifier=1", expected).await.head.lines().next(), Some("201 Created"));
    let first = server.revision(&format!("{POLICY}?Qualifier=1")).await;
    assert_ne!(first, version);
    add(&server, "?Qualifier=1", json!({ "StatementId": "sns", "RevisionId": first })).await;
    assert_ne!(server.revision(&format!("{POLICY}?Qualifier=1")).await, first);
    assert_eq!(server.revision(&format!("{CONFIGURATION}?Qualifier=1")).await, version);
}

#[tokio::test]
async fn what_runs_goes_on_running() {
    let server = server().await;
    server.invoke("fn", &[], "{}").await;
    let before = server.world.invoker.invocations.lock().unwrap().pop().unwrap();
    server.world.invoker.retired.lock().unwrap().clear();
    add(&server, "", json!({})).await;
    server.settle().await;
    // As after a restart, when nothing is remembered.
    server.lambda.functions.runnable.forget(&arn("fn"));
    server.invoke("fn", &[], "{}").await;
    let after = server.world.invoker.invocations.lock().unwrap().pop().unwrap();
    assert_eq!(after.version.revision, before.version.revision);
    assert_eq!(*server.world.invoker.retired.lock().unwrap(), []);
}

#[tokio::test]
async fn a_function_that_is_being_created_or_updated_takes_permissions() {
    let server = Server::new();
    server.create(creation("fn")).await;
    add(&server, "", json!({})).await;
    server.settle().await;
    assert_eq!(server.get(CONFIGURATION).await.json()["State"], "Active");
    server.put(CONFIGURATION, json!({ "Timeout": 7 })).await;
    add(&server, "", json!({ "StatementId": "sns" })).await;
    server.settle().await;
    let settled = server.get(CONFIGURATION).await.json();
    assert_eq!((&settled["LastUpdateStatus"], &settled["Timeout"]), (&json!("Successful"), &json!(7)));
    assert_eq!(statement_ids(&server.get(POLICY).await), ["s3", "sns"]);
}

#[tokio::test]
async fn a_policy_has_at_most_20_480_characters() {
    let server = server().await;
    let mut refused = None;
    for number in 0..100 {
        let long = json!({ "StatementId": format!("{number:0>100}"), "EventSourceToken": "x".repeat(256) });
        let answer = add(&server, "", long).await;
        if !answer.head.starts_with("201") {
            refused = Some(answer);
            break;
        }
    }
    let before = server.revision(POLICY).await;
    insta::assert_snapshot!(refused.unwrap(), @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: PolicyLengthExceededException
        content-type: application/json
        {"Type":"User","message":"The final policy size (21041) is bigger than the limit (20480)."}
    "#);
    assert_eq!(server.revision(POLICY).await, before);
}

#[tokio::test]
async fn what_may_not_be_asked_of_a_policy() {
    let server = server().await;
    add(&server, "", json!({})).await;
    insta::assert_snapshot!(add(&server, "", json!({})).await, @r#"
        409 Conflict
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceConflictException
        content-type: application/json
        {"Type":"User","message":"The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement."}
    "#);
    insta::assert_snapshot!(add(&server, "?Qualifier=$LATEST", json!({})).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"We currently do not support adding policies for $LATEST."}
    "#);
    let refused = async |query: &str, body: Value| add(&server, query, body).await.message();
    insta::assert_snapshot!(refused("", json!({ "StatementId": "x", "Principal": "nobody" })).await, @"The provided principal was invalid. Please check the principal and try again.");
    insta::assert_snapshot!(refused("", json!({ "StatementId": "x", "FunctionUrlAuthType": "NONE" })).await, @"FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action");
    insta::assert_snapshot!(refused("", json!({ "StatementId": "a b" })).await, @"1 validation error detected: Value 'a b' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)");
    insta::assert_snapshot!(refused("", json!({ "Action": "s3:GetObject" })).await, @"1 validation error detected: Value 's3:GetObject' at 'action' failed to satisfy constraint: Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])");
    insta::assert_snapshot!(refused("?Qualifier=nope", json!({})).await, @"Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:fn:nope");
    insta::assert_snapshot!(refused("?Qualifier=9", json!({})).await, @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:9");
    insta::assert_snapshot!(refused("?Qualifier=$latest", json!({})).await, @"The resource you requested does not exist.");
    insta::assert_snapshot!(add(&server, "", json!({ "StatementId": "x", "RevisionId": "other" })).await, @r#"
        412 Precondition Failed
        x-amzn-requestid: <uuid>
        x-amzn-errortype: PreconditionFailedException
        content-type: application/json
        {"Type":"User","message":"The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id"}
    "#);
    insta::assert_snapshot!(server.delete(&format!("{POLICY}/s3?RevisionId=other")).await, @r#"
        412 Precondition Failed
        x-amzn-requestid: <uuid>
        x-amzn-errortype: PreconditionFailedException
        content-type: application/json
        {"Type":"User","message":"The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id"}
    "#);
}

#[tokio::test]
async fn what_is_not_there_is_told_by_each_operation_in_its_own_words() {
    let server = server().await;
    let nope = "/2015-03-31/functions/nope/policy";
    let permission = json!({ "StatementId": "s", "Action": "*", "Principal": "*" });
    insta::assert_snapshot!(server.post(nope, permission).await.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope");
    insta::assert_snapshot!(server.get(nope).await.message(), @"The resource you requested does not exist.");
    insta::assert_snapshot!(server.delete(&format!("{nope}/s")).await.message(), @"No policy found for: arn:aws:lambda:us-east-1:000000000000:function:nope");
    insta::assert_snapshot!(server.get(&format!("{POLICY}?Qualifier=nope")).await.message(), @"Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:fn:nope");
    insta::assert_snapshot!(server.get(&format!("{POLICY}?Qualifier=9")).await.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:9");
    insta::assert_snapshot!(server.get(&format!("{POLICY}?Qualifier=$LATEST")).await.message(), @"The resource you requested does not exist.");
    insta::assert_snapshot!(server.delete(&format!("{POLICY}/s?Qualifier=nope")).await.message(), @"Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:fn:nope");
    insta::assert_snapshot!(server.delete(&format!("{POLICY}/s?Qualifier=9")).await.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:9");
    insta::assert_snapshot!(server.delete(&format!("{POLICY}/s?Qualifier=$LATEST")).await.message(), @"No policy is associated with the given resource.");
}
