use hob_types::FunctionArn;
use insta::assert_snapshot;
use serde_json::json;

use super::Server;
use crate::testing::arn;

const PUT: &str = "/2017-10-31/functions/fn/concurrency";
const GET: &str = "/2019-09-30/functions/fn/concurrency";

fn reserved(server: &Server) -> Vec<(FunctionArn, Option<u32>)> {
    std::mem::take(&mut server.world.invoker.reserved.lock().unwrap())
}

#[tokio::test]
async fn what_is_reserved_is_told_until_it_is_given_back() {
    let server = Server::with_functions(&["fn"]).await;
    assert_eq!(server.get(GET).await.json(), json!({}));
    let put = server.put(PUT, json!({ "ReservedConcurrentExecutions": 5 })).await;
    assert_eq!(put.json(), json!({ "ReservedConcurrentExecutions": 5 }));
    assert_eq!(server.get(GET).await.json(), json!({ "ReservedConcurrentExecutions": 5 }));
    let function = server.get("/2015-03-31/functions/fn").await.json();
    assert_eq!(function["Concurrency"], json!({ "ReservedConcurrentExecutions": 5 }));
    assert!(server.delete(PUT).await.head.starts_with("204"));
    assert!(server.delete(PUT).await.head.starts_with("204"));
    assert_eq!(server.get(GET).await.json(), json!({}));
    let function = server.get("/2015-03-31/functions/fn").await.json();
    assert_eq!(function.get("Concurrency"), None);
    assert_eq!(reserved(&server), [(arn("fn"), Some(5)), (arn("fn"), None), (arn("fn"), None)]);
}

#[tokio::test]
async fn a_hundred_stays_unreserved() {
    let server = Server::with_functions(&["fn", "other"]).await;
    server.put(PUT, json!({ "ReservedConcurrentExecutions": 900 })).await;
    let other = "/2017-10-31/functions/other/concurrency";
    let refused = server.put(other, json!({ "ReservedConcurrentExecutions": 1 })).await;
    assert_snapshot!(refused, @r#"
    400 Bad Request
    x-amzn-requestid: <uuid>
    x-amzn-errortype: InvalidParameterValueException
    content-type: application/json
    {"message":"Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100]."}
    "#);
    assert_eq!(
        server.put(other, json!({ "ReservedConcurrentExecutions": 0 })).await.json()["ReservedConcurrentExecutions"],
        0
    );
    assert_eq!(reserved(&server), [(arn("fn"), Some(900)), (arn("other"), Some(0))]);
}

#[tokio::test]
async fn account_settings_tell_what_is_left() {
    let server = Server::with_functions(&["fn"]).await;
    server.put(PUT, json!({ "ReservedConcurrentExecutions": 30 })).await;
    let settings = server.get("/2016-08-19/account-settings").await.json();
    assert_eq!(settings["AccountLimit"]["ConcurrentExecutions"], 1000);
    assert_eq!(settings["AccountLimit"]["UnreservedConcurrentExecutions"], 970);
}

#[tokio::test]
async fn versions_reserve_nothing() {
    let server = Server::with_functions(&["fn"]).await;
    let text = "This operation is permitted on Lambda functions only. Aliases and versions do not support this \
                operation. Please specify either a function name or an unqualified function ARN.";
    let qualified = "/2017-10-31/functions/fn:1/concurrency";
    assert_eq!(server.put(qualified, json!({ "ReservedConcurrentExecutions": 1 })).await.message(), text);
    assert_eq!(server.delete(qualified).await.message(), text);
    assert_eq!(server.get("/2019-09-30/functions/fn:$LATEST/concurrency").await.message(), text);
}

#[tokio::test]
async fn a_missing_function_is_named_as_each_operation_names_it() {
    let server = Server::new();
    let missing = "Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn";
    let put = server.put(PUT, json!({ "ReservedConcurrentExecutions": 1 })).await;
    assert_eq!(put.message(), format!("{missing}:$LATEST"));
    assert_eq!(server.get(GET).await.message(), missing);
    assert_eq!(server.delete(PUT).await.message(), missing);
}

#[tokio::test]
async fn a_deleted_function_gives_back_what_it_had_reserved() {
    let server = Server::with_functions(&["fn"]).await;
    server.put(PUT, json!({ "ReservedConcurrentExecutions": 900 })).await;
    server.delete("/2015-03-31/functions/fn").await;
    assert_eq!(reserved(&server).last(), Some(&(arn("fn"), None)));
    let settings = server.get("/2016-08-19/account-settings").await.json();
    assert_eq!(settings["AccountLimit"]["UnreservedConcurrentExecutions"], 1000);
}

#[tokio::test]
async fn a_restart_brings_reservations_back() {
    let server = Server::with_functions(&["fn"]).await;
    server.put(PUT, json!({ "ReservedConcurrentExecutions": 2 })).await;
    reserved(&server);
    server.lambda.restore().await.unwrap();
    assert_eq!(reserved(&server), [(arn("fn"), Some(2))]);
}
