use super::{Client, TOPIC};

#[tokio::test]
async fn an_error_has_type_code_and_message() {
    let client = Client::new();
    insta::assert_snapshot!(client.call("Publish", &[("TopicArn", TOPIC), ("Message", "m")]).await, @r#"
        400 Bad Request
        <ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <Error>
        <Type>Sender</Type>
        <Code>NotFound</Code>
        <Message>Topic does not exist</Message>
        </Error>
        <RequestId>REQUEST-ID</RequestId>
        </ErrorResponse>
    "#);
    insta::assert_snapshot!(client.call("GetTopicAttributes", &[("TopicArn", "x")]).await, @r#"
        400 Bad Request
        <ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <Error>
        <Type>Sender</Type>
        <Code>InvalidParameter</Code>
        <Message>Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1</Message>
        </Error>
        <RequestId>REQUEST-ID</RequestId>
        </ErrorResponse>
    "#);
    insta::assert_snapshot!(client.call("GetTopicAttributes", &[]).await, @r#"
        400 Bad Request
        <ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <Error>
        <Type>Sender</Type>
        <Code>ValidationException</Code>
        <Message>1 validation error detected: Value null at &apos;topicArn&apos; failed to satisfy constraint: Member must not be null</Message>
        </Error>
        <RequestId>REQUEST-ID</RequestId>
        </ErrorResponse>
    "#);
}

#[tokio::test]
async fn a_topic_of_another_account_is_not_touched() {
    let client = Client::with_topics().await;
    let answer = client.call_as("111111111111", "Publish", &[("TopicArn", TOPIC), ("Message", "m")]).await;
    insta::assert_snapshot!(answer, @r#"
        400 Bad Request
        <ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <Error>
        <Type>Sender</Type>
        <Code>AuthorizationError</Code>
        <Message>User: arn:aws:iam::111111111111:root is not authorized to perform: SNS:Publish on resource: arn:aws:sns:us-east-1:000000000000:t because no resource-based policy allows the SNS:Publish action</Message>
        </Error>
        <RequestId>REQUEST-ID</RequestId>
        </ErrorResponse>
    "#);
}
