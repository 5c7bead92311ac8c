use super::*;

/// Two dead letters of `q`.
async fn buried() -> Server {
    let server = Server::with(&["dead"]).await;
    let policy = json!({ "deadLetterTargetArn": arn("dead"), "maxReceiveCount": 1 }).to_string();
    server.call("CreateQueue", json!({ "QueueName": "q", "Attributes": { "RedrivePolicy": policy } })).await;
    server.send("q", "a").await;
    server.send("q", "b").await;
    server.receive("q").await;
    server.pass(30);
    server.receive("q").await;
    server
}

#[tokio::test]
async fn a_task_is_started_listed_and_cancelled() {
    let server = buried().await;
    let start = json!({ "SourceArn": arn("dead"), "MaxNumberOfMessagesPerSecond": 1 });
    let started = server.json("StartMessageMoveTask", start.clone()).await;
    insta::assert_snapshot!(started, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"TaskHandle":"eyJ0YXNrSWQiOjEsInNvdXJjZUFybiI6ImFybjphd3M6c3FzOnVzLWVhc3QtMTowMDAwMDAwMDAwMDA6ZGVhZCJ9"}
    "#);
    insta::assert_snapshot!(server.json("StartMessageMoveTask", start).await, @r#"
        400 Bad Request
        x-amzn-query-error: InvalidParameterValue;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"com.amazon.coral.service#InvalidParameterValueException","message":"There is already a task running. Only one active task is allowed for a source queue arn at a given time."}
    "#);
    let list = || json!({ "SourceArn": arn("dead"), "MaxResults": 10 });
    insta::assert_snapshot!(server.json("ListMessageMoveTasks", list()).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"Results":[{"TaskHandle":"eyJ0YXNrSWQiOjEsInNvdXJjZUFybiI6ImFybjphd3M6c3FzOnVzLWVhc3QtMTowMDAwMDAwMDAwMDA6ZGVhZCJ9","Status":"RUNNING","SourceArn":"arn:aws:sqs:us-east-1:000000000000:dead","MaxNumberOfMessagesPerSecond":1,"ApproximateNumberOfMessagesMoved":0,"ApproximateNumberOfMessagesToMove":2,"StartedTimestamp":1767323075678}]}
    "#);
    let started: Value = serde_json::from_slice(&started.body).unwrap();
    let cancel = json!({ "TaskHandle": started["TaskHandle"] });
    insta::assert_snapshot!(server.json("CancelMessageMoveTask", cancel.clone()).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"ApproximateNumberOfMessagesMoved":0}
    "#);
    insta::assert_snapshot!(server.json("ListMessageMoveTasks", list()).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"Results":[{"Status":"CANCELLING","SourceArn":"arn:aws:sqs:us-east-1:000000000000:dead","MaxNumberOfMessagesPerSecond":1,"ApproximateNumberOfMessagesMoved":0,"ApproximateNumberOfMessagesToMove":2,"StartedTimestamp":1767323075678}]}
    "#);
    insta::assert_snapshot!(server.refused("CancelMessageMoveTask", cancel).await, @"com.amazonaws.sqs#UnsupportedOperation: Only active tasks can be cancelled.");
}

#[tokio::test]
async fn a_task_brings_the_messages_back() {
    let server = buried().await;
    server.call("StartMessageMoveTask", json!({ "SourceArn": arn("dead") })).await;
    let list = || json!({ "SourceArn": arn("dead") });
    let worked_on = async {
        while server.call("ListMessageMoveTasks", list()).await["Results"][0]["Status"] != "COMPLETED" {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = server.queues.clone().run() => {}
        () = worked_on => {}
    }
    insta::assert_snapshot!(server.json("ListMessageMoveTasks", list()).await, @r#"
        200 OK
        content-type: application/x-amz-json-1.0
        {"Results":[{"Status":"COMPLETED","SourceArn":"arn:aws:sqs:us-east-1:000000000000:dead","ApproximateNumberOfMessagesMoved":2,"ApproximateNumberOfMessagesToMove":2,"StartedTimestamp":1767323075678}]}
    "#);
    assert_eq!(server.receive("q").await.len(), 2);
}

#[tokio::test]
async fn a_task_that_makes_no_sense_is_refused() {
    let server = buried().await;
    let start = async |request: Value| server.refused("StartMessageMoveTask", request).await;
    insta::assert_snapshot!(server.json("StartMessageMoveTask", json!({ "SourceArn": arn("none") })).await, @r#"
        404 Not Found
        x-amzn-query-error: ResourceNotFoundException;Sender
        content-type: application/x-amz-json-1.0
        {"__type":"com.amazonaws.sqs#ResourceNotFoundException","message":"The resource that you specified for the SourceArn parameter doesn't exist."}
    "#);
    insta::assert_snapshot!(start(json!({ "SourceArn": arn("q") })).await, @"com.amazon.coral.service#InvalidParameterValueException: Source queue must be configured as a Dead Letter Queue.");
    insta::assert_snapshot!(start(json!({ "SourceArn": "q" })).await, @"com.amazon.coral.service#InvalidParameterValueException: Value q for parameter SourceArn is invalid. Reason: Invalid ARN.");
    insta::assert_snapshot!(start(json!({ "SourceArn": arn("dead"), "DestinationArn": arn("none") })).await, @"com.amazonaws.sqs#ResourceNotFoundException: The resource that you specified for the DestinationArn parameter doesn't exist.");
    insta::assert_snapshot!(start(json!({ "SourceArn": arn("dead"), "MaxNumberOfMessagesPerSecond": 501 })).await, @"com.amazon.coral.service#InvalidParameterValueException: Value 501 for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and 500, if provided.");
    insta::assert_snapshot!(server.refused("CancelMessageMoveTask", json!({ "TaskHandle": "x" })).await, @"com.amazonaws.sqs#ResourceNotFoundException: Task does not exist.");
    insta::assert_snapshot!(server.refused("ListMessageMoveTasks", json!({ "SourceArn": arn("none") })).await, @"com.amazonaws.sqs#ResourceNotFoundException: The resource that you specified for the SourceArn parameter doesn't exist.");
}
