use super::*;

async fn refused(server: &Server, name: &str, value: &str) -> String {
    server.refused("SetQueueAttributes", json!({ "QueueUrl": url("q"), "Attributes": { name: value } })).await
}

#[tokio::test]
async fn a_value_that_an_attribute_cannot_have_is_refused() {
    let server = Server::with(&["q"]).await;
    for (name, values) in [
        ("VisibilityTimeout", ["-1", "43201"]),
        ("DelaySeconds", ["901", "x"]),
        ("MessageRetentionPeriod", ["59", "1209601"]),
        ("MaximumMessageSize", ["1023", "1048577"]),
        ("ReceiveMessageWaitTimeSeconds", ["21", ""]),
        ("SqsManagedSseEnabled", ["yes", ""]),
        ("Policy", ["x", "[]"]),
    ] {
        for value in values {
            let expected =
                format!("com.amazonaws.sqs#InvalidAttributeValue: Invalid value for the parameter {name}.");
            assert_eq!(refused(&server, name, value).await, expected, "{value}");
        }
    }
    insta::assert_snapshot!(refused(&server, "QueueArn", "x").await, @"com.amazonaws.sqs#InvalidAttributeName: Unknown Attribute QueueArn.");
    insta::assert_snapshot!(refused(&server, "All", "x").await, @"com.amazonaws.sqs#InvalidAttributeName: Unknown Attribute All.");
    insta::assert_snapshot!(refused(&server, "FifoQueue", "true").await, @"com.amazonaws.sqs#InvalidAttributeName: Unknown Attribute FifoQueue.");
    insta::assert_snapshot!(refused(&server, "KmsMasterKeyId", "alias/mine").await, @"com.amazonaws.sqs#UnsupportedOperation: KmsMasterKeyId is not served by Hob: it has no KMS yet, and only SqsManagedSseEnabled can be set.");
    insta::assert_snapshot!(refused(&server, "KmsDataKeyReusePeriodSeconds", "300").await, @"com.amazonaws.sqs#UnsupportedOperation: KmsDataKeyReusePeriodSeconds is not served by Hob: it has no KMS yet, and only SqsManagedSseEnabled can be set.");
}

#[tokio::test]
async fn a_name_that_a_queue_cannot_have_is_refused() {
    let server = Server::new();
    let create = async |name: &str| server.refused("CreateQueue", json!({ "QueueName": name })).await;
    insta::assert_snapshot!(create("a b").await, @"com.amazon.coral.service#InvalidParameterValueException: Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
    assert_eq!(create(&"x".repeat(81)).await, create("").await);
}

#[tokio::test]
async fn dead_letters_go_to_a_queue_of_the_same_type_that_takes_them() {
    let server = Server::with(&["q", "dead", "dead.fifo"]).await;
    let policy = |target: &str, count: &str| {
        format!(r#"{{"deadLetterTargetArn":"{target}","maxReceiveCount":{count}}}"#)
    };
    let redrive = async |policy: &str| refused(&server, "RedrivePolicy", policy).await;
    insta::assert_snapshot!(redrive("x").await, @"com.amazon.coral.service#InvalidParameterValueException: Value x for parameter RedrivePolicy is invalid. Reason: Redrive policy is not a valid JSON map.");
    insta::assert_snapshot!(redrive("{}").await, @"com.amazon.coral.service#InvalidParameterValueException: Value {} for parameter RedrivePolicy is invalid. Reason: Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
    insta::assert_snapshot!(redrive(&policy(&arn("dead"), "0")).await, @r#"com.amazon.coral.service#InvalidParameterValueException: Value {"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":0} for parameter RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive."#);
    insta::assert_snapshot!(redrive(&policy("dead", "1")).await, @r#"com.amazon.coral.service#InvalidParameterValueException: Value {"deadLetterTargetArn":"dead","maxReceiveCount":1} for parameter RedrivePolicy is invalid. Reason: Invalid ARN: dead."#);
    insta::assert_snapshot!(redrive(&policy(&arn("none"), "1")).await, @r#"com.amazon.coral.service#InvalidParameterValueException: Value {"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:none","maxReceiveCount":1} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist."#);
    insta::assert_snapshot!(redrive(&policy(&arn("dead.fifo"), "1")).await, @r#"com.amazon.coral.service#InvalidParameterValueException: Value {"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead.fifo","maxReceiveCount":1} for parameter RedrivePolicy is invalid. Reason: Dead-letter queue must be same type of queue as the source."#);
    let allow = async |policy: Value| {
        let attributes = json!({ "RedriveAllowPolicy": policy.to_string() });
        server.json("SetQueueAttributes", json!({ "QueueUrl": url("dead"), "Attributes": attributes })).await
    };
    allow(json!({ "redrivePermission": "denyAll" })).await;
    insta::assert_snapshot!(redrive(&policy(&arn("dead"), "1")).await, @r#"com.amazon.coral.service#InvalidParameterValueException: Value {"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":1} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not permit this queue by its RedriveAllowPolicy."#);
    allow(json!({ "redrivePermission": "byQueue", "sourceQueueArns": [arn("other")] })).await;
    assert!(redrive(&policy(&arn("dead"), "1")).await.contains("does not permit"));
    insta::assert_snapshot!(allow(json!({ "redrivePermission": "byQueue" })).await, @r#"
        400 Bad Request
        x-amzn-query-error: InvalidParameterValue;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"com.amazon.coral.service#InvalidParameterValueException","message":"Value {\"redrivePermission\":\"byQueue\"} for parameter RedriveAllowPolicy is invalid. Reason: sourceQueueArns must be specified when redrivePermission is byQueue."}
    "#);
    allow(json!({ "redrivePermission": "byQueue", "sourceQueueArns": [arn("q")] })).await;
    let attributes = json!({ "RedrivePolicy": policy(&arn("dead"), "1") });
    server.call("SetQueueAttributes", json!({ "QueueUrl": url("q"), "Attributes": attributes })).await;
}
