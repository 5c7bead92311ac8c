use base64::Engine as _;
use serde_json::json;

use super::{BASE64, Server, creation};
use crate::testing::Next;

#[tokio::test]
async fn an_answer() {
    let server = Server::with_functions(&["fn"]).await;
    insta::assert_snapshot!(server.invoke("fn", &[], r#"{"a": 1}"#).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        x-amz-executed-version: $LATEST
        x-amzn-trace-id: Root=1-695735a5-c15c0289ec2d0a9167ec8e65;Parent=5e5532fbeea293f8;Sampled=0;Lineage=9e3c9595:0
        {"answer": 42}
    "#);
    let invocation = server.world.invoker.invocations.lock().unwrap().pop().unwrap();
    assert_eq!(&invocation.payload[..], br#"{"a": 1}"#);
    assert_eq!(invocation.invoked_function_arn, "arn:aws:lambda:us-east-1:000000000000:function:fn");
    assert_eq!(invocation.version.handler, "app.handler");
    assert_eq!(invocation.version.log_group, "/aws/lambda/fn");
}

#[tokio::test]
async fn a_function_error_is_an_answer() {
    let server = Server::with_functions(&["fn"]).await;
    *server.world.invoker.next.lock().unwrap() = Some(Next::FunctionError);
    insta::assert_snapshot!(server.invoke("fn", &[], "{}").await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        x-amz-function-error: Unhandled
        content-type: application/json
        x-amz-executed-version: $LATEST
        x-amzn-trace-id: Root=1-695735a5-c15c0289ec2d0a9167ec8e65;Parent=5e5532fbeea293f8;Sampled=0;Lineage=9e3c9595:0
        {"errorMessage": "no", "errorType": "ValueError"}
    "#);
}

#[tokio::test]
async fn the_log_and_the_trace_come_along() {
    let server = Server::with_functions(&["fn"]).await;
    let headers = [
        ("x-amz-log-type", "Tail"),
        ("x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"),
    ];
    insta::assert_snapshot!(server.invoke("fn", &headers, "{}").await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        x-amz-log-result: U1RBUlQKRU5ECg==
        content-type: application/json
        x-amz-executed-version: $LATEST
        x-amzn-trace-id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=9e3c9595:0
        {"answer": 42}
    "#);
}

#[tokio::test]
async fn the_request_id_of_the_answer_is_the_functions() {
    let server = Server::with_functions(&["fn"]).await;
    let answer = server.invoke("fn", &[], "{}").await;
    let invocation = server.world.invoker.invocations.lock().unwrap().pop().unwrap();
    assert!(answer.head.contains(&format!("x-amzn-requestid: {}", invocation.request_id)));
}

#[tokio::test]
async fn the_function_sees_the_qualifier_that_it_was_called_by() {
    let server = Server::with_functions(&["fn"]).await;
    server.invoke("fn:$LATEST", &[], "{}").await;
    let invocation = server.world.invoker.invocations.lock().unwrap().pop().unwrap();
    assert_eq!(invocation.invoked_function_arn, "arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST");
}

#[tokio::test]
async fn a_client_context_is_decoded() {
    let server = Server::with_functions(&["fn"]).await;
    let context = r#"{"client":{"installation_id":"x"}}"#;
    server.invoke("fn", &[("x-amz-client-context", &BASE64.encode(context))], "{}").await;
    let invocation = server.world.invoker.invocations.lock().unwrap().pop().unwrap();
    assert_eq!(invocation.client_context.as_deref(), Some(context));
    let long = BASE64.encode(format!("\"{}\"", "x".repeat(3000)));
    for bad in ["no base64", &BASE64.encode("no json"), &long] {
        let refused = server.invoke("fn", &[("x-amz-client-context", bad)], "{}").await;
        assert!(refused.head.contains("InvalidRequestContentException"), "{bad}");
    }
}

#[tokio::test]
async fn a_dry_run_runs_nothing() {
    let server = Server::with_functions(&["fn"]).await;
    let dry_run = [("x-amz-invocation-type", "DryRun")];
    insta::assert_snapshot!(server.invoke("fn", &dry_run, "{}").await, @r"
        204 No Content
        x-amzn-requestid: <uuid>
        ");
    assert!(server.world.invoker.invocations.lock().unwrap().is_empty());
    assert!(server.invoke("nope", &dry_run, "{}").await.head.starts_with("404"));
}

#[tokio::test(start_paused = true)]
async fn a_pending_function() {
    let server = Server::new();
    server.create(creation("fn")).await;
    insta::assert_snapshot!(server.invoke("fn", &[], "{}").await, @r#"
        409 Conflict
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceConflictException
        content-type: application/json
        {"Type":"User","message":"The operation cannot be performed at this time. The function is currently in the following state: Pending"}
        "#);
}

#[tokio::test]
async fn functions_that_do_not_exist() {
    let server = Server::with_functions(&["fn"]).await;
    insta::assert_snapshot!(server.invoke("nope", &[], "{}").await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope:$LATEST"}
        "#);
    insta::assert_snapshot!(server.invoke("fn:PROD", &[], "{}").await.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:PROD");
    insta::assert_snapshot!(server.invoke("a.b", &[], "{}").await.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:a.b:$LATEST");
}

#[tokio::test]
async fn payloads_that_are_not_json() {
    let server = Server::with_functions(&["fn"]).await;
    insta::assert_snapshot!(server.invoke("fn", &[], &b"\x99"[..]).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidRequestContentException
        content-type: application/json
        {"Type":"User","message":"Could not parse request body into json: Could not parse payload into json: Unexpected character ((CTRL-CHAR, code 153)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 1]"}
        "#);
    insta::assert_snapshot!(server.invoke("fn", &[], "hello").await.message(), @r"
        Could not parse request body into json: Could not parse payload into json: Unrecognized token 'hello': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
         at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 6]
        ");
}

#[tokio::test]
async fn payloads_that_are_said_not_to_be_json() {
    let server = Server::with_functions(&["fn"]).await;
    let sent_as =
        async |content_type: &str| server.invoke("fn", &[("content-type", content_type)], "{}").await;
    for fine in ["application/json", "application/json; charset=utf-8", "application/octet-stream"] {
        assert!(sent_as(fine).await.head.starts_with("200"), "{fine}");
    }
    insta::assert_snapshot!(sent_as("text/plain").await, @r#"
        415 Unsupported Media Type
        x-amzn-requestid: <uuid>
        x-amzn-errortype: UnsupportedMediaTypeException
        content-type: application/json
        {"Type":"User","message":"The content type of the Invoke request body is not JSON."}
        "#);
}

#[tokio::test]
async fn payloads_that_are_too_large() {
    let server = Server::with_functions(&["fn"]).await;
    let largest = format!("\"{}\"", "x".repeat(6_291_456 - 2));
    assert!(server.invoke("fn", &[], largest.clone()).await.head.starts_with("200"));
    insta::assert_snapshot!(server.invoke("fn", &[], largest + " ").await, @r#"
        413 Payload Too Large
        x-amzn-requestid: <uuid>
        x-amzn-errortype: RequestEntityTooLargeException
        content-type: application/json
        {"Message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}
        "#);
}

#[tokio::test]
async fn a_throttled_invocation() {
    let server = Server::with_functions(&["fn"]).await;
    *server.world.invoker.next.lock().unwrap() = Some(Next::Throttled);
    insta::assert_snapshot!(server.invoke("fn", &[], "{}").await, @r#"
        429 Too Many Requests
        x-amzn-requestid: <uuid>
        x-amzn-errortype: TooManyRequestsException
        retry-after: 1
        content-type: application/json
        {"Type":"User","message":"Rate Exceeded.","Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}
        "#);
}

#[tokio::test]
async fn an_invocation_that_the_server_cannot_run() {
    let server = Server::with_functions(&["fn"]).await;
    *server.world.invoker.next.lock().unwrap() = Some(Next::Broken);
    insta::assert_snapshot!(server.invoke("fn", &[], "{}").await, @r#"
        500 Internal Server Error
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ServiceException
        content-type: application/json
        {"Type":"Service","Message":"The server is shutting down."}
        "#);
}

#[tokio::test]
async fn a_function_that_cannot_be_restored() {
    let server = Server::with_functions(&["fn"]).await;
    *server.world.invoker.next.lock().unwrap() = Some(Next::NotRestored);
    insta::assert_snapshot!(server.invoke("fn", &[], "{}").await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: SnapStartException
        content-type: application/json
        {"Type":"User","Message":"Runtime.AfterRestoreError: no"}
        "#);
    *server.world.invoker.next.lock().unwrap() = Some(Next::RestoreTimedOut);
    insta::assert_snapshot!(server.invoke("fn", &[], "{}").await, @r#"
        408 Request Timeout
        x-amzn-requestid: <uuid>
        x-amzn-errortype: SnapStartTimeoutException
        content-type: application/json
        {"Type":"User","Message":"the restore took longer than 10 seconds"}
        "#);
}

#[tokio::test]
async fn an_event_that_is_accepted() {
    let server = Server::with_functions(&["fn"]).await;
    let event = [("x-amz-invocation-type", "Event"), ("x-amz-log-type", "Tail")];
    insta::assert_snapshot!(server.invoke("fn", &event, r#"{"a": 1}"#).await, @r#"
        202 Accepted
        x-amzn-requestid: <uuid>
        x-amzn-trace-id: Root=1-695735a5-a83d7e35de18174996676174;Parent=614f560177dc7567;Sampled=0
    "#);
    assert!(server.world.invoker.invocations.lock().unwrap().is_empty());
    assert_eq!(server.world.storage.events().functions().await.unwrap(), [crate::testing::arn("fn")]);
}

#[tokio::test]
async fn an_event_the_old_way() {
    let server = Server::with_functions(&["fn"]).await;
    let path = "/2014-11-13/functions/fn/invoke-async";
    insta::assert_snapshot!(server.post(path, json!({ "a": 1 })).await, @r#"
        202 Accepted
        x-amzn-requestid: <uuid>
    "#);
    insta::assert_snapshot!(server.post(path, json!("x".repeat(262_143))).await, @r#"
        413 Payload Too Large
        x-amzn-requestid: <uuid>
        x-amzn-errortype: RequestEntityTooLargeException
        content-type: application/json
        {"Message":"Request must be smaller than 262144 bytes for the InvokeAsync operation"}
    "#);
    assert!(server.post("/2014-11-13/functions/nope/invoke-async", json!({})).await.head.starts_with("404"));
}

#[tokio::test]
async fn an_event_that_is_too_large() {
    let server = Server::with_functions(&["fn"]).await;
    let event = [("x-amz-invocation-type", "Event")];
    let largest = format!("\"{}\"", "x".repeat(1_048_576 - 2));
    assert!(server.invoke("fn", &event, largest.clone()).await.head.starts_with("202"));
    insta::assert_snapshot!(server.invoke("fn", &event, largest + " ").await, @r#"
        413 Payload Too Large
        x-amzn-requestid: <uuid>
        x-amzn-errortype: RequestEntityTooLargeException
        content-type: application/json
        {"Message":"1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)"}
    "#);
}

#[tokio::test]
async fn events_that_cannot_run() {
    let server = Server::with_functions(&["fn"]).await;
    let event = [("x-amz-invocation-type", "Event")];
    let refused = async |name: &str, payload: &'static str| server.invoke(name, &event, payload).await.head;
    assert!(refused("nope", "{}").await.contains("ResourceNotFoundException"));
    assert!(refused("fn:nope", "{}").await.contains("ResourceNotFoundException"));
    assert!(refused("fn", "{nope").await.contains("InvalidRequestContentException"));
    assert!(server.world.storage.events().functions().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_seventeenth_call_of_a_chain() {
    let server = Server::with_functions(&["fn"]).await;
    let call = async |header: Option<&str>| {
        let headers: Vec<_> = header.into_iter().map(|header| ("x-amzn-trace-id", header)).collect();
        server.invoke("fn", &headers, "{}").await
    };
    let mut answer = call(None).await;
    for _ in 1..16 {
        assert!(answer.head.starts_with("200"), "{answer}");
        let header = answer.head.lines().find_map(|line| line.strip_prefix("x-amzn-trace-id: ")).unwrap();
        answer = call(Some(header)).await;
    }
    let header = answer.head.lines().find_map(|line| line.strip_prefix("x-amzn-trace-id: ")).unwrap();
    insta::assert_snapshot!(call(Some(header)).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: RecursiveInvocationException
        content-type: application/json
        {"Type":"User","Message":"Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and stopped your function's invocation."}
    "#);
    server.put("/2024-08-31/functions/fn/recursion-config", json!({ "RecursiveLoop": "Allow" })).await;
    assert!(call(Some(header)).await.head.starts_with("200"));
}

#[tokio::test]
async fn what_hob_does_not_serve_yet_is_not_pretended() {
    let server = Server::with_functions(&["fn"]).await;
    let tenant = server.invoke("fn", &[("x-amz-tenant-id", "t")], "{}").await;
    insta::assert_snapshot!(tenant.message(), @"TenantId is not served by Hob yet.");
}
