use super::{Client, FIFO_TOPIC, QUEUE, TOPIC, element};

const URL: &str = "http://127.0.0.1:9/hook";

#[tokio::test]
async fn a_queue_is_subscribed_at_once_and_an_endpoint_when_it_confirms() {
    let client = Client::with_topics().await;
    let queue = [("TopicArn", TOPIC), ("Protocol", "sqs"), ("Endpoint", QUEUE)];
    insta::assert_snapshot!(client.call("Subscribe", &queue).await, @r#"
        200 OK
        <SubscribeResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <SubscribeResult>
        <SubscriptionArn>arn:aws:sns:us-east-1:000000000000:t:c15c0289-ec2d-4a91-a7ec-8e65a18debbe</SubscriptionArn>
        </SubscribeResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </SubscribeResponse>
    "#);
    assert_eq!(client.subscribe(TOPIC, "sqs", QUEUE).await, client.subscribe(TOPIC, "sqs", QUEUE).await);
    let endpoint = [("TopicArn", TOPIC), ("Protocol", "http"), ("Endpoint", URL)];
    insta::assert_snapshot!(client.call("Subscribe", &endpoint).await, @r#"
        200 OK
        <SubscribeResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <SubscribeResult>
        <SubscriptionArn>pending confirmation</SubscriptionArn>
        </SubscribeResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </SubscribeResponse>
    "#);
    insta::assert_snapshot!(client.call("ListSubscriptionsByTopic", &[("TopicArn", TOPIC)]).await, @r#"
        200 OK
        <ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <ListSubscriptionsByTopicResult>
        <Subscriptions>
        <member>
        <SubscriptionArn>PendingConfirmation</SubscriptionArn>
        <Owner>000000000000</Owner>
        <Protocol>http</Protocol>
        <Endpoint>http://127.0.0.1:9/hook</Endpoint>
        <TopicArn>arn:aws:sns:us-east-1:000000000000:t</TopicArn>
        </member>
        <member>
        <SubscriptionArn>arn:aws:sns:us-east-1:000000000000:t:c15c0289-ec2d-4a91-a7ec-8e65a18debbe</SubscriptionArn>
        <Owner>000000000000</Owner>
        <Protocol>sqs</Protocol>
        <Endpoint>arn:aws:sqs:us-east-1:000000000000:q</Endpoint>
        <TopicArn>arn:aws:sns:us-east-1:000000000000:t</TopicArn>
        </member>
        </Subscriptions>
        </ListSubscriptionsByTopicResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </ListSubscriptionsByTopicResponse>
    "#);
    assert_eq!(client.call("ListSubscriptions", &[]).await.matches("<Endpoint>").count(), 2);
    let attributes = client.call("GetTopicAttributes", &[("TopicArn", TOPIC)]).await;
    assert!(attributes.contains("<key>SubscriptionsConfirmed</key>\n<value>1</value>"), "{attributes}");
    assert!(attributes.contains("<key>SubscriptionsPending</key>\n<value>1</value>"), "{attributes}");
}

#[tokio::test]
async fn a_subscription_has_these_attributes() {
    let client = Client::with_topics().await;
    let queue = client.subscribe(TOPIC, "sqs", QUEUE).await;
    insta::assert_snapshot!(client.call("GetSubscriptionAttributes", &[("SubscriptionArn", &queue)]).await, @r#"
        200 OK
        <GetSubscriptionAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <GetSubscriptionAttributesResult>
        <Attributes>
        <entry>
        <key>ConfirmationWasAuthenticated</key>
        <value>true</value>
        </entry>
        <entry>
        <key>Endpoint</key>
        <value>arn:aws:sqs:us-east-1:000000000000:q</value>
        </entry>
        <entry>
        <key>Owner</key>
        <value>000000000000</value>
        </entry>
        <entry>
        <key>PendingConfirmation</key>
        <value>false</value>
        </entry>
        <entry>
        <key>Protocol</key>
        <value>sqs</value>
        </entry>
        <entry>
        <key>RawMessageDelivery</key>
        <value>false</value>
        </entry>
        <entry>
        <key>SubscriptionArn</key>
        <value>arn:aws:sns:us-east-1:000000000000:t:c15c0289-ec2d-4a91-a7ec-8e65a18debbe</value>
        </entry>
        <entry>
        <key>SubscriptionPrincipal</key>
        <value>arn:aws:iam::000000000000:root</value>
        </entry>
        <entry>
        <key>TopicArn</key>
        <value>arn:aws:sns:us-east-1:000000000000:t</value>
        </entry>
        </Attributes>
        </GetSubscriptionAttributesResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </GetSubscriptionAttributesResponse>
    "#);
    let endpoint = client.subscribe(TOPIC, "http", URL).await;
    let attributes = client.call("GetSubscriptionAttributes", &[("SubscriptionArn", &endpoint)]).await;
    insta::assert_snapshot!(attributes, @r#"
        200 OK
        <GetSubscriptionAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <GetSubscriptionAttributesResult>
        <Attributes>
        <entry>
        <key>ConfirmationWasAuthenticated</key>
        <value>false</value>
        </entry>
        <entry>
        <key>EffectiveDeliveryPolicy</key>
        <value>{&quot;healthyRetryPolicy&quot;:{&quot;minDelayTarget&quot;:20,&quot;maxDelayTarget&quot;:20,&quot;numRetries&quot;:3,&quot;numMaxDelayRetries&quot;:0,&quot;numNoDelayRetries&quot;:0,&quot;numMinDelayRetries&quot;:0,&quot;backoffFunction&quot;:&quot;linear&quot;},&quot;sicklyRetryPolicy&quot;:null,&quot;throttlePolicy&quot;:null,&quot;requestPolicy&quot;:{&quot;headerContentType&quot;:&quot;text/plain; charset=UTF-8&quot;},&quot;guaranteed&quot;:false}</value>
        </entry>
        <entry>
        <key>Endpoint</key>
        <value>http://127.0.0.1:9/hook</value>
        </entry>
        <entry>
        <key>Owner</key>
        <value>000000000000</value>
        </entry>
        <entry>
        <key>PendingConfirmation</key>
        <value>true</value>
        </entry>
        <entry>
        <key>Protocol</key>
        <value>http</value>
        </entry>
        <entry>
        <key>RawMessageDelivery</key>
        <value>false</value>
        </entry>
        <entry>
        <key>SubscriptionArn</key>
        <value>arn:aws:sns:us-east-1:000000000000:t:614f5601-77dc-4567-be8b-cf144dd4fc9a</value>
        </entry>
        <entry>
        <key>SubscriptionPrincipal</key>
        <value>arn:aws:iam::000000000000:root</value>
        </entry>
        <entry>
        <key>TopicArn</key>
        <value>arn:aws:sns:us-east-1:000000000000:t</value>
        </entry>
        </Attributes>
        </GetSubscriptionAttributesResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </GetSubscriptionAttributesResponse>
    "#);
}

#[tokio::test]
async fn what_cannot_be_subscribed_is_refused() {
    let client = Client::with_topics().await;
    let fifo_queue = "arn:aws:sqs:us-east-1:000000000000:q.fifo";
    let mut refused = Vec::new();
    for (topic, protocol, endpoint) in [
        (TOPIC, "fax", "1"),
        (TOPIC, "email", "a@example.com"),
        (TOPIC, "sms", "+15550100"),
        (TOPIC, "sqs", "q"),
        (TOPIC, "lambda", "f"),
        (TOPIC, "http", "https://example.com"),
        (TOPIC, "sqs", fifo_queue),
        (FIFO_TOPIC, "http", URL),
        ("x", "sqs", QUEUE),
        ("arn:aws:sns:us-east-1:000000000000:absent", "sqs", QUEUE),
        ("arn:aws:sns:us-east-1:111111111111:t", "sqs", QUEUE),
    ] {
        let parameters = [("TopicArn", topic), ("Protocol", protocol), ("Endpoint", endpoint)];
        refused.push(client.refused("Subscribe", &parameters).await);
    }
    insta::assert_snapshot!(refused.join("\n"), @r#"
        InvalidParameter: Invalid parameter: Amazon SNS does not support this protocol string: fax
        InvalidParameter: Invalid parameter: Hob does not deliver by email; it delivers to lambda, sqs, http and https endpoints.
        InvalidParameter: Invalid parameter: Hob does not deliver by sms; it delivers to lambda, sqs, http and https endpoints.
        InvalidParameter: Invalid parameter: SQS endpoint ARN
        InvalidParameter: Invalid parameter: Lambda endpoint ARN
        InvalidParameter: Invalid parameter: Endpoint must match the specified protocol, which is http
        InvalidParameter: Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics
        InvalidParameter: Invalid parameter: Invalid parameter: Endpoint Reason: Please use FIFO SQS queue
        InvalidParameter: Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1
        NotFound: Topic does not exist
        AuthorizationError: User: arn:aws:iam::000000000000:root is not authorized to perform: SNS:Subscribe on resource: arn:aws:sns:us-east-1:111111111111:t because no resource-based policy allows the SNS:Subscribe action
    "#);
}

#[tokio::test]
async fn attributes_that_are_none_are_refused() {
    let client = Client::with_topics().await;
    let subscribe = |name, value| {
        [
            ("TopicArn", TOPIC),
            ("Protocol", "sqs"),
            ("Endpoint", QUEUE),
            ("Attributes.entry.1.key", name),
            ("Attributes.entry.1.value", value),
        ]
    };
    let mut refused = Vec::new();
    for (name, value) in [
        ("x", "y"),
        ("RawMessageDelivery", "wrong"),
        ("FilterPolicyScope", "wrong"),
        ("FilterPolicy", r#"{"a": {"b": ["c"]}}"#),
        ("FilterPolicy", r#"{"a": [{"x": "y"}]}"#),
        ("FilterPolicy", r#"{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}"#),
        ("RedrivePolicy", "{}"),
        ("RedrivePolicy", r#"{"deadLetterTargetArn": "x"}"#),
        ("DeliveryPolicy", r#"{"healthyRetryPolicy": {"numRetries": 1000}}"#),
        ("SubscriptionRoleArn", "arn:aws:iam::000000000000:role/x"),
        ("ReplayPolicy", "{}"),
    ] {
        refused.push(client.refused("Subscribe", &subscribe(name, value)).await);
    }
    insta::assert_snapshot!(refused.join("\n"), @r#"
        InvalidParameter: Invalid parameter: AttributeName
        InvalidParameter: Invalid parameter: RawMessageDelivery: Invalid value [wrong]. Must be true or false.
        InvalidParameter: Invalid parameter: FilterPolicyScope: Invalid value [wrong]. Please use either MessageBody or MessageAttributes
        InvalidParameter: Invalid parameter: Attributes Reason: Filter policy scope MessageAttributes does not support nested filter policy
        InvalidParameter: Invalid parameter: Attributes Reason: FilterPolicy: Unrecognized match type x
        InvalidParameter: Invalid parameter: Attributes Reason: FilterPolicy: Filter policy can not have more than 5 keys
        InvalidParameter: Invalid parameter: RedrivePolicy: failed to parse JSON.
        InvalidParameter: Invalid parameter: RedrivePolicy: deadLetterTargetArn is an invalid arn
        InvalidParameter: Invalid parameter: DeliveryPolicy: numRetries is out of its range
        InvalidParameter: Invalid parameter: SubscriptionRoleArn is not served by Hob.
        InvalidParameter: Invalid parameter: ReplayPolicy is not served by Hob.
    "#);
    client.subscribe(TOPIC, "sqs", QUEUE).await;
    let other = client.refused("Subscribe", &subscribe("RawMessageDelivery", "true")).await;
    assert_eq!(
        other,
        "InvalidParameter: Invalid parameter: Attributes Reason: Subscription already exists with different attributes"
    );
}

#[tokio::test]
async fn attributes_are_set_one_by_one() {
    let client = Client::with_topics().await;
    let arn = client.subscribe(TOPIC, "sqs", QUEUE).await;
    let set = async |name: &str, value: &str| {
        let parameters =
            [("SubscriptionArn", arn.as_str()), ("AttributeName", name), ("AttributeValue", value)];
        client.call("SetSubscriptionAttributes", &parameters).await
    };
    let nested = r#"{"a": {"b": ["c"]}}"#;
    let refused = set("FilterPolicy", nested).await;
    insta::assert_snapshot!(element(&refused, "Message"), @"Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy");
    for (name, value) in [
        ("FilterPolicyScope", "MessageBody"),
        ("FilterPolicy", nested),
        ("RawMessageDelivery", "true"),
        ("RedrivePolicy", r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead"}"#),
    ] {
        assert!(set(name, value).await.starts_with("200"), "{name}");
    }
    let attributes = client.call("GetSubscriptionAttributes", &[("SubscriptionArn", &arn)]).await;
    insta::assert_snapshot!(attributes, @r#"
        200 OK
        <GetSubscriptionAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <GetSubscriptionAttributesResult>
        <Attributes>
        <entry>
        <key>ConfirmationWasAuthenticated</key>
        <value>true</value>
        </entry>
        <entry>
        <key>Endpoint</key>
        <value>arn:aws:sqs:us-east-1:000000000000:q</value>
        </entry>
        <entry>
        <key>FilterPolicy</key>
        <value>{&quot;a&quot;: {&quot;b&quot;: [&quot;c&quot;]}}</value>
        </entry>
        <entry>
        <key>FilterPolicyScope</key>
        <value>MessageBody</value>
        </entry>
        <entry>
        <key>Owner</key>
        <value>000000000000</value>
        </entry>
        <entry>
        <key>PendingConfirmation</key>
        <value>false</value>
        </entry>
        <entry>
        <key>Protocol</key>
        <value>sqs</value>
        </entry>
        <entry>
        <key>RawMessageDelivery</key>
        <value>true</value>
        </entry>
        <entry>
        <key>RedrivePolicy</key>
        <value>{&quot;deadLetterTargetArn&quot;:&quot;arn:aws:sqs:us-east-1:000000000000:dead&quot;}</value>
        </entry>
        <entry>
        <key>SubscriptionArn</key>
        <value>arn:aws:sns:us-east-1:000000000000:t:c15c0289-ec2d-4a91-a7ec-8e65a18debbe</value>
        </entry>
        <entry>
        <key>SubscriptionPrincipal</key>
        <value>arn:aws:iam::000000000000:root</value>
        </entry>
        <entry>
        <key>TopicArn</key>
        <value>arn:aws:sns:us-east-1:000000000000:t</value>
        </entry>
        </Attributes>
        </GetSubscriptionAttributesResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </GetSubscriptionAttributesResponse>
    "#);
    // The policy would not fit its scope any more.
    assert!(set("FilterPolicyScope", "MessageAttributes").await.starts_with("400"));
    assert!(set("FilterPolicy", "").await.starts_with("200"));
    assert!(set("RedrivePolicy", "").await.starts_with("200"));
    let attributes = client.call("GetSubscriptionAttributes", &[("SubscriptionArn", &arn)]).await;
    assert!(!attributes.contains("FilterPolicy") && !attributes.contains("RedrivePolicy"), "{attributes}");
}

#[tokio::test]
async fn a_subscription_ends_once_and_the_second_time_is_as_good() {
    let client = Client::with_topics().await;
    let arn = client.subscribe(TOPIC, "sqs", QUEUE).await;
    insta::assert_snapshot!(client.call("Unsubscribe", &[("SubscriptionArn", &arn)]).await, @r#"
        200 OK
        <UnsubscribeResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </UnsubscribeResponse>
    "#);
    assert!(client.call("Unsubscribe", &[("SubscriptionArn", &arn)]).await.starts_with("200"));
    insta::assert_snapshot!(client.refused("Unsubscribe", &[("SubscriptionArn", "x")]).await, @"InvalidParameter: Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1");
    let pending = client.subscribe(TOPIC, "http", URL).await;
    insta::assert_snapshot!(client.refused("Unsubscribe", &[("SubscriptionArn", &pending)]).await, @"InvalidParameter: Invalid parameter: SubscriptionArn Reason: a subscription that is not confirmed cannot be ended");
}

#[tokio::test]
async fn another_queue_of_another_account_is_asked() {
    let client = Client::with_topics().await;
    let theirs = "arn:aws:sqs:us-east-1:111111111111:q";
    let parameters = [("TopicArn", TOPIC), ("Protocol", "sqs"), ("Endpoint", theirs)];
    let answer = client.call("Subscribe", &parameters).await;
    assert_eq!(element(&answer, "SubscriptionArn"), "pending confirmation");
    let asked = client.world.running(client.world.queues.0.wait_for(1)).await;
    let request: serde_json::Value = serde_json::from_str(&asked[0].1.body).unwrap();
    let confirm = [("TopicArn", TOPIC), ("Token", request["Token"].as_str().unwrap())];
    let confirmed = client.call_as("111111111111", "ConfirmSubscription", &confirm).await;
    assert!(confirmed.starts_with("200"), "{confirmed}");
}
