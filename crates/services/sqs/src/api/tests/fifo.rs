use super::*;

fn message(body: &str, group: &str, id: &str) -> Value {
    json!({
        "QueueUrl": url("q.fifo"),
        "MessageBody": body,
        "MessageGroupId": group,
        "MessageDeduplicationId": id,
    })
}

#[tokio::test]
async fn a_message_has_its_place_in_the_order() {
    let server = Server::with(&["q.fifo"]).await;
    insta::assert_snapshot!(server.json("SendMessage", message("a", "g", "1")).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"MD5OfMessageBody":"0cc175b9c0f1b6a831c399e269772661","MessageId":"<uuid>","SequenceNumber":"18850000000000000001"}
    "#);
    insta::assert_snapshot!(server.json("SendMessage", message("again", "g", "1")).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"MD5OfMessageBody":"639849f6b368019778991b32434354fc","MessageId":"<uuid>","SequenceNumber":"18850000000000000001"}
    "#);
    server.call("SendMessage", message("b", "g", "2")).await;
    let received = server.receive("q.fifo").await;
    assert_eq!(received.len(), 2);
    insta::assert_snapshot!(received[0]["Attributes"], @r#"{"ApproximateFirstReceiveTimestamp":"1767323045678","ApproximateReceiveCount":"1","MessageDeduplicationId":"1","MessageGroupId":"g","SenderId":"000000000000","SentTimestamp":"1767323045678","SequenceNumber":"18850000000000000001"}"#);
    let handle = received[0]["ReceiptHandle"].as_str().unwrap();
    server.pass(30);
    let late =
        server.json("DeleteMessage", json!({ "QueueUrl": url("q.fifo"), "ReceiptHandle": handle })).await;
    insta::assert_snapshot!(late.to_string().replace(handle, "<handle>"), @r#"
        400 Bad Request
        x-amzn-query-error: InvalidParameterValue;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"com.amazon.coral.service#InvalidParameterValueException","message":"Value <handle> for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."}
    "#);
}

#[tokio::test]
async fn a_message_without_an_id_is_known_by_its_body_where_the_queue_is_set_so() {
    let server = Server::new();
    let attributes = json!({ "FifoQueue": "true", "ContentBasedDeduplication": "true" });
    server.call("CreateQueue", json!({ "QueueName": "q.fifo", "Attributes": attributes })).await;
    for _ in 0..2 {
        let message = json!({ "QueueUrl": url("q.fifo"), "MessageBody": "a", "MessageGroupId": "g" });
        server.call("SendMessage", message).await;
    }
    let received = server.receive("q.fifo").await;
    assert_eq!(received.len(), 1);
    insta::assert_snapshot!(received[0]["Attributes"]["MessageDeduplicationId"], @r#""ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb""#);
}

#[tokio::test]
async fn what_is_not_for_this_type_of_queue_is_refused() {
    let server = Server::with(&["q.fifo", "q"]).await;
    let with = |name: &str, value: Value| {
        let mut message = message("a", "g", "1");
        message[name] = value;
        message
    };
    insta::assert_snapshot!(server.refused("SendMessage", with("DelaySeconds", json!(2))).await, @"com.amazon.coral.service#InvalidParameterValueException: Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.");
    insta::assert_snapshot!(server.refused("SendMessage", with("MessageGroupId", json!(null))).await, @"com.amazon.coral.service#MissingRequiredParameterException: The request must contain the parameter MessageGroupId.");
    insta::assert_snapshot!(server.refused("SendMessage", with("MessageGroupId", json!("a b"))).await, @"com.amazon.coral.service#InvalidParameterValueException: Value a b for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.");
    insta::assert_snapshot!(server.refused("SendMessage", with("MessageDeduplicationId", json!(null))).await, @"com.amazon.coral.service#InvalidParameterValueException: The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
    insta::assert_snapshot!(server.refused("SendMessage", with("QueueUrl", json!(url("q")))).await, @"com.amazon.coral.service#InvalidParameterValueException: Value 1 for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.");
    server.call("SendMessage", with("DelaySeconds", json!(0))).await;
}

#[tokio::test]
async fn a_fifo_queue_says_so_in_its_name_and_stays_one() {
    let server = Server::with(&["q.fifo"]).await;
    let create = async |name: &str, attributes: Value| {
        server.refused("CreateQueue", json!({ "QueueName": name, "Attributes": attributes })).await
    };
    insta::assert_snapshot!(create("other.fifo", json!({})).await, @"com.amazon.coral.service#InvalidParameterValueException: Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
    insta::assert_snapshot!(create("other", json!({ "FifoQueue": "true" })).await, @"com.amazon.coral.service#InvalidParameterValueException: The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.");
    insta::assert_snapshot!(create("other", json!({ "FifoQueue": "false" })).await, @"com.amazonaws.sqs#InvalidAttributeName: Unknown Attribute FifoQueue.");
    insta::assert_snapshot!(create("other", json!({ "DeduplicationScope": "queue" })).await, @"com.amazonaws.sqs#InvalidAttributeName: You can specify the DeduplicationScope only when FifoQueue is set to true.");
    insta::assert_snapshot!(create("other", json!({ "ContentBasedDeduplication": "true" })).await, @"com.amazonaws.sqs#InvalidAttributeName: Unknown Attribute ContentBasedDeduplication.");
    let limit = json!({ "FifoQueue": "true", "FifoThroughputLimit": "perMessageGroupId" });
    insta::assert_snapshot!(create("other.fifo", limit).await, @"com.amazonaws.sqs#InvalidAttributeValue: Invalid value for the parameter FifoThroughputLimit. Reason: perMessageGroupId is allowed only when the value for DeduplicationScope is messageGroup.");
    let set = |attributes: Value| json!({ "QueueUrl": url("q.fifo"), "Attributes": attributes });
    insta::assert_snapshot!(server.refused("SetQueueAttributes", set(json!({ "FifoQueue": "false" }))).await, @"com.amazonaws.sqs#InvalidAttributeValue: Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.");
    let high = json!({ "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId" });
    server.call("SetQueueAttributes", set(high)).await;
}

#[tokio::test]
async fn an_attempt_to_receive_may_be_made_again() {
    let server = Server::with(&["q.fifo"]).await;
    server.call("SendMessage", message("a", "g", "1")).await;
    let wish = |attempt: &str| json!({ "QueueUrl": url("q.fifo"), "ReceiveRequestAttemptId": attempt });
    let first = server.call("ReceiveMessage", wish("x")).await;
    assert_eq!(first["Messages"][0]["Body"], "a");
    assert_eq!(server.call("ReceiveMessage", wish("y")).await, json!({}));
    assert_eq!(server.call("ReceiveMessage", wish("x")).await, first);
    insta::assert_snapshot!(server.refused("ReceiveMessage", wish("a b")).await, @"com.amazon.coral.service#InvalidParameterValueException: Value a b for parameter ReceiveRequestAttemptId is invalid. Reason: ReceiveRequestAttemptId can only include alphanumeric and punctuation characters. 1 to 128 in length.");
}
