//! What holds for every operation that is served.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Server, requests};

#[test]
fn there_is_a_request_of_each_operation() {
    let model: Value = serde_json::from_str(include_str!("../../../model.json")).unwrap();
    let served: BTreeSet<_> = model["operations"].as_object().unwrap().keys().map(String::as_str).collect();
    let asked: BTreeSet<_> = requests::all().iter().map(|request| request.operation).collect();
    assert_eq!(asked, served);
}

/// Not one of them is answered by half.
#[tokio::test]
async fn a_broken_store_is_the_servers_fault() {
    let server = Server::with_broken_stores();
    for request in requests::all() {
        let answer = server.send(request.method, &request.path, &[], request.body.to_string().into()).await;
        let fault = answer.head.contains("x-amzn-errortype: ServiceException");
        assert!(fault && answer.head.starts_with("500"), "{}: {answer}", request.operation);
    }
}
