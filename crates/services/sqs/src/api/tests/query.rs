//! The protocol that SQS spoke first, as its old clients still do.

use super::*;

#[tokio::test]
async fn queues_are_made_and_found_with_forms() {
    let server = Server::new();
    let parameters = "Action=CreateQueue&Version=2012-11-05&QueueName=q&Attribute.1.Name=DelaySeconds\
                      &Attribute.1.Value=0&Attribute.2.Name=VisibilityTimeout&Attribute.2.Value=10\
                      &Tag.1.Key=team&Tag.1.Value=a";
    insta::assert_snapshot!(server.form("/", parameters).await, @r#"
        200 OK
        content-type: text/xml
        <CreateQueueResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <CreateQueueResult>
        <QueueUrl>http://localhost:3000/000000000000/q</QueueUrl>
        </CreateQueueResult>
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </CreateQueueResponse>
    "#);
    insta::assert_snapshot!(server.form("/", "Action=GetQueueUrl&QueueName=q").await, @r#"
        200 OK
        content-type: text/xml
        <GetQueueUrlResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <GetQueueUrlResult>
        <QueueUrl>http://localhost:3000/000000000000/q</QueueUrl>
        </GetQueueUrlResult>
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </GetQueueUrlResponse>
    "#);
    insta::assert_snapshot!(server.form("/", "Action=ListQueues").await, @r#"
        200 OK
        content-type: text/xml
        <ListQueuesResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <ListQueuesResult>
        <QueueUrl>http://localhost:3000/000000000000/q</QueueUrl>
        </ListQueuesResult>
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </ListQueuesResponse>
    "#);
    let parameters = "Action=GetQueueAttributes&AttributeName.1=VisibilityTimeout&AttributeName.2=QueueArn";
    insta::assert_snapshot!(server.form("/000000000000/q", parameters).await, @r#"
        200 OK
        content-type: text/xml
        <GetQueueAttributesResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <GetQueueAttributesResult>
        <Attribute>
        <Name>QueueArn</Name>
        <Value>arn:aws:sqs:us-east-1:000000000000:q</Value>
        </Attribute>
        <Attribute>
        <Name>VisibilityTimeout</Name>
        <Value>10</Value>
        </Attribute>
        </GetQueueAttributesResult>
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </GetQueueAttributesResponse>
    "#);
    let parameters = "Action=SetQueueAttributes&Attribute.Name=VisibilityTimeout&Attribute.Value=20\
                      &Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=20";
    insta::assert_snapshot!(server.form("/000000000000/q", parameters).await, @r#"
        200 OK
        content-type: text/xml
        <SetQueueAttributesResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </SetQueueAttributesResponse>
    "#);
    insta::assert_snapshot!(server.form("/000000000000/q", "Action=TagQueue&Tag.1.Key=b&Tag.1.Value=c").await, @r#"
        200 OK
        content-type: text/xml
        <TagQueueResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </TagQueueResponse>
    "#);
    insta::assert_snapshot!(server.form("/000000000000/q", "Action=ListQueueTags").await, @r#"
        200 OK
        content-type: text/xml
        <ListQueueTagsResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <ListQueueTagsResult>
        <Tag>
        <Key>b</Key>
        <Value>c</Value>
        </Tag>
        <Tag>
        <Key>team</Key>
        <Value>a</Value>
        </Tag>
        </ListQueueTagsResult>
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </ListQueueTagsResponse>
    "#);
    insta::assert_snapshot!(server.form("/000000000000/q", "Action=UntagQueue&TagKey.1=b").await, @r#"
        200 OK
        content-type: text/xml
        <UntagQueueResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </UntagQueueResponse>
    "#);
    let parameters = "Action=AddPermission&Label=l&AWSAccountId.1=111111111111&ActionName.1=SendMessage";
    insta::assert_snapshot!(server.form("/000000000000/q", parameters).await, @r#"
        200 OK
        content-type: text/xml
        <AddPermissionResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </AddPermissionResponse>
    "#);
    insta::assert_snapshot!(server.form("/000000000000/q", "Action=RemovePermission&Label=l").await, @r#"
        200 OK
        content-type: text/xml
        <RemovePermissionResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </RemovePermissionResponse>
    "#);
    insta::assert_snapshot!(server.form("/000000000000/q", "Action=ListDeadLetterSourceQueues").await, @r#"
        200 OK
        content-type: text/xml
        <ListDeadLetterSourceQueuesResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <ListDeadLetterSourceQueuesResult>
        </ListDeadLetterSourceQueuesResult>
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </ListDeadLetterSourceQueuesResponse>
    "#);
    insta::assert_snapshot!(server.form("/000000000000/q", "Action=PurgeQueue").await, @r#"
        200 OK
        content-type: text/xml
        <PurgeQueueResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </PurgeQueueResponse>
    "#);
    insta::assert_snapshot!(server.form("/000000000000/q", "Action=DeleteQueue").await, @r#"
        200 OK
        content-type: text/xml
        <DeleteQueueResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </DeleteQueueResponse>
    "#);
}

#[tokio::test]
async fn messages_come_and_go_in_xml() {
    let server = Server::with(&["q"]).await;
    let parameters = "Action=SendMessage&MessageBody=a%26b%0A&MessageAttribute.1.Name=x\
                      &MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=y\
                      &MessageAttribute.2.Name=b&MessageAttribute.2.Value.DataType=Binary\
                      &MessageAttribute.2.Value.BinaryValue=AAH%2F&MessageSystemAttribute.1.Name=AWSTraceHeader\
                      &MessageSystemAttribute.1.Value.DataType=String\
                      &MessageSystemAttribute.1.Value.StringValue=Root%3D1";
    insta::assert_snapshot!(server.form("/000000000000/q", parameters).await, @r#"
        200 OK
        content-type: text/xml
        <SendMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <SendMessageResult>
        <MD5OfMessageBody>c5273c79eea7e50c746681c8fc5a4348</MD5OfMessageBody>
        <MD5OfMessageAttributes>db8d1b252c173d966d6a0dc3ab157fee</MD5OfMessageAttributes>
        <MD5OfMessageSystemAttributes>d6619b3d47b81d3fc72c0db005a70eda</MD5OfMessageSystemAttributes>
        <MessageId><uuid></MessageId>
        </SendMessageResult>
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </SendMessageResponse>
    "#);
    let parameters = "Action=ReceiveMessage&AttributeName.1=All&MessageAttributeName.1=All";
    insta::assert_snapshot!(server.form("/000000000000/q", parameters).await, @r#"
        200 OK
        content-type: text/xml
        <ReceiveMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <ReceiveMessageResult>
        <Message>
        <MessageId><uuid></MessageId>
        <ReceiptHandle>AAAAAAAAAAEAAAAAAAAAAQAAAAGq01ZxLAhxsNQ+fIzvj3ba</ReceiptHandle>
        <MD5OfBody>c5273c79eea7e50c746681c8fc5a4348</MD5OfBody>
        <Body>a&amp;b
        </Body>
        <Attribute>
        <Name>AWSTraceHeader</Name>
        <Value>Root=1</Value>
        </Attribute>
        <Attribute>
        <Name>ApproximateFirstReceiveTimestamp</Name>
        <Value>1767323045678</Value>
        </Attribute>
        <Attribute>
        <Name>ApproximateReceiveCount</Name>
        <Value>1</Value>
        </Attribute>
        <Attribute>
        <Name>SenderId</Name>
        <Value>000000000000</Value>
        </Attribute>
        <Attribute>
        <Name>SentTimestamp</Name>
        <Value>1767323045678</Value>
        </Attribute>
        <MD5OfMessageAttributes>db8d1b252c173d966d6a0dc3ab157fee</MD5OfMessageAttributes>
        <MessageAttribute>
        <Name>b</Name>
        <Value>
        <BinaryValue>AAH/</BinaryValue>
        <DataType>Binary</DataType>
        </Value>
        </MessageAttribute>
        <MessageAttribute>
        <Name>x</Name>
        <Value>
        <StringValue>y</StringValue>
        <DataType>String</DataType>
        </Value>
        </MessageAttribute>
        </Message>
        </ReceiveMessageResult>
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </ReceiveMessageResponse>
    "#);
    insta::assert_snapshot!(server.form("/000000000000/q", "Action=ReceiveMessage").await, @r#"
        200 OK
        content-type: text/xml
        <ReceiveMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <ReceiveMessageResult>
        </ReceiveMessageResult>
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </ReceiveMessageResponse>
    "#);
    server.pass(30);
    let handle = server.receipt("q").await.replace('+', "%2B");
    let parameters = format!("Action=ChangeMessageVisibility&VisibilityTimeout=1&ReceiptHandle={handle}");
    insta::assert_snapshot!(server.form("/000000000000/q", &parameters).await, @r#"
        200 OK
        content-type: text/xml
        <ChangeMessageVisibilityResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </ChangeMessageVisibilityResponse>
    "#);
    let parameters = format!("Action=DeleteMessage&ReceiptHandle={handle}");
    insta::assert_snapshot!(server.form("/000000000000/q", &parameters).await, @r#"
        200 OK
        content-type: text/xml
        <DeleteMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </DeleteMessageResponse>
    "#);
}

#[tokio::test]
async fn batches_are_numbered_parameters() {
    let server = Server::with(&["q"]).await;
    let parameters = "Action=SendMessageBatch&SendMessageBatchRequestEntry.1.Id=a\
                      &SendMessageBatchRequestEntry.1.MessageBody=x&SendMessageBatchRequestEntry.2.Id=b\
                      &SendMessageBatchRequestEntry.2.MessageBody=y\
                      &SendMessageBatchRequestEntry.2.DelaySeconds=901";
    insta::assert_snapshot!(server.form("/000000000000/q", parameters).await, @r#"
        200 OK
        content-type: text/xml
        <SendMessageBatchResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <SendMessageBatchResult>
        <SendMessageBatchResultEntry>
        <Id>a</Id>
        <MessageId><uuid></MessageId>
        <MD5OfMessageBody>9dd4e461268c8034f5c8564e155c67a6</MD5OfMessageBody>
        </SendMessageBatchResultEntry>
        <BatchResultErrorEntry>
        <Id>b</Id>
        <SenderFault>true</SenderFault>
        <Code>InvalidParameterValue</Code>
        <Message>Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be &gt;= 0 and &lt;= 900.</Message>
        </BatchResultErrorEntry>
        </SendMessageBatchResult>
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </SendMessageBatchResponse>
    "#);
    let handle = server.receipt("q").await.replace('+', "%2B");
    let parameters = format!(
        "Action=ChangeMessageVisibilityBatch&ChangeMessageVisibilityBatchRequestEntry.1.Id=a\
         &ChangeMessageVisibilityBatchRequestEntry.1.VisibilityTimeout=9\
         &ChangeMessageVisibilityBatchRequestEntry.1.ReceiptHandle={handle}"
    );
    insta::assert_snapshot!(server.form("/000000000000/q", &parameters).await, @r#"
        200 OK
        content-type: text/xml
        <ChangeMessageVisibilityBatchResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <ChangeMessageVisibilityBatchResult>
        <ChangeMessageVisibilityBatchResultEntry>
        <Id>a</Id>
        </ChangeMessageVisibilityBatchResultEntry>
        </ChangeMessageVisibilityBatchResult>
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </ChangeMessageVisibilityBatchResponse>
    "#);
    let parameters = format!(
        "Action=DeleteMessageBatch&DeleteMessageBatchRequestEntry.1.Id=a\
         &DeleteMessageBatchRequestEntry.1.ReceiptHandle={handle}"
    );
    insta::assert_snapshot!(server.form("/000000000000/q", &parameters).await, @r#"
        200 OK
        content-type: text/xml
        <DeleteMessageBatchResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <DeleteMessageBatchResult>
        <DeleteMessageBatchResultEntry>
        <Id>a</Id>
        </DeleteMessageBatchResultEntry>
        </DeleteMessageBatchResult>
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </DeleteMessageBatchResponse>
    "#);
    insta::assert_snapshot!(server.form("/000000000000/q", "Action=DeleteMessageBatch").await, @r#"
        400 Bad Request
        content-type: text/xml
        <ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <Error>
        <Type>Sender</Type>
        <Code>AWS.SimpleQueueService.EmptyBatchRequest</Code>
        <Message>There should be at least one DeleteMessageBatchRequestEntry in the request.</Message>
        <Detail>
        </Detail>
        </Error>
        <RequestId><uuid></RequestId>
        </ErrorResponse>
    "#);
}

#[tokio::test]
async fn a_queues_url_can_be_asked_with_get() {
    let server = Server::with(&["q"]).await;
    let uri = "/000000000000/q?Action=SendMessage&MessageBody=x";
    insta::assert_snapshot!(server.request("GET", uri, &[], Bytes::new()).await, @r#"
        200 OK
        content-type: text/xml
        <SendMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <SendMessageResult>
        <MD5OfMessageBody>9dd4e461268c8034f5c8564e155c67a6</MD5OfMessageBody>
        <MessageId><uuid></MessageId>
        </SendMessageResult>
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </SendMessageResponse>
    "#);
    let bare = server.request("GET", "/000000000000/q", &[], Bytes::new()).await;
    insta::assert_snapshot!(bare, @r#"
        400 Bad Request
        x-amzn-query-error: UnknownOperationException;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"UnknownOperationException","message":"The request names no operation of Amazon Simple Queue Service."}
    "#);
}

#[tokio::test]
async fn a_move_task_is_started_with_a_form() {
    let server = Server::with(&["dead"]).await;
    let policy = json!({ "deadLetterTargetArn": arn("dead"), "maxReceiveCount": 1 }).to_string();
    server.call("CreateQueue", json!({ "QueueName": "q", "Attributes": { "RedrivePolicy": policy } })).await;
    let source = arn("dead");
    insta::assert_snapshot!(server.form("/", &format!("Action=StartMessageMoveTask&SourceArn={source}")).await, @r#"
        200 OK
        content-type: text/xml
        <StartMessageMoveTaskResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <StartMessageMoveTaskResult>
        <TaskHandle>eyJ0YXNrSWQiOjEsInNvdXJjZUFybiI6ImFybjphd3M6c3FzOnVzLWVhc3QtMTowMDAwMDAwMDAwMDA6ZGVhZCJ9</TaskHandle>
        </StartMessageMoveTaskResult>
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </StartMessageMoveTaskResponse>
    "#);
    insta::assert_snapshot!(server.form("/", &format!("Action=ListMessageMoveTasks&SourceArn={source}")).await, @r#"
        200 OK
        content-type: text/xml
        <ListMessageMoveTasksResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">
        <ListMessageMoveTasksResult>
        <ListMessageMoveTasksResultEntry>
        <TaskHandle>eyJ0YXNrSWQiOjEsInNvdXJjZUFybiI6ImFybjphd3M6c3FzOnVzLWVhc3QtMTowMDAwMDAwMDAwMDA6ZGVhZCJ9</TaskHandle>
        <Status>RUNNING</Status>
        <SourceArn>arn:aws:sqs:us-east-1:000000000000:dead</SourceArn>
        <ApproximateNumberOfMessagesMoved>0</ApproximateNumberOfMessagesMoved>
        <ApproximateNumberOfMessagesToMove>0</ApproximateNumberOfMessagesToMove>
        <StartedTimestamp>1767323045678</StartedTimestamp>
        </ListMessageMoveTasksResultEntry>
        </ListMessageMoveTasksResult>
        <ResponseMetadata>
        <RequestId><uuid></RequestId>
        </ResponseMetadata>
        </ListMessageMoveTasksResponse>
    "#);
}
