use super::*;

#[tokio::test]
async fn a_message_is_sent_received_and_deleted() {
    let server = Server::with(&["q"]).await;
    let message = json!({ "QueueUrl": url("q"), "MessageBody": "hello" });
    insta::assert_snapshot!(server.json("SendMessage", message).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592","MessageId":"<uuid>"}
    "#);
    insta::assert_snapshot!(server.json("ReceiveMessage", json!({ "QueueUrl": url("q") })).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"Messages":[{"MessageId":"<uuid>","ReceiptHandle":"AAAAAAAAAAEAAAAAAAAAAQAAAAGq01ZxLAhxsNQ+fIzvj3ba","MD5OfBody":"5d41402abc4b2a76b9719d911017c592","Body":"hello"}]}
    "#);
    insta::assert_snapshot!(server.json("ReceiveMessage", json!({ "QueueUrl": url("q") })).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {}
    "#);
    server.pass(30);
    let handle = server.receipt("q").await;
    let deletion = json!({ "QueueUrl": url("q"), "ReceiptHandle": handle });
    insta::assert_snapshot!(server.json("DeleteMessage", deletion.clone()).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {}
    "#);
    insta::assert_snapshot!(server.json("DeleteMessage", deletion).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {}
    "#);
    server.pass(30);
    assert!(server.receive("q").await.is_empty());
}

#[tokio::test]
async fn what_a_message_brings_along_is_given_out_as_far_as_it_is_asked_for() {
    let server = Server::with(&["q"]).await;
    let message = json!({
        "QueueUrl": url("q"),
        "MessageBody": "hello",
        "MessageGroupId": "tenant",
        "MessageAttributes": {
            "a.number": { "DataType": "Number.int", "StringValue": "1" },
            "a.text": { "DataType": "String", "StringValue": "x" },
            "bytes": { "DataType": "Binary", "BinaryValue": "AAH/" },
        },
        "MessageSystemAttributes": { "AWSTraceHeader": { "DataType": "String", "StringValue": "Root=1-2-3" } },
    });
    insta::assert_snapshot!(server.json("SendMessage", message).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592","MD5OfMessageAttributes":"c24626a764e5f13fefc46899d27f37cf","MD5OfMessageSystemAttributes":"3f71502e2b401dca4ffefa0d1f324c78","MessageId":"<uuid>"}
    "#);
    let wish = |system: Value, names: Value| {
        json!({
            "QueueUrl": url("q"),
            "VisibilityTimeout": 0,
            "MessageSystemAttributeNames": system,
            "MessageAttributeNames": names,
        })
    };
    insta::assert_snapshot!(server.json("ReceiveMessage", wish(json!(["All"]), json!(["All"]))).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"Messages":[{"MessageId":"<uuid>","ReceiptHandle":"AAAAAAAAAAEAAAAAAAAAAQAAAAGq01ZxLAhxsNQ+fIzvj3ba","MD5OfBody":"5d41402abc4b2a76b9719d911017c592","Body":"hello","Attributes":{"AWSTraceHeader":"Root=1-2-3","ApproximateFirstReceiveTimestamp":"1767323045678","ApproximateReceiveCount":"1","MessageGroupId":"tenant","SenderId":"000000000000","SentTimestamp":"1767323045678"},"MD5OfMessageAttributes":"c24626a764e5f13fefc46899d27f37cf","MessageAttributes":{"a.number":{"StringValue":"1","DataType":"Number.int"},"a.text":{"StringValue":"x","DataType":"String"},"bytes":{"BinaryValue":"AAH/","DataType":"Binary"}}}]}
    "#);
    let some = wish(json!(["SenderId", "AWSTraceHeader"]), json!(["a.*"]));
    insta::assert_snapshot!(server.json("ReceiveMessage", some).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"Messages":[{"MessageId":"<uuid>","ReceiptHandle":"AAAAAAAAAAEAAAAAAAAAAQAAAALQ+Dz2dW0sPvrPBmSJRj71","MD5OfBody":"5d41402abc4b2a76b9719d911017c592","Body":"hello","Attributes":{"AWSTraceHeader":"Root=1-2-3","SenderId":"000000000000"},"MD5OfMessageAttributes":"87753506203465d49b31bd4362b435b0","MessageAttributes":{"a.number":{"StringValue":"1","DataType":"Number.int"},"a.text":{"StringValue":"x","DataType":"String"}}}]}
    "#);
    let some = wish(json!(["MessageGroupId"]), json!(["bytes", "a", "b.*"]));
    insta::assert_snapshot!(server.json("ReceiveMessage", some).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"Messages":[{"MessageId":"<uuid>","ReceiptHandle":"AAAAAAAAAAEAAAAAAAAAAQAAAAO4WHOQUL8nYOhwF/yeEc/U","MD5OfBody":"5d41402abc4b2a76b9719d911017c592","Body":"hello","Attributes":{"MessageGroupId":"tenant"},"MD5OfMessageAttributes":"4b8647ee21e049c8b40d0ef3dbc69902","MessageAttributes":{"bytes":{"BinaryValue":"AAH/","DataType":"Binary"}}}]}
    "#);
    let old_name =
        json!({ "QueueUrl": url("q"), "VisibilityTimeout": 0, "AttributeNames": ["SentTimestamp"] });
    insta::assert_snapshot!(server.json("ReceiveMessage", old_name).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"Messages":[{"MessageId":"<uuid>","ReceiptHandle":"AAAAAAAAAAEAAAAAAAAAAQAAAAT2OyxXAT6/3Q03uunx2s6j","MD5OfBody":"5d41402abc4b2a76b9719d911017c592","Body":"hello","Attributes":{"SentTimestamp":"1767323045678"}}]}
    "#);
    let unknown = wish(json!(["Colour"]), json!([]));
    insta::assert_snapshot!(server.refused("ReceiveMessage", unknown).await, @"com.amazonaws.sqs#InvalidAttributeName: Unknown Attribute Colour.");
}

#[tokio::test]
async fn the_trace_of_the_request_is_that_of_the_message_which_has_none() {
    let server = Server::with(&["q"]).await;
    let headers = [
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amz-target", "AmazonSQS.SendMessage"),
        ("x-amzn-trace-id", "Root=1-of-the-request"),
    ];
    let body = json!({ "QueueUrl": url("q"), "MessageBody": "x" }).to_string();
    server.request("POST", "/", &headers, body.into()).await;
    assert_eq!(server.receive("q").await[0]["Attributes"]["AWSTraceHeader"], "Root=1-of-the-request");
}

#[tokio::test]
async fn a_message_is_hidden_for_as_long_as_its_receiver_says() {
    let server = Server::with(&["q"]).await;
    server.send("q", "a").await;
    let handle = server.receipt("q").await;
    let hide = |handle: &str, seconds: i64| json!({ "QueueUrl": url("q"), "ReceiptHandle": handle, "VisibilityTimeout": seconds });
    insta::assert_snapshot!(server.json("ChangeMessageVisibility", hide(&handle, 60)).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {}
    "#);
    server.pass(59);
    assert!(server.receive("q").await.is_empty());
    insta::assert_snapshot!(server.refused("ChangeMessageVisibility", hide(&handle, 43_200)).await, @"com.amazon.coral.service#InvalidParameterValueException: Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].");
    insta::assert_snapshot!(server.refused("ChangeMessageVisibility", hide(&handle, 43_201)).await, @"com.amazon.coral.service#InvalidParameterValueException: Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided.");
    insta::assert_snapshot!(server.refused("ChangeMessageVisibility", hide("x", 1)).await, @r#"com.amazonaws.sqs#ReceiptHandleIsInvalid: The input receipt handle "x" is not a valid receipt handle."#);
    server.call("ChangeMessageVisibility", hide(&handle, 0)).await;
    let refused = server.refused("ChangeMessageVisibility", hide(&handle, 1)).await;
    insta::assert_snapshot!(refused.replace(&handle, "<handle>"), @"com.amazon.coral.service#InvalidParameterValueException: Value <handle> for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.");
    assert_eq!(server.receive("q").await[0]["Attributes"]["ApproximateReceiveCount"], "2");
}

#[tokio::test]
async fn a_handle_is_of_its_queue_alone() {
    let server = Server::with(&["q", "other"]).await;
    server.send("q", "a").await;
    let handle = server.receipt("q").await;
    let refused =
        server.json("DeleteMessage", json!({ "QueueUrl": url("other"), "ReceiptHandle": handle })).await;
    insta::assert_snapshot!(refused.to_string().replace(&handle, "<handle>"), @r#"
        400 Bad Request
        x-amzn-query-error: ReceiptHandleIsInvalid;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"com.amazonaws.sqs#ReceiptHandleIsInvalid","message":"The input receipt handle \"<handle>\" is not a valid receipt handle."}
    "#);
}

#[tokio::test]
async fn who_fails_too_often_finds_the_message_in_the_dead_letter_queue() {
    let server = Server::with(&["dead", "q"]).await;
    let policy = json!({ "deadLetterTargetArn": arn("dead"), "maxReceiveCount": 1 }).to_string();
    let attributes = json!({ "QueueUrl": url("q"), "Attributes": { "RedrivePolicy": policy } });
    server.call("SetQueueAttributes", attributes).await;
    server.send("q", "a").await;
    assert_eq!(server.receive("q").await.len(), 1);
    server.pass(30);
    assert!(server.receive("q").await.is_empty());
    let buried = &server.receive("dead").await[0]["Attributes"];
    insta::assert_snapshot!(buried, @r#"{"ApproximateFirstReceiveTimestamp":"1767323045678","ApproximateReceiveCount":"2","DeadLetterQueueSourceArn":"arn:aws:sqs:us-east-1:000000000000:q","SenderId":"000000000000","SentTimestamp":"1767323045678"}"#);
    let sources = server.json("ListDeadLetterSourceQueues", json!({ "QueueUrl": url("dead") })).await;
    insta::assert_snapshot!(sources, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"queueUrls":["http://localhost:3000/000000000000/q"]}
    "#);
    let sources = server.json("ListDeadLetterSourceQueues", json!({ "QueueUrl": url("q") })).await;
    insta::assert_snapshot!(sources, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"queueUrls":[]}
    "#);
}
