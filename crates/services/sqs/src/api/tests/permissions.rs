use super::*;

#[tokio::test]
async fn a_permission_is_a_statement_of_the_policy() {
    let server = Server::with(&["q"]).await;
    let add = |label: &str, accounts: Value, actions: Value| json!({ "QueueUrl": url("q"), "Label": label, "AWSAccountIds": accounts, "Actions": actions });
    let one = add("one", json!(["111111111111"]), json!(["SendMessage"]));
    insta::assert_snapshot!(server.json("AddPermission", one.clone()).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {}
    "#);
    insta::assert_snapshot!(server.json("AddPermission", one).await, @r#"
        400 Bad Request
        x-amzn-query-error: InvalidParameterValue;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"com.amazon.coral.service#InvalidParameterValueException","message":"Value one for parameter Label is invalid. Reason: Already exists."}
    "#);
    let two = add("two", json!(["111111111111", "222222222222"]), json!(["*", "ReceiveMessage"]));
    server.call("AddPermission", two).await;
    let wish = || json!({ "QueueUrl": url("q"), "AttributeNames": ["Policy"] });
    let policy = server.call("GetQueueAttributes", wish()).await;
    insta::assert_snapshot!(policy["Attributes"]["Policy"].as_str().unwrap(), @r#"{"Version":"2008-10-17","Id":"arn:aws:sqs:us-east-1:000000000000:q/SQSDefaultPolicy","Statement":[{"Sid":"one","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"SQS:SendMessage","Resource":"arn:aws:sqs:us-east-1:000000000000:q"},{"Sid":"two","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111111111111:root","arn:aws:iam::222222222222:root"]},"Action":["SQS:*","SQS:ReceiveMessage"],"Resource":"arn:aws:sqs:us-east-1:000000000000:q"}]}"#);
    let remove = |label: &str| json!({ "QueueUrl": url("q"), "Label": label });
    insta::assert_snapshot!(server.json("RemovePermission", remove("one")).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {}
    "#);
    insta::assert_snapshot!(server.refused("RemovePermission", remove("one")).await, @"com.amazon.coral.service#InvalidParameterValueException: Value one for parameter Label is invalid. Reason: can't find label.");
    server.call("RemovePermission", remove("two")).await;
    assert_eq!(server.call("GetQueueAttributes", wish()).await, json!({}));
}

#[tokio::test]
async fn only_what_can_be_permitted_is_permitted() {
    let server = Server::with(&["q"]).await;
    let add = async |account: &str, action: &str| {
        let request =
            json!({ "QueueUrl": url("q"), "Label": "l", "AWSAccountIds": [account], "Actions": [action] });
        server.refused("AddPermission", request).await
    };
    insta::assert_snapshot!(add("111111111111", "CreateQueue").await, @"com.amazon.coral.service#InvalidParameterValueException: Value CreateQueue for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action.");
    insta::assert_snapshot!(add("1", "SendMessage").await, @"com.amazon.coral.service#InvalidParameterValueException: Value 1 for parameter PrincipalId is invalid. Reason: Unable to verify.");
}
