use super::{Client, FIFO_TOPIC, TOPIC, element};

const ATTRIBUTE: [&str; 4] = [
    "MessageAttributes.entry.1.Name",
    "MessageAttributes.entry.1.Value.DataType",
    "MessageAttributes.entry.1.Value.StringValue",
    "MessageAttributes.entry.1.Value.BinaryValue",
];

#[tokio::test]
async fn a_message_gets_an_id() {
    let client = Client::with_topics().await;
    insta::assert_snapshot!(client.call("Publish", &[("TopicArn", TOPIC), ("Message", "m")]).await, @r#"
        200 OK
        <PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <PublishResult>
        <MessageId>c15c0289-ec2d-4a91-a7ec-8e65a18debbe</MessageId>
        </PublishResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </PublishResponse>
    "#);
    let target = client.call("Publish", &[("TargetArn", TOPIC), ("Message", "m")]).await;
    assert!(target.starts_with("200"), "{target}");
}

#[tokio::test]
async fn a_fifo_topic_numbers_its_messages_and_takes_each_once() {
    let client = Client::with_topics().await;
    let publish = |id| {
        [("TopicArn", FIFO_TOPIC), ("Message", "m"), ("MessageGroupId", "g"), ("MessageDeduplicationId", id)]
    };
    let first = client.call("Publish", &publish("1")).await;
    insta::assert_snapshot!(first, @r#"
        200 OK
        <PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <PublishResult>
        <MessageId>c15c0289-ec2d-4a91-a7ec-8e65a18debbe</MessageId>
        <SequenceNumber>10000000000000000001</SequenceNumber>
        </PublishResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </PublishResponse>
    "#);
    let again = client.call("Publish", &publish("1")).await;
    assert_eq!(element(&again, "MessageId"), element(&first, "MessageId"));
    let other = client.call("Publish", &publish("2")).await;
    assert_eq!(element(&other, "SequenceNumber"), "10000000000000000002");
}

#[tokio::test]
async fn what_is_no_message_is_refused() {
    let client = Client::with_topics().await;
    let (long, long_subject) = ("x".repeat(262_145), "x".repeat(101));
    let [name, data_type, text, binary] = ATTRIBUTE;
    let cases: Vec<Vec<(&str, &str)>> = vec![
        vec![("Message", "m")],
        vec![("TopicArn", "x"), ("Message", "m")],
        vec![("TopicArn", TOPIC), ("Message", "")],
        vec![("TopicArn", TOPIC), ("Message", &long)],
        vec![("TopicArn", TOPIC), ("Message", "m"), ("Subject", &long_subject)],
        vec![("TopicArn", TOPIC), ("Message", "m"), ("Subject", "a\nb")],
        vec![("TopicArn", TOPIC), ("Message", "m"), ("MessageStructure", "json")],
        vec![("TopicArn", TOPIC), ("Message", "{}"), ("MessageStructure", "json")],
        vec![("TopicArn", TOPIC), ("Message", "m"), ("MessageStructure", "xml")],
        vec![("TopicArn", TOPIC), ("Message", "m"), ("MessageDeduplicationId", "i")],
        vec![("TopicArn", FIFO_TOPIC), ("Message", "m")],
        vec![("TopicArn", FIFO_TOPIC), ("Message", "m"), ("MessageGroupId", "g")],
        vec![("TopicArn", FIFO_TOPIC), ("Message", "m"), ("MessageGroupId", "g g")],
        vec![("PhoneNumber", "+15550100"), ("Message", "m")],
        vec![("TopicArn", TOPIC), ("Message", "m"), (name, "a"), (data_type, "String"), (text, "")],
        vec![("TopicArn", TOPIC), ("Message", "m"), (name, "a"), (data_type, "String"), (binary, "AAEC")],
        vec![("TopicArn", TOPIC), ("Message", "m"), (name, "a"), (data_type, "Number"), (text, "x")],
        vec![("TopicArn", TOPIC), ("Message", "m"), (name, "a"), (data_type, "Date"), (text, "x")],
        vec![("TopicArn", TOPIC), ("Message", "m"), (name, "a b"), (data_type, "String"), (text, "x")],
        vec![("TopicArn", TOPIC), ("Message", "m"), (name, "a"), (data_type, "String.Array"), (text, "[[]]")],
    ];
    let mut refused = Vec::new();
    for parameters in cases {
        refused.push(client.refused("Publish", &parameters).await);
    }
    insta::assert_snapshot!(refused.join("\n"), @r#"
        InvalidParameter: Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter
        InvalidParameter: Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1
        InvalidParameter: Invalid parameter: Empty message
        InvalidParameter: Invalid parameter: Message too long
        InvalidParameter: Invalid parameter: Subject
        InvalidParameter: Invalid parameter: Subject
        InvalidParameter: Invalid parameter: Message Structure - JSON message body failed to parse
        InvalidParameter: Invalid parameter: Message Structure - No default entry in JSON message body
        InvalidParameter: Invalid parameter: Message Structure - json is the only structure
        InvalidParameter: Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type
        InvalidParameter: Invalid parameter: The MessageGroupId parameter is required for FIFO topics
        InvalidParameter: Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly
        InvalidParameter: Invalid parameter: MessageGroupId Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.
        InvalidParameter: Invalid parameter: Hob does not deliver by sms; it delivers to lambda, sqs, http and https endpoints.
        ParameterValueInvalid: The message attribute &apos;a&apos; must contain non-empty message attribute value for message attribute type &apos;String&apos;.
        ParameterValueInvalid: The message attribute &apos;a&apos; with type &apos;String&apos; must use field &apos;String&apos;.
        ParameterValueInvalid: Could not cast message attribute &apos;a&apos; value to number.
        ParameterValueInvalid: The message attribute &apos;a&apos; has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.
        ParameterValueInvalid: The message attribute name &apos;a b&apos; can contain only letters, digits, hyphens, underscores and single dots, 256 characters at most.
        ParameterValueInvalid: The message attribute &apos;a&apos; of type &apos;String.Array&apos; must be a JSON array of strings, numbers, booleans and nulls.
    "#);
}

#[tokio::test]
async fn of_a_batch_single_messages_may_fail() {
    let client = Client::with_topics().await;
    let batch = [
        ("TopicArn", TOPIC),
        ("PublishBatchRequestEntries.member.1.Id", "good"),
        ("PublishBatchRequestEntries.member.1.Message", "m"),
        ("PublishBatchRequestEntries.member.2.Id", "bad"),
        ("PublishBatchRequestEntries.member.2.Message", "{}"),
        ("PublishBatchRequestEntries.member.2.MessageStructure", "json"),
    ];
    insta::assert_snapshot!(client.call("PublishBatch", &batch).await, @r#"
        200 OK
        <PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <PublishBatchResult>
        <Successful>
        <member>
        <Id>good</Id>
        <MessageId>c15c0289-ec2d-4a91-a7ec-8e65a18debbe</MessageId>
        </member>
        </Successful>
        <Failed>
        <member>
        <Id>bad</Id>
        <Code>InvalidParameter</Code>
        <Message>Invalid parameter: Message Structure - No default entry in JSON message body</Message>
        <SenderFault>true</SenderFault>
        </member>
        </Failed>
        </PublishBatchResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </PublishBatchResponse>
    "#);
}

#[tokio::test]
async fn a_batch_that_is_none_is_refused() {
    let client = Client::with_topics().await;
    let half = "x".repeat(200_000);
    let refused = async |topic: &str, entries: &[(&str, &str)]| {
        let mut parameters = vec![("TopicArn".to_owned(), topic.to_owned())];
        for (index, (id, message)) in entries.iter().enumerate() {
            let member = format!("PublishBatchRequestEntries.member.{}", index + 1);
            parameters.push((format!("{member}.Id"), (*id).to_owned()));
            parameters.push((format!("{member}.Message"), (*message).to_owned()));
        }
        let parameters: Vec<_> =
            parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        client.refused("PublishBatch", &parameters).await
    };
    let many: Vec<String> = (0..11).map(|number| number.to_string()).collect();
    let many: Vec<_> = many.iter().map(|id| (id.as_str(), "m")).collect();
    let answers = [
        refused(TOPIC, &many).await,
        refused(TOPIC, &[("a", "m"), ("a", "m")]).await,
        refused(TOPIC, &[("a b", "m")]).await,
        refused(TOPIC, &[("a", &half), ("b", &half)]).await,
        refused(FIFO_TOPIC, &[("a", "m")]).await,
    ];
    insta::assert_snapshot!(answers.join("\n"), @r#"
        TooManyEntriesInBatchRequest: The batch request contains more entries than permissible.
        BatchEntryIdsNotDistinct: Two or more batch entries in the request have the same Id.
        InvalidBatchEntryId: The Id of a batch entry in a batch request doesn&apos;t abide by the specification.
        BatchRequestTooLong: The length of all the messages put together is more than the limit.
        InvalidParameter: Invalid parameter: The MessageGroupId parameter is required for FIFO topics
    "#);
}
