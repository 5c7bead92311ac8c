//! What holds for every operation that is served.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Server, requests};
use crate::api::RequestQuotas;

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

/// Whoever asks more often than the quotas let him, where they are wanted. Invocations have limits of their own.
#[tokio::test]
async fn every_operation_of_the_control_plane_has_a_quota() {
    const GREATEST_QUOTA: usize = 100;
    let mut server = Server::new();
    server.limit_requests(RequestQuotas::Aws);
    for request in requests::all().into_iter().filter(|request| !request.operation.starts_with("Invoke")) {
        let body = request.body.to_string();
        let mut asked = 0;
        while !server
            .send(request.method, &request.path, &[], body.clone().into())
            .await
            .head
            .starts_with("429")
        {
            asked += 1;
            assert!(asked <= GREATEST_QUOTA, "{}", request.operation);
        }
    }
}

/// Wherever a function's name and a parameter may both have a qualifier.
#[tokio::test]
async fn two_different_qualifiers_are_one_too_many() {
    const OPERATIONS: [&str; 19] = [
        "AddPermission",
        "CreateFunctionUrlConfig",
        "DeleteFunction",
        "DeleteFunctionEventInvokeConfig",
        "DeleteFunctionUrlConfig",
        "DeleteProvisionedConcurrencyConfig",
        "GetFunction",
        "GetFunctionConfiguration",
        "GetFunctionEventInvokeConfig",
        "GetFunctionUrlConfig",
        "GetPolicy",
        "GetProvisionedConcurrencyConfig",
        "GetRuntimeManagementConfig",
        "Invoke",
        "PutFunctionEventInvokeConfig",
        "PutProvisionedConcurrencyConfig",
        "RemovePermission",
        "UpdateFunctionEventInvokeConfig",
        "UpdateFunctionUrlConfig",
    ];
    let server = Server::with_functions(&["fn"]).await;
    for request in requests::all().into_iter().filter(|request| OPERATIONS.contains(&request.operation)) {
        let (path, _) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let path = format!("{}?Qualifier=two", path.replace("/functions/fn", "/functions/fn%3Aone"));
        let answer = server.send(request.method, &path, &[], request.body.to_string().into()).await;
        let text = "The derived qualifier from the function name does not match the specified qualifier.";
        assert_eq!(answer.message(), text, "{}", request.operation);
    }
}
