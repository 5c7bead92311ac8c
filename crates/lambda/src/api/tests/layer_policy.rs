use serde_json::{Value, json};

use super::{Answer, Server};

const POLICY: &str = "/2018-10-31/layers/tools/versions/1/policy";

fn permission(id: &str, principal: &str) -> Value {
    json!({ "StatementId": id, "Action": "lambda:GetLayerVersion", "Principal": principal })
}

async fn with_layer() -> Server {
    let server = Server::new();
    server.publish_layer("tools", "one").await;
    server
}

fn revision(answer: &Answer) -> String {
    answer.json()["RevisionId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_permission() {
    let server = with_layer().await;
    insta::assert_snapshot!(server.post(POLICY, permission("xaccount", "111111111111")).await, @r#"
        201 Created
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"Statement":"{\"Sid\":\"xaccount\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111111111111:root\"},\"Action\":\"lambda:GetLayerVersion\",\"Resource\":\"arn:aws:lambda:us-east-1:000000000000:layer:tools:1\"}","RevisionId":"<uuid>"}
        "#);
    let mut for_organization = permission("org", "*");
    for_organization["OrganizationId"] = json!("o-abcdefghij");
    insta::assert_snapshot!(server.post(POLICY, for_organization).await, @r#"
        201 Created
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"Statement":"{\"Sid\":\"org\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"lambda:GetLayerVersion\",\"Resource\":\"arn:aws:lambda:us-east-1:000000000000:layer:tools:1\",\"Condition\":{\"StringEquals\":{\"aws:PrincipalOrgID\":\"o-abcdefghij\"}}}","RevisionId":"<uuid>"}
        "#);
    insta::assert_snapshot!(server.get(POLICY).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "Policy": "{\"Version\":\"2012-10-17\",\"Id\":\"default\",\"Statement\":[{\"Sid\":\"xaccount\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111111111111:root\"},\"Action\":\"lambda:GetLayerVersion\",\"Resource\":\"arn:aws:lambda:us-east-1:000000000000:layer:tools:1\"},{\"Sid\":\"org\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"lambda:GetLayerVersion\",\"Resource\":\"arn:aws:lambda:us-east-1:000000000000:layer:tools:1\",\"Condition\":{\"StringEquals\":{\"aws:PrincipalOrgID\":\"o-abcdefghij\"}}}]}",
          "RevisionId": "<uuid>"
        }
        "#);
}

#[tokio::test]
async fn with_the_last_permission_goes_the_policy() {
    let server = with_layer().await;
    server.post(POLICY, permission("one", "*")).await;
    server.post(POLICY, permission("two", "*")).await;
    insta::assert_snapshot!(server.delete(&format!("{POLICY}/one")).await, @r"
        204 No Content
        x-amzn-requestid: <uuid>
        ");
    assert!(server.get(POLICY).await.head.starts_with("200"));
    insta::assert_snapshot!(server.delete(&format!("{POLICY}/one")).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"Statement one is not found in resource policy."}
        "#);
    server.delete(&format!("{POLICY}/two")).await;
    insta::assert_snapshot!(server.get(POLICY).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"No policy is associated with the given resource."}
        "#);
    insta::assert_snapshot!(server.delete(&format!("{POLICY}/two")).await.message(), @"No policy is associated with the given resource.");
}

#[tokio::test]
async fn a_permission_for_a_policy_that_has_changed() {
    let server = with_layer().await;
    let first = revision(&server.post(POLICY, permission("one", "*")).await);
    let second =
        revision(&server.post(&format!("{POLICY}?RevisionId={first}"), permission("two", "*")).await);
    assert_eq!(revision(&server.get(POLICY).await), second);
    let stale = format!("{POLICY}?RevisionId={first}");
    insta::assert_snapshot!(server.post(&stale, permission("three", "*")).await, @r#"
        412 Precondition Failed
        x-amzn-requestid: <uuid>
        x-amzn-errortype: PreconditionFailedException
        content-type: application/json
        {"Type":"User","message":"The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to retrieve the latest Revision Id"}
        "#);
    let removed = server.delete(&format!("{POLICY}/one?RevisionId={first}")).await;
    assert!(removed.head.starts_with("412"), "{removed}");
    assert!(server.delete(&format!("{POLICY}/one?RevisionId={second}")).await.head.starts_with("204"));
}

#[tokio::test]
async fn permissions_that_cannot_be_added() {
    let server = with_layer().await;
    server.post(POLICY, permission("one", "*")).await;
    insta::assert_snapshot!(server.post(POLICY, permission("one", "111111111111")).await, @r#"
        409 Conflict
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceConflictException
        content-type: application/json
        {"Type":"User","message":"The statement id (one) provided already exists. Please provide a new statement id, or remove the existing statement."}
        "#);
    let missing = "/2018-10-31/layers/tools/versions/7/policy";
    insta::assert_snapshot!(server.post(missing, permission("one", "*")).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"Layer version arn:aws:lambda:us-east-1:000000000000:layer:tools:7 does not exist."}
        "#);
    insta::assert_snapshot!(server.get(missing).await.message(), @"Layer version arn:aws:lambda:us-east-1:000000000000:layer:tools:7 does not exist.");
    insta::assert_snapshot!(server.delete(&format!("{missing}/one")).await.message(), @"Layer version arn:aws:lambda:us-east-1:000000000000:layer:tools:7 does not exist.");
    let mut other_action = permission("two", "*");
    other_action["Action"] = json!("lambda:InvokeFunction");
    insta::assert_snapshot!(server.post(POLICY, other_action).await.message(), @"1 validation error detected: Value 'lambda:InvokeFunction' at 'action' failed to satisfy constraint: Member must satisfy regular expression pattern: lambda:GetLayerVersion");
}

#[tokio::test]
async fn a_policy_that_grows_too_long() {
    let server = with_layer().await;
    let mut answer = server.get(POLICY).await;
    for number in 0..200 {
        answer = server.post(POLICY, permission(&format!("{number:0>90}"), "*")).await;
        if !answer.head.starts_with("201") {
            break;
        }
    }
    insta::assert_snapshot!(answer, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: PolicyLengthExceededException
        content-type: application/json
        {"Type":"User","message":"The final policy size (20557) is bigger than the limit (20480)."}
        "#);
}

#[tokio::test]
async fn who_was_allowed_reads_and_uses_the_layer_of_another_account() {
    let server = with_layer().await;
    let arn = "arn:aws:lambda:us-east-1:000000000000:layer:tools:1";
    let by_other = format!("/2018-10-31/layers?find=LayerVersion&Arn={}", arn.replace(':', "%3A"));
    let other = "111111111111";
    assert!(server.get_as(other, &by_other).await.head.starts_with("403"));
    let denied = server.create_as(other, super::creation_with(json!({ "Layers": [arn] }))).await;
    insta::assert_snapshot!(denied, @r#"
        403 Forbidden
        x-amzn-requestid: <uuid>
        x-amzn-errortype: AccessDeniedException
        content-type: application/json
        {"Message":"User: arn:aws:iam::111111111111:root is not authorized to perform: lambda:GetLayerVersion on resource: arn:aws:lambda:us-east-1:000000000000:layer:tools:1 because no resource-based policy allows the lambda:GetLayerVersion action"}
        "#);
    server.post(POLICY, permission("xaccount", other)).await;
    assert!(server.get_as(other, &by_other).await.head.starts_with("200"));
    let created = server.create_as(other, super::creation_with(json!({ "Layers": [arn] }))).await;
    assert_eq!(created.json()["Layers"][0]["Arn"], arn, "{created}");
    // What an account may read is not its own.
    assert!(
        server
            .get_as(
                other,
                &POLICY
                    .replace("tools", "arn:aws:lambda:us-east-1:000000000000:layer:tools")
                    .replace(':', "%3A")
            )
            .await
            .head
            .starts_with("403")
    );
    assert!(server.get_as("222222222222", &by_other).await.head.starts_with("403"));
}
