use super::*;

#[tokio::test]
async fn an_error_has_a_name_for_each_protocol() {
    let server = Server::new();
    let nowhere = json!({ "QueueUrl": url("nowhere"), "MessageBody": "x" });
    insta::assert_snapshot!(server.json("SendMessage", nowhere).await, @r#"
        400 Bad Request
        x-amzn-query-error: AWS.SimpleQueueService.NonExistentQueue;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}
    "#);
    let parameters = "Action=SendMessage&MessageBody=x&QueueUrl=/000000000000/nowhere";
    insta::assert_snapshot!(server.form("/", parameters).await, @r#"
        400 Bad Request
        content-type: text/xml
        <ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <Error>
        <Type>Sender</Type>
        <Code>AWS.SimpleQueueService.NonExistentQueue</Code>
        <Message>The specified queue does not exist for this wsdl version.</Message>
        <Detail>
        </Detail>
        </Error>
        <RequestId><uuid></RequestId>
        </ErrorResponse>
    "#);
    let server = Server::with(&["q"]).await;
    let eleven = json!({ "QueueUrl": url("q"), "MaxNumberOfMessages": 11 });
    insta::assert_snapshot!(server.json("ReceiveMessage", eleven).await, @r#"
        400 Bad Request
        x-amzn-query-error: InvalidParameterValue;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"com.amazon.coral.service#InvalidParameterValueException","message":"Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided."}
    "#);
    let parameters = "Action=ReceiveMessage&MaxNumberOfMessages=11";
    insta::assert_snapshot!(server.form("/000000000000/q", parameters).await, @r#"
        400 Bad Request
        content-type: text/xml
        <ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <Error>
        <Type>Sender</Type>
        <Code>InvalidParameterValue</Code>
        <Message>Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.</Message>
        <Detail>
        </Detail>
        </Error>
        <RequestId><uuid></RequestId>
        </ErrorResponse>
    "#);
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let server = Server::with(&["q"]).await;
    insta::assert_snapshot!(server.json("SendMessage", json!({ "QueueUrl": url("q") })).await, @r#"
        400 Bad Request
        x-amzn-query-error: MissingParameter;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"com.amazon.coral.service#MissingRequiredParameterException","message":"The request must contain the parameter MessageBody."}
    "#);
    insta::assert_snapshot!(server.refused("SendMessage", json!({ "MessageBody": "x" })).await, @"com.amazon.coral.service#MissingRequiredParameterException: The request must contain the parameter QueueUrl.");
    let empty = json!({ "QueueUrl": url("q"), "MessageBody": "" });
    insta::assert_snapshot!(server.refused("SendMessage", empty).await, @"com.amazon.coral.service#MissingRequiredParameterException: The request must contain the parameter MessageBody.");
    insta::assert_snapshot!(server.refused("CreateQueue", json!({})).await, @"com.amazon.coral.service#MissingRequiredParameterException: The request must contain the parameter QueueName.");
}

#[tokio::test]
async fn what_is_out_of_range_is_refused() {
    let server = Server::with(&["q"]).await;
    let receive = async |name: &str, value: i64| {
        server.refused("ReceiveMessage", json!({ "QueueUrl": url("q"), name: value })).await
    };
    insta::assert_snapshot!(receive("MaxNumberOfMessages", 0).await, @"com.amazon.coral.service#InvalidParameterValueException: Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.");
    insta::assert_snapshot!(receive("WaitTimeSeconds", 21).await, @"com.amazon.coral.service#InvalidParameterValueException: Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.");
    insta::assert_snapshot!(receive("VisibilityTimeout", 43_201).await, @"com.amazon.coral.service#InvalidParameterValueException: Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= 43200, if provided.");
    let late = json!({ "QueueUrl": url("q"), "MessageBody": "x", "DelaySeconds": -1 });
    insta::assert_snapshot!(server.refused("SendMessage", late).await, @"com.amazon.coral.service#InvalidParameterValueException: Value -1 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.");
}

#[tokio::test]
async fn an_operation_that_there_is_not_is_refused() {
    let server = Server::new();
    insta::assert_snapshot!(server.json("MakeCoffee", json!({})).await, @r#"
        400 Bad Request
        x-amzn-query-error: UnknownOperationException;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"UnknownOperationException","message":"MakeCoffee is no operation of Amazon Simple Queue Service."}
    "#);
    insta::assert_snapshot!(server.form("/", "Action=MakeCoffee").await, @r#"
        400 Bad Request
        content-type: text/xml
        <ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <Error>
        <Type>Sender</Type>
        <Code>InvalidAction</Code>
        <Message>Could not find operation MakeCoffee for version 2012-11-05</Message>
        <Detail>
        </Detail>
        </Error>
        <RequestId><uuid></RequestId>
        </ErrorResponse>
    "#);
}
