use super::*;

#[tokio::test]
async fn some_of_a_batch_may_fail() {
    let server = Server::with(&["q"]).await;
    let batch = json!({
        "QueueUrl": url("q"),
        "Entries": [
            { "Id": "good", "MessageBody": "a" },
            { "Id": "empty", "MessageBody": "" },
            { "Id": "late", "MessageBody": "b", "DelaySeconds": 901 },
            { "Id": "big", "MessageBody": "x".repeat(1_048_577) },
        ],
    });
    insta::assert_snapshot!(server.json("SendMessageBatch", batch).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"Successful":[{"Id":"good","MessageId":"<uuid>","MD5OfMessageBody":"0cc175b9c0f1b6a831c399e269772661"}],"Failed":[{"Id":"empty","SenderFault":true,"Code":"MissingParameter","Message":"The request must contain the parameter MessageBody."},{"Id":"late","SenderFault":true,"Code":"InvalidParameterValue","Message":"Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."},{"Id":"big","SenderFault":true,"Code":"InvalidParameterValue","Message":"One or more parameters cannot be validated. Reason: Message must be shorter than 1048576 bytes."}]}
    "#);
    let handle = server.receipt("q").await;
    let entries = json!([
        { "Id": "good", "ReceiptHandle": handle, "VisibilityTimeout": 1 },
        { "Id": "bad", "ReceiptHandle": "x", "VisibilityTimeout": 1 },
        { "Id": "long", "ReceiptHandle": handle, "VisibilityTimeout": -1 },
    ]);
    let batch = json!({ "QueueUrl": url("q"), "Entries": entries });
    insta::assert_snapshot!(server.json("ChangeMessageVisibilityBatch", batch).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"Successful":[{"Id":"good"}],"Failed":[{"Id":"bad","SenderFault":true,"Code":"ReceiptHandleIsInvalid","Message":"The input receipt handle \"x\" is not a valid receipt handle."},{"Id":"long","SenderFault":true,"Code":"InvalidParameterValue","Message":"Value -1 for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided."}]}
    "#);
    let entries = json!([{ "Id": "good", "ReceiptHandle": handle }, { "Id": "bad", "ReceiptHandle": "x" }]);
    let batch = json!({ "QueueUrl": url("q"), "Entries": entries });
    insta::assert_snapshot!(server.json("DeleteMessageBatch", batch).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"Successful":[{"Id":"good"}],"Failed":[{"Id":"bad","SenderFault":true,"Code":"ReceiptHandleIsInvalid","Message":"The input receipt handle \"x\" is not a valid receipt handle."}]}
    "#);
    server.pass(60);
    assert!(server.receive("q").await.is_empty());
}

#[tokio::test]
async fn a_whole_batch_is_refused_for_its_form() {
    let server = Server::with(&["q"]).await;
    let send = async |entries: Value| {
        server.refused("SendMessageBatch", json!({ "QueueUrl": url("q"), "Entries": entries })).await
    };
    let entry = |id: &str, bytes: usize| json!({ "Id": id, "MessageBody": "x".repeat(bytes) });
    insta::assert_snapshot!(send(json!([])).await, @"com.amazonaws.sqs#EmptyBatchRequest: There should be at least one SendMessageBatchRequestEntry in the request.");
    insta::assert_snapshot!(send(json!([entry("a", 1), entry("a", 1)])).await, @"com.amazonaws.sqs#BatchEntryIdsNotDistinct: Id a repeated.");
    insta::assert_snapshot!(send(json!([entry("a.b", 1)])).await, @"com.amazonaws.sqs#InvalidBatchEntryId: A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.");
    insta::assert_snapshot!(send(json!([entry("a", 1_000_000), entry("b", 48_577)])).await, @"com.amazonaws.sqs#BatchRequestTooLong: Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.");
    let twenty: Vec<_> = (0..20).map(|number| entry(&number.to_string(), 1)).collect();
    insta::assert_snapshot!(send(json!(twenty)).await, @"com.amazonaws.sqs#TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 20.");
    insta::assert_snapshot!(send(json!([{ "MessageBody": "x" }])).await, @"com.amazon.coral.service#MissingRequiredParameterException: The request must contain the parameter Id.");
    let delete = server.json("DeleteMessageBatch", json!({ "QueueUrl": url("q") })).await;
    insta::assert_snapshot!(delete, @r#"
        400 Bad Request
        x-amzn-query-error: AWS.SimpleQueueService.EmptyBatchRequest;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"com.amazonaws.sqs#EmptyBatchRequest","message":"There should be at least one DeleteMessageBatchRequestEntry in the request."}
    "#);
    assert!(server.receive("q").await.is_empty());
}
