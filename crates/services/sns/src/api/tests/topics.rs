use super::{Client, FIFO_TOPIC, TOPIC};

#[tokio::test]
async fn a_topic_is_created_once_and_the_second_time_is_as_good() {
    let client = Client::new();
    let create = [("Name", "t"), ("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "v")];
    insta::assert_snapshot!(client.call("CreateTopic", &create).await, @r#"
        200 OK
        <CreateTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <CreateTopicResult>
        <TopicArn>arn:aws:sns:us-east-1:000000000000:t</TopicArn>
        </CreateTopicResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </CreateTopicResponse>
    "#);
    assert!(client.call("CreateTopic", &[("Name", "t")]).await.starts_with("200"));
    assert!(client.call("CreateTopic", &create).await.starts_with("200"));
    let other = [("Name", "t"), ("Attributes.entry.1.key", "DisplayName"), ("Attributes.entry.1.value", "x")];
    insta::assert_snapshot!(client.refused("CreateTopic", &other).await, @"InvalidParameter: Invalid parameter: Attributes Reason: Topic already exists with different attributes");
    let other = [("Name", "t"), ("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "w")];
    insta::assert_snapshot!(client.refused("CreateTopic", &other).await, @"InvalidParameter: Invalid parameter: Tags Reason: Topic already exists with different tags");
    insta::assert_snapshot!(client.call("ListTagsForResource", &[("ResourceArn", TOPIC)]).await, @r#"
        200 OK
        <ListTagsForResourceResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <ListTagsForResourceResult>
        <Tags>
        <member>
        <Key>k</Key>
        <Value>v</Value>
        </member>
        </Tags>
        </ListTagsForResourceResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </ListTagsForResourceResponse>
    "#);
}

#[tokio::test]
async fn a_topic_has_these_attributes() {
    let client = Client::with_topics().await;
    insta::assert_snapshot!(client.call("GetTopicAttributes", &[("TopicArn", TOPIC)]).await, @r#"
        200 OK
        <GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <GetTopicAttributesResult>
        <Attributes>
        <entry>
        <key>DisplayName</key>
        <value>
        </value>
        </entry>
        <entry>
        <key>EffectiveDeliveryPolicy</key>
        <value>{&quot;http&quot;:{&quot;defaultHealthyRetryPolicy&quot;:{&quot;minDelayTarget&quot;:20,&quot;maxDelayTarget&quot;:20,&quot;numRetries&quot;:3,&quot;numMaxDelayRetries&quot;:0,&quot;numNoDelayRetries&quot;:0,&quot;numMinDelayRetries&quot;:0,&quot;backoffFunction&quot;:&quot;linear&quot;},&quot;disableSubscriptionOverrides&quot;:false,&quot;defaultRequestPolicy&quot;:{&quot;headerContentType&quot;:&quot;text/plain; charset=UTF-8&quot;}}}</value>
        </entry>
        <entry>
        <key>Owner</key>
        <value>000000000000</value>
        </entry>
        <entry>
        <key>Policy</key>
        <value>{&quot;Version&quot;:&quot;2008-10-17&quot;,&quot;Id&quot;:&quot;__default_policy_ID&quot;,&quot;Statement&quot;:[{&quot;Sid&quot;:&quot;__default_statement_ID&quot;,&quot;Effect&quot;:&quot;Allow&quot;,&quot;Principal&quot;:{&quot;AWS&quot;:&quot;*&quot;},&quot;Action&quot;:[&quot;SNS:GetTopicAttributes&quot;,&quot;SNS:SetTopicAttributes&quot;,&quot;SNS:AddPermission&quot;,&quot;SNS:RemovePermission&quot;,&quot;SNS:DeleteTopic&quot;,&quot;SNS:Subscribe&quot;,&quot;SNS:ListSubscriptionsByTopic&quot;,&quot;SNS:Publish&quot;],&quot;Resource&quot;:&quot;arn:aws:sns:us-east-1:000000000000:t&quot;,&quot;Condition&quot;:{&quot;StringEquals&quot;:{&quot;AWS:SourceOwner&quot;:&quot;000000000000&quot;}}}]}</value>
        </entry>
        <entry>
        <key>SignatureVersion</key>
        <value>2</value>
        </entry>
        <entry>
        <key>SubscriptionsConfirmed</key>
        <value>0</value>
        </entry>
        <entry>
        <key>SubscriptionsDeleted</key>
        <value>0</value>
        </entry>
        <entry>
        <key>SubscriptionsPending</key>
        <value>0</value>
        </entry>
        <entry>
        <key>TopicArn</key>
        <value>arn:aws:sns:us-east-1:000000000000:t</value>
        </entry>
        </Attributes>
        </GetTopicAttributesResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </GetTopicAttributesResponse>
    "#);
    let fifo = client.call("GetTopicAttributes", &[("TopicArn", FIFO_TOPIC)]).await;
    assert!(fifo.contains("<key>FifoTopic</key>\n<value>true</value>"), "{fifo}");
    assert!(fifo.contains("<key>ContentBasedDeduplication</key>\n<value>false</value>"), "{fifo}");
}

#[tokio::test]
async fn attributes_are_set_one_by_one() {
    let client = Client::with_topics().await;
    let set = |topic, name, value| [("TopicArn", topic), ("AttributeName", name), ("AttributeValue", value)];
    insta::assert_snapshot!(client.call("SetTopicAttributes", &set(TOPIC, "DisplayName", "Orders")).await, @r#"
        200 OK
        <SetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </SetTopicAttributesResponse>
    "#);
    let attributes = client.call("GetTopicAttributes", &[("TopicArn", TOPIC)]).await;
    assert!(attributes.contains("<key>DisplayName</key>\n<value>Orders</value>"), "{attributes}");
    let mut refused = Vec::new();
    for (topic, name, value) in [
        (TOPIC, "x", "y"),
        (TOPIC, "ContentBasedDeduplication", "true"),
        (FIFO_TOPIC, "ContentBasedDeduplication", "x"),
        (FIFO_TOPIC, "FifoThroughputScope", "x"),
        (TOPIC, "Policy", "x"),
        (TOPIC, "DeliveryPolicy", "x"),
        (TOPIC, "KmsMasterKeyId", "alias/aws/sns"),
        (FIFO_TOPIC, "ArchivePolicy", "{}"),
        (TOPIC, "TracingConfig", "Active"),
        (TOPIC, "SignatureVersion", "1"),
        (TOPIC, "LambdaSuccessFeedbackRoleArn", "arn"),
    ] {
        refused.push(client.refused("SetTopicAttributes", &set(topic, name, value)).await);
    }
    insta::assert_snapshot!(refused.join("\n"), @r#"
        InvalidParameter: Invalid parameter: AttributeName
        InvalidParameter: Invalid parameter: AttributeName
        InvalidParameter: Invalid parameter: ContentBasedDeduplication: Invalid value [x].
        InvalidParameter: Invalid parameter: FifoThroughputScope: Invalid value [x].
        InvalidParameter: Invalid parameter: Policy Error: the policy is no JSON object with statements
        InvalidParameter: Invalid parameter: DeliveryPolicy: the policy cannot be read: expected value at line 1 column 1
        InvalidParameter: Invalid parameter: KmsMasterKeyId is not served by Hob.
        InvalidParameter: Invalid parameter: ArchivePolicy is not served by Hob.
        InvalidParameter: Invalid parameter: TracingConfig Active is not served by Hob.
        InvalidParameter: Invalid parameter: SignatureVersion 1, which signs with SHA-1, is not served by Hob.
        InvalidParameter: Invalid parameter: delivery status logging is not served by Hob.
    "#);
}

#[tokio::test]
async fn a_deleted_topic_is_gone_with_its_subscriptions() {
    let client = Client::with_topics().await;
    let subscription = client.subscribe(TOPIC, "sqs", super::QUEUE).await;
    for _ in 0..2 {
        assert!(client.call("DeleteTopic", &[("TopicArn", TOPIC)]).await.starts_with("200"));
    }
    let gone = "NotFound: Topic does not exist";
    assert_eq!(client.refused("GetTopicAttributes", &[("TopicArn", TOPIC)]).await, gone);
    assert_eq!(client.refused("Publish", &[("TopicArn", TOPIC), ("Message", "m")]).await, gone);
    let parameters = [("SubscriptionArn", subscription.as_str())];
    let gone = "NotFound: Subscription does not exist";
    assert_eq!(client.refused("GetSubscriptionAttributes", &parameters).await, gone);
    assert!(client.world.sns.store.lanes().await.unwrap().is_empty());
}

#[tokio::test]
async fn topics_are_listed_in_pages() {
    let client = Client::new();
    for number in 0..101 {
        client.call("CreateTopic", &[("Name", &format!("t{number:03}"))]).await;
    }
    let first = client.call("ListTopics", &[]).await;
    assert_eq!(first.matches("<TopicArn>").count(), 100);
    let token = super::element(&first, "NextToken");
    insta::assert_snapshot!(client.call("ListTopics", &[("NextToken", &token)]).await, @r#"
        200 OK
        <ListTopicsResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <ListTopicsResult>
        <Topics>
        <member>
        <TopicArn>arn:aws:sns:us-east-1:000000000000:t100</TopicArn>
        </member>
        </Topics>
        </ListTopicsResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </ListTopicsResponse>
    "#);
    insta::assert_snapshot!(client.refused("ListTopics", &[("NextToken", "x")]).await, @"InvalidParameter: Invalid parameter: NextToken Reason: Invalid token");
}

#[tokio::test]
async fn permissions_are_statements_of_the_policy() {
    let client = Client::with_topics().await;
    let add = [
        ("TopicArn", TOPIC),
        ("Label", "one"),
        ("AWSAccountId.member.1", "111111111111"),
        ("ActionName.member.1", "Publish"),
    ];
    insta::assert_snapshot!(client.call("AddPermission", &add).await, @r#"
        200 OK
        <AddPermissionResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </AddPermissionResponse>
    "#);
    insta::assert_snapshot!(client.refused("AddPermission", &add).await, @"InvalidParameter: Invalid parameter: Statement already exists");
    let attributes = client.call("GetTopicAttributes", &[("TopicArn", TOPIC)]).await;
    let policy = attributes.lines().find(|line| line.contains("111111111111")).unwrap().to_owned();
    insta::assert_snapshot!(policy, @"<value>{&quot;Version&quot;:&quot;2008-10-17&quot;,&quot;Id&quot;:&quot;__default_policy_ID&quot;,&quot;Statement&quot;:[{&quot;Sid&quot;:&quot;__default_statement_ID&quot;,&quot;Effect&quot;:&quot;Allow&quot;,&quot;Principal&quot;:{&quot;AWS&quot;:&quot;*&quot;},&quot;Action&quot;:[&quot;SNS:GetTopicAttributes&quot;,&quot;SNS:SetTopicAttributes&quot;,&quot;SNS:AddPermission&quot;,&quot;SNS:RemovePermission&quot;,&quot;SNS:DeleteTopic&quot;,&quot;SNS:Subscribe&quot;,&quot;SNS:ListSubscriptionsByTopic&quot;,&quot;SNS:Publish&quot;],&quot;Resource&quot;:&quot;arn:aws:sns:us-east-1:000000000000:t&quot;,&quot;Condition&quot;:{&quot;StringEquals&quot;:{&quot;AWS:SourceOwner&quot;:&quot;000000000000&quot;}}},{&quot;Sid&quot;:&quot;one&quot;,&quot;Effect&quot;:&quot;Allow&quot;,&quot;Principal&quot;:{&quot;AWS&quot;:&quot;arn:aws:iam::111111111111:root&quot;},&quot;Action&quot;:&quot;SNS:Publish&quot;,&quot;Resource&quot;:&quot;arn:aws:sns:us-east-1:000000000000:t&quot;}]}</value>");
    client.call("RemovePermission", &[("TopicArn", TOPIC), ("Label", "one")]).await;
    let attributes = client.call("GetTopicAttributes", &[("TopicArn", TOPIC)]).await;
    assert!(!attributes.contains("111111111111") && attributes.contains("__default_statement_ID"));
}

#[tokio::test]
async fn tags_are_added_and_taken_away() {
    let client = Client::with_topics().await;
    let tag = [("ResourceArn", TOPIC), ("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "v")];
    insta::assert_snapshot!(client.call("TagResource", &tag).await, @r#"
        200 OK
        <TagResourceResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <TagResourceResult>
        </TagResourceResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </TagResourceResponse>
    "#);
    let untag = [("ResourceArn", TOPIC), ("TagKeys.member.1", "k")];
    insta::assert_snapshot!(client.call("UntagResource", &untag).await, @r#"
        200 OK
        <UntagResourceResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <UntagResourceResult>
        </UntagResourceResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </UntagResourceResponse>
    "#);
    let none = client.call("ListTagsForResource", &[("ResourceArn", TOPIC)]).await;
    assert!(!none.contains("<Key>"), "{none}");
    let absent = [("ResourceArn", "arn:aws:sns:us-east-1:000000000000:absent")];
    insta::assert_snapshot!(client.refused("ListTagsForResource", &absent).await, @"ResourceNotFound: Resource does not exist");
}

#[tokio::test]
async fn no_topic_has_a_data_protection_policy() {
    let client = Client::with_topics().await;
    insta::assert_snapshot!(client.call("GetDataProtectionPolicy", &[("ResourceArn", TOPIC)]).await, @r#"
        200 OK
        <GetDataProtectionPolicyResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <GetDataProtectionPolicyResult>
        </GetDataProtectionPolicyResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </GetDataProtectionPolicyResponse>
    "#);
}
