use std::time::Duration;

use insta::assert_snapshot;

use super::Server;
use crate::api::RequestQuotas;

const GET: &str = "/2015-03-31/functions/fn";
const CONFIGURATION: &str = "/2015-03-31/functions/fn/configuration";
const LIST: &str = "/2015-03-31/functions";

/// With a function, whose creation is not counted.
async fn limited() -> Server {
    let mut server = Server::with_functions(&["fn"]).await;
    server.limit_requests(RequestQuotas::Aws);
    server
}

/// How many of two hundred calls are answered.
async fn answered(server: &Server, path: &str) -> usize {
    let mut count = 0;
    for _ in 0..200 {
        count += usize::from(server.get(path).await.head.starts_with("200"));
    }
    count
}

#[tokio::test]
async fn a_caller_who_asks_too_often_is_told_so() {
    let server = limited().await;
    assert_eq!(answered(&server, GET).await, 100);
    assert_snapshot!(server.get(GET).await, @r#"
    429 Too Many Requests
    x-amzn-requestid: <uuid>
    x-amzn-errortype: TooManyRequestsException
    retry-after: 1
    content-type: application/json
    {"Type":"User","message":"Rate exceeded","Reason":"CallerRateLimitExceeded"}
    "#);
}

#[tokio::test]
async fn all_other_operations_are_counted_together() {
    let server = limited().await;
    for _ in 0..10 {
        server.get(LIST).await;
    }
    assert_eq!(answered(&server, CONFIGURATION).await, 5);
    assert_eq!(answered(&server, LIST).await, 0);
    server.world.clock.advance(Duration::from_secs(1));
    assert_eq!(answered(&server, LIST).await, 15);
}

#[tokio::test]
async fn invocations_are_not_counted() {
    let server = limited().await;
    for _ in 0..200 {
        assert!(server.invoke("fn", &[], "1").await.head.starts_with("200"));
    }
    assert_eq!(answered(&server, GET).await, 100);
}

#[tokio::test]
async fn without_quotas_there_is_no_limit() {
    let server = Server::with_functions(&["fn"]).await;
    assert_eq!(answered(&server, LIST).await, 200);
}
