use super::*;

#[tokio::test]
async fn a_queue_has_a_url_by_which_its_maker_reached_the_server() {
    let server = Server::new();
    insta::assert_snapshot!(server.json("CreateQueue", json!({ "QueueName": "orders" })).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"QueueUrl":"http://localhost:3000/000000000000/orders"}
    "#);
    insta::assert_snapshot!(server.json("GetQueueUrl", json!({ "QueueName": "orders" })).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"QueueUrl":"http://localhost:3000/000000000000/orders"}
    "#);
    insta::assert_snapshot!(server.json("GetQueueUrl", json!({ "QueueName": "other" })).await, @r#"
        400 Bad Request
        x-amzn-query-error: AWS.SimpleQueueService.NonExistentQueue;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}
    "#);
    let of_other = json!({ "QueueName": "orders", "QueueOwnerAWSAccountId": "111111111111" });
    insta::assert_snapshot!(server.refused("GetQueueUrl", of_other).await, @"com.amazonaws.sqs#QueueDoesNotExist: The specified queue does not exist.");
}

#[tokio::test]
async fn a_queue_is_named_by_any_of_its_urls_and_only_in_its_region() {
    let server = Server::with(&["q"]).await;
    for url in [
        "http://elsewhere/000000000000/q",
        "https://sqs.us-east-1.amazonaws.com/000000000000/q",
        "/000000000000/q",
        "q",
    ] {
        server.call("SendMessage", json!({ "QueueUrl": url, "MessageBody": "x" })).await;
    }
    let refused = async |url: &str| server.refused("PurgeQueue", json!({ "QueueUrl": url })).await;
    insta::assert_snapshot!(refused("http://localhost:3000/q").await, @"com.amazonaws.sqs#InvalidAddress: The address http://localhost:3000/q is not valid for this endpoint.");
    insta::assert_snapshot!(refused("http://localhost:3000/111111111111/q").await, @"com.amazon.coral.service#AccessDeniedException: Access to the resource http://localhost:3000/111111111111/q is denied.");
    let headers = [
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amz-target", "AmazonSQS.GetQueueUrl"),
        (
            "authorization",
            "AWS4-HMAC-SHA256 Credential=test/20260102/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
        ),
    ];
    let mut request = Request::builder().method("POST").uri("/").header("host", "localhost:3000");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::from_static(br#"{"QueueName":"q"}"#))).unwrap();
    let peer = "127.0.0.1:1".parse().unwrap();
    let answer = Answer::read(server.app.handle(&Endpoint::Network(peer), peer, request).await).await;
    assert!(answer.head.starts_with("400"), "{answer}");
}

#[tokio::test]
async fn a_queue_has_the_attributes_that_awss_has() {
    let server = Server::with(&["q", "q.fifo"]).await;
    server.send("q", "a").await;
    let all = |queue: &str| json!({ "QueueUrl": url(queue), "AttributeNames": ["All"] });
    insta::assert_snapshot!(server.json("GetQueueAttributes", all("q")).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"Attributes":{"ApproximateNumberOfMessages":"1","ApproximateNumberOfMessagesDelayed":"0","ApproximateNumberOfMessagesNotVisible":"0","CreatedTimestamp":"1767323045","DelaySeconds":"0","LastModifiedTimestamp":"1767323045","MaximumMessageSize":"1048576","MessageRetentionPeriod":"345600","QueueArn":"arn:aws:sqs:us-east-1:000000000000:q","ReceiveMessageWaitTimeSeconds":"0","SqsManagedSseEnabled":"true","VisibilityTimeout":"30"}}
    "#);
    insta::assert_snapshot!(server.json("GetQueueAttributes", all("q.fifo")).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"Attributes":{"ApproximateNumberOfMessages":"0","ApproximateNumberOfMessagesDelayed":"0","ApproximateNumberOfMessagesNotVisible":"0","ContentBasedDeduplication":"false","CreatedTimestamp":"1767323045","DeduplicationScope":"queue","DelaySeconds":"0","FifoQueue":"true","FifoThroughputLimit":"perQueue","LastModifiedTimestamp":"1767323045","MaximumMessageSize":"1048576","MessageRetentionPeriod":"345600","QueueArn":"arn:aws:sqs:us-east-1:000000000000:q.fifo","ReceiveMessageWaitTimeSeconds":"0","SqsManagedSseEnabled":"true","VisibilityTimeout":"30"}}
    "#);
    let some = json!({ "QueueUrl": url("q"), "AttributeNames": ["QueueArn", "ApproximateNumberOfMessages", "Policy"] });
    insta::assert_snapshot!(server.json("GetQueueAttributes", some).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"Attributes":{"ApproximateNumberOfMessages":"1","QueueArn":"arn:aws:sqs:us-east-1:000000000000:q"}}
    "#);
    insta::assert_snapshot!(server.json("GetQueueAttributes", json!({ "QueueUrl": url("q") })).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {}
    "#);
    let unknown = json!({ "QueueUrl": url("q"), "AttributeNames": ["Colour"] });
    insta::assert_snapshot!(server.json("GetQueueAttributes", unknown).await, @r#"
        400 Bad Request
        x-amzn-query-error: InvalidAttributeName;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"com.amazonaws.sqs#InvalidAttributeName","message":"Unknown Attribute Colour."}
    "#);
}

#[tokio::test]
async fn what_is_set_is_what_is_got() {
    let server = Server::with(&["q", "dead"]).await;
    server.pass(60);
    let attributes = json!({
        "VisibilityTimeout": "0",
        "DelaySeconds": "900",
        "MessageRetentionPeriod": "60",
        "MaximumMessageSize": "1024",
        "ReceiveMessageWaitTimeSeconds": "20",
        "SqsManagedSseEnabled": "false",
        "RedrivePolicy": json!({ "deadLetterTargetArn": arn("dead"), "maxReceiveCount": "3" }).to_string(),
        "RedriveAllowPolicy": r#"{"redrivePermission":"denyAll"}"#,
        "Policy": r#"{"Version":"2012-10-17","Statement":[]}"#,
    });
    let request = json!({ "QueueUrl": url("q"), "Attributes": attributes });
    insta::assert_snapshot!(server.json("SetQueueAttributes", request).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {}
    "#);
    let all = json!({ "QueueUrl": url("q"), "AttributeNames": ["All"] });
    insta::assert_snapshot!(server.json("GetQueueAttributes", all.clone()).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"Attributes":{"ApproximateNumberOfMessages":"0","ApproximateNumberOfMessagesDelayed":"0","ApproximateNumberOfMessagesNotVisible":"0","CreatedTimestamp":"1767323045","DelaySeconds":"900","LastModifiedTimestamp":"1767323105","MaximumMessageSize":"1024","MessageRetentionPeriod":"60","Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}","QueueArn":"arn:aws:sqs:us-east-1:000000000000:q","ReceiveMessageWaitTimeSeconds":"20","RedriveAllowPolicy":"{\"redrivePermission\":\"denyAll\"}","RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:dead\",\"maxReceiveCount\":3}","SqsManagedSseEnabled":"false","VisibilityTimeout":"0"}}
    "#);
    let none = json!({ "RedrivePolicy": "", "RedriveAllowPolicy": "", "Policy": "" });
    server.call("SetQueueAttributes", json!({ "QueueUrl": url("q"), "Attributes": none })).await;
    let left = server.call("GetQueueAttributes", all).await;
    for name in ["RedrivePolicy", "RedriveAllowPolicy", "Policy"] {
        assert_eq!(left["Attributes"].get(name), None);
    }
}

#[tokio::test]
async fn a_queue_may_be_made_again_as_it_is_and_not_otherwise() {
    let server = Server::new();
    let create =
        |attributes: Value, tags: Value| json!({ "QueueName": "q", "Attributes": attributes, "tags": tags });
    let delayed = || json!({ "DelaySeconds": "5" });
    server.call("CreateQueue", create(delayed(), json!({ "a": "1" }))).await;
    for same in [
        create(delayed(), json!({ "a": "1" })),
        create(json!({}), json!({})),
        create(json!({ "VisibilityTimeout": "30" }), json!({})),
    ] {
        server.call("CreateQueue", same).await;
    }
    let other = create(json!({ "DelaySeconds": "6" }), json!({}));
    insta::assert_snapshot!(server.json("CreateQueue", other).await, @r#"
        400 Bad Request
        x-amzn-query-error: QueueAlreadyExists;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"com.amazonaws.sqs#QueueNameExists","message":"A queue already exists with the same name and a different value for attribute DelaySeconds"}
    "#);
    insta::assert_snapshot!(server.refused("CreateQueue", create(delayed(), json!({ "a": "2" }))).await, @"com.amazonaws.sqs#QueueNameExists: A queue already exists with the same name and a different value for tag(s)");
}

#[tokio::test]
async fn a_deleted_queue_is_gone_and_its_name_rests_for_a_minute() {
    let server = Server::with(&["q"]).await;
    insta::assert_snapshot!(server.json("DeleteQueue", json!({ "QueueUrl": url("q") })).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {}
    "#);
    insta::assert_snapshot!(server.refused("DeleteQueue", json!({ "QueueUrl": url("q") })).await, @"com.amazonaws.sqs#QueueDoesNotExist: The specified queue does not exist.");
    insta::assert_snapshot!(server.json("CreateQueue", json!({ "QueueName": "q" })).await, @r#"
        400 Bad Request
        x-amzn-query-error: AWS.SimpleQueueService.QueueDeletedRecently;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"com.amazonaws.sqs#QueueDeletedRecently","message":"You must wait 60 seconds after deleting a queue before you can create another with the same name."}
    "#);
    server.pass(60);
    server.call("CreateQueue", json!({ "QueueName": "q" })).await;
}

#[tokio::test]
async fn queues_are_listed_by_name_and_in_pages() {
    let server = Server::new();
    insta::assert_snapshot!(server.json("ListQueues", json!({})).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {}
    "#);
    let server = Server::with(&["b", "a2", "a1"]).await;
    insta::assert_snapshot!(server.json("ListQueues", json!({})).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"QueueUrls":["http://localhost:3000/000000000000/a1","http://localhost:3000/000000000000/a2","http://localhost:3000/000000000000/b"]}
    "#);
    let first = server.call("ListQueues", json!({ "QueueNamePrefix": "a", "MaxResults": 1 })).await;
    insta::assert_snapshot!(first, @r#"{"QueueUrls":["http://localhost:3000/000000000000/a1"],"NextToken":"YTE="}"#);
    let next = json!({ "QueueNamePrefix": "a", "MaxResults": 1, "NextToken": first["NextToken"] });
    insta::assert_snapshot!(server.json("ListQueues", next).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"QueueUrls":["http://localhost:3000/000000000000/a2"]}
    "#);
    insta::assert_snapshot!(server.refused("ListQueues", json!({ "NextToken": "?" })).await, @"com.amazon.coral.service#InvalidParameterValueException: Invalid or expired next token.");
    insta::assert_snapshot!(server.refused("ListQueues", json!({ "MaxResults": 1001 })).await, @"com.amazon.coral.service#InvalidParameterValueException: Value 1001 for parameter MaxResults is invalid. Reason: Must be between 1 and 1000, if provided.");
}

#[tokio::test]
async fn a_queue_keeps_tags() {
    let server = Server::new();
    server.call("CreateQueue", json!({ "QueueName": "q", "tags": { "team": "a" } })).await;
    let tags = json!({ "QueueUrl": url("q"), "Tags": { "team": "b", "stage": "" } });
    insta::assert_snapshot!(server.json("TagQueue", tags).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {}
    "#);
    insta::assert_snapshot!(server.json("ListQueueTags", json!({ "QueueUrl": url("q") })).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"Tags":{"stage":"","team":"b"}}
    "#);
    let keys = json!({ "QueueUrl": url("q"), "TagKeys": ["team", "stage", "other"] });
    insta::assert_snapshot!(server.json("UntagQueue", keys).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {}
    "#);
    insta::assert_snapshot!(server.json("ListQueueTags", json!({ "QueueUrl": url("q") })).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {}
    "#);
    let many: serde_json::Map<_, _> = (0..51).map(|number| (number.to_string(), json!(""))).collect();
    insta::assert_snapshot!(server.refused("TagQueue", json!({ "QueueUrl": url("q"), "Tags": many })).await, @"com.amazon.coral.service#InvalidParameterValueException: A queue can have 50 tags at most.");
    let reserved = json!({ "QueueUrl": url("q"), "Tags": { "aws:x": "" } });
    insta::assert_snapshot!(server.refused("TagQueue", reserved).await, @"com.amazon.coral.service#InvalidParameterValueException: Value aws:x for parameter Tag is invalid. Reason: A tag's key has 1 to 128 characters and does not begin with aws:, its value at most 256.");
}

#[tokio::test]
async fn a_purge_leaves_nothing_and_is_not_done_twice_in_a_minute() {
    let server = Server::with(&["q"]).await;
    server.send("q", "a").await;
    let request = || json!({ "QueueUrl": url("q") });
    insta::assert_snapshot!(server.json("PurgeQueue", request()).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {}
    "#);
    assert!(server.receive("q").await.is_empty());
    insta::assert_snapshot!(server.json("PurgeQueue", request()).await, @r#"
        403 Forbidden
        x-amzn-query-error: AWS.SimpleQueueService.PurgeQueueInProgress;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"com.amazonaws.sqs#PurgeQueueInProgress","message":"Only one PurgeQueue operation on q is allowed every 60 seconds."}
    "#);
    server.pass(60);
    server.call("PurgeQueue", request()).await;
}
