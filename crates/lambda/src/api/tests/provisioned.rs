use hob_invoke::{Provisioned, ProvisioningFailure};
use hob_types::{Version, VersionNumber};
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{Answer, Server};
use crate::testing::arn;

const LIST: &str = "/2019-09-30/functions/fn/provisioned-concurrency?List=ALL";
const ALIASES: &str = "/2015-03-31/functions/fn/aliases";
const LIVE: &str = "/2015-03-31/functions/fn/aliases/live";
const RESERVED: &str = "/2017-10-31/functions/fn/concurrency";

/// With three versions of `fn`, and an alias `live` of the first.
async fn server() -> Server {
    let server = Server::with_functions(&["fn"]).await;
    for description in ["a", "b", "c"] {
        server.publish_another(description).await;
    }
    alias(&server, "live", "1").await;
    server
}

async fn alias(server: &Server, name: &str, version: &str) {
    server.post(ALIASES, json!({ "Name": name, "FunctionVersion": version })).await;
}

fn path(qualifier: &str) -> String {
    format!("/2019-09-30/functions/fn/provisioned-concurrency?Qualifier={qualifier}")
}

async fn put(server: &Server, qualifier: &str, environments: i32) -> Answer {
    server.put(&path(qualifier), json!({ "ProvisionedConcurrentExecutions": environments })).await
}

async fn refused(server: &Server, qualifier: &str, environments: i32) -> String {
    put(server, qualifier, environments).await.message()
}

fn published(number: u64) -> Version {
    Version::Published(VersionNumber::new(number).unwrap())
}

/// What the invoker was told since the last time.
fn told(server: &Server) -> Vec<(String, u32)> {
    let provisions = std::mem::take(&mut *server.world.invoker.provisions.lock().unwrap());
    provisions.iter().map(|(version, environments)| (version.version.to_string(), *environments)).collect()
}

fn tell(told: &[(&str, u32)]) -> Vec<(String, u32)> {
    told.iter().map(|(version, environments)| ((*version).to_owned(), *environments)).collect()
}

fn now(server: &Server, version: u64, state: Provisioned) {
    let provisioned = server.world.invoker.provisioned.lock().unwrap();
    provisioned[&(arn("fn"), published(version))].send_replace(state);
}

async fn unreserved(server: &Server) -> Value {
    let settings = server.get("/2016-08-19/account-settings").await.json();
    settings["AccountLimit"]["UnreservedConcurrentExecutions"].clone()
}

#[tokio::test]
async fn what_is_provisioned_is_in_progress_until_it_is_ready() {
    let server = server().await;
    assert_snapshot!(put(&server, "1", 2).await, @r#"
        202 Accepted
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"RequestedProvisionedConcurrentExecutions":2,"AllocatedProvisionedConcurrentExecutions":0,"AvailableProvisionedConcurrentExecutions":0,"Status":"IN_PROGRESS","LastModified":"2026-01-02T03:04:05+0000"}
    "#);
    assert_eq!(told(&server), tell(&[("1", 2)]));
    now(&server, 1, Provisioned { requested: 2, allocated: 2, available: 1, failure: None });
    assert_snapshot!(server.get(&path("1")).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"RequestedProvisionedConcurrentExecutions":2,"AvailableProvisionedConcurrentExecutions":1,"AllocatedProvisionedConcurrentExecutions":2,"Status":"IN_PROGRESS","LastModified":"2026-01-02T03:04:05+0000"}
    "#);
    now(&server, 1, Provisioned { requested: 2, allocated: 2, available: 2, failure: None });
    assert_snapshot!(server.get(&path("1")).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"RequestedProvisionedConcurrentExecutions":2,"AvailableProvisionedConcurrentExecutions":2,"AllocatedProvisionedConcurrentExecutions":2,"Status":"READY","LastModified":"2026-01-02T03:04:05+0000"}
    "#);
    assert_eq!(unreserved(&server).await, 998);
}

#[tokio::test]
async fn a_function_that_cannot_be_initialised_fails() {
    let server = server().await;
    put(&server, "live", 1).await;
    let failure = Some(ProvisioningFailure::FunctionInit);
    now(&server, 1, Provisioned { requested: 1, allocated: 0, available: 0, failure });
    assert_snapshot!(server.get(&path("live")).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"RequestedProvisionedConcurrentExecutions":1,"AvailableProvisionedConcurrentExecutions":0,"AllocatedProvisionedConcurrentExecutions":0,"Status":"FAILED","StatusReason":"FUNCTION_ERROR_INIT_FAILURE","LastModified":"2026-01-02T03:04:05+0000"}
    "#);
    // Whoever asks again may have mended it.
    put(&server, "live", 1).await;
    assert_eq!(server.get(&path("live")).await.json()["Status"], "IN_PROGRESS");
}

#[tokio::test]
async fn all_that_is_provisioned_of_a_function_is_listed_in_pages() {
    let server = server().await;
    assert_eq!(server.get(LIST).await.json(), json!({ "ProvisionedConcurrencyConfigs": [] }));
    put(&server, "live", 1).await;
    put(&server, "3", 4).await;
    let first = server.get(&format!("{LIST}&MaxItems=1")).await;
    let marker = first.json()["NextMarker"].as_str().unwrap().to_owned();
    assert_eq!(first.json()["ProvisionedConcurrencyConfigs"][0]["FunctionArn"], format!("{}:3", arn("fn")));
    assert_snapshot!(server.get(&format!("{LIST}&Marker={marker}")).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"ProvisionedConcurrencyConfigs":[{"FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn:live","RequestedProvisionedConcurrentExecutions":1,"AvailableProvisionedConcurrentExecutions":0,"AllocatedProvisionedConcurrentExecutions":0,"Status":"IN_PROGRESS","LastModified":"2026-01-02T03:04:05+0000"}]}
    "#);
}

#[tokio::test]
async fn what_is_deleted_is_given_back() {
    let server = server().await;
    put(&server, "live", 5).await;
    told(&server);
    assert_snapshot!(server.delete(&path("live")).await, @r#"
        204 No Content
        x-amzn-requestid: <uuid>
    "#);
    assert_eq!(told(&server), tell(&[("1", 0)]));
    assert_eq!(unreserved(&server).await, 1000);
    assert_snapshot!(server.get(&path("live")).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ProvisionedConcurrencyConfigNotFoundException
        content-type: application/json
        {"Type":"User","message":"No Provisioned Concurrency Config found for this function"}
    "#);
    assert!(server.delete(&path("live")).await.head.starts_with("204"));
    assert_eq!(told(&server), []);
}

#[tokio::test]
async fn what_an_alias_has_follows_it() {
    let server = server().await;
    put(&server, "live", 4).await;
    told(&server);
    server.put(LIVE, json!({ "FunctionVersion": "2" })).await;
    assert_eq!(told(&server), tell(&[("1", 0), ("2", 4)]));
    server.put(LIVE, json!({ "RoutingConfig": { "AdditionalVersionWeights": { "1": 0.25 } } })).await;
    assert_eq!(told(&server), tell(&[("2", 3), ("1", 1)]));
    now(&server, 2, Provisioned { requested: 3, allocated: 3, available: 3, failure: None });
    let shifting = server.get(&path("live")).await.json();
    assert_eq!(shifting["RequestedProvisionedConcurrentExecutions"], 4);
    assert_eq!(
        (&shifting["AllocatedProvisionedConcurrentExecutions"], &shifting["Status"]),
        (&json!(3), &json!("IN_PROGRESS"))
    );
    now(&server, 1, Provisioned { requested: 1, allocated: 1, available: 1, failure: None });
    assert_eq!(server.get(&path("live")).await.json()["Status"], "READY");
    assert_eq!(unreserved(&server).await, 996);
}

#[tokio::test]
async fn what_has_gone_has_nothing_provisioned() {
    let server = server().await;
    put(&server, "live", 5).await;
    put(&server, "3", 2).await;
    told(&server);
    server.delete(LIVE).await;
    assert_eq!(told(&server), tell(&[("1", 0), ("3", 2)]));
    assert_eq!(unreserved(&server).await, 998);
    server.delete("/2015-03-31/functions/fn?Qualifier=3").await;
    assert!(server.world.invoker.retired.lock().unwrap().contains(&(arn("fn"), Some(published(3)), None)));
    assert_eq!(unreserved(&server).await, 1000);
    put(&server, "2", 2).await;
    server.delete("/2015-03-31/functions/fn").await;
    assert_eq!(unreserved(&server).await, 1000);
    server.lambda.functions.settle_provisioned().await;
    assert_eq!(told(&server), tell(&[("2", 2)]));
}

#[tokio::test]
async fn a_restart_brings_it_back() {
    let server = server().await;
    put(&server, "live", 5).await;
    put(&server, "3", 2).await;
    told(&server);
    server.lambda.restore().await.unwrap();
    assert_eq!(told(&server), tell(&[("1", 5), ("3", 2)]));
}

#[tokio::test]
async fn a_version_is_provisioned_once() {
    let server = server().await;
    put(&server, "live", 1).await;
    assert_snapshot!(put(&server, "1", 1).await, @r#"
        409 Conflict
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceConflictException
        content-type: application/json
        {"Type":"User","message":"Version is pointed by a Provisioned Concurrency alias"}
    "#);
    alias(&server, "other", "1").await;
    put(&server, "2", 1).await;
    alias(&server, "next", "2").await;
    assert_snapshot!(put(&server, "next", 1).await, @r#"
        409 Conflict
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceConflictException
        content-type: application/json
        {"Type":"User","message":"Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"}
    "#);
    assert_eq!(refused(&server, "other", 1).await, refused(&server, "next", 1).await);
    let moved = server.put(LIVE, json!({ "FunctionVersion": "2" })).await;
    assert_eq!(moved.message(), refused(&server, "next", 1).await);
}

#[tokio::test]
async fn it_is_a_part_of_what_is_reserved() {
    let server = server().await;
    server.put(RESERVED, json!({ "ReservedConcurrentExecutions": 5 })).await;
    put(&server, "2", 3).await;
    assert_snapshot!(put(&server, "live", 3).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function"}
    "#);
    assert!(put(&server, "live", 2).await.head.starts_with("202"));
    assert_eq!(unreserved(&server).await, 995);
    let less = server.put(RESERVED, json!({ "ReservedConcurrentExecutions": 4 })).await;
    assert_snapshot!(less, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"message":" ReservedConcurrentExecutions  4 should not be lower than function's total provisioned concurrency [5]."}
    "#);
    server.delete(RESERVED).await;
    assert_eq!(unreserved(&server).await, 995);
}

#[tokio::test]
async fn a_hundred_stays_unreserved() {
    let server = server().await;
    assert_snapshot!(put(&server, "1", 1001).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"message":"Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [1000]."}
    "#);
    assert_snapshot!(put(&server, "1", 901).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"message":"Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100]."}
    "#);
    assert!(put(&server, "1", 900).await.head.starts_with("202"));
    assert_snapshot!(refused(&server, "2", 101).await, @"Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [100].");
    assert!(put(&server, "1", 1).await.head.starts_with("202"));
    assert!(put(&server, "2", 101).await.head.starts_with("202"));
}

#[tokio::test]
async fn only_published_versions_and_their_aliases_have_it() {
    let server = server().await;
    assert_snapshot!(refused(&server, "$LATEST", 1).await, @"Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
    assert_snapshot!(server.get(&path("$LATEST")).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"The function resource provided must be an alias or a published version."}
    "#);
    assert_eq!(server.delete(&path("$LATEST")).await.message(), server.get(&path("$LATEST")).await.message());
    alias(&server, "latest", "$LATEST").await;
    assert_eq!(refused(&server, "latest", 1).await, refused(&server, "$LATEST", 1).await);
    let weighted = json!({
        "Name": "weighted",
        "FunctionVersion": "1",
        "RoutingConfig": { "AdditionalVersionWeights": { "2": 0.5 } },
    });
    server.post(ALIASES, weighted).await;
    assert_snapshot!(put(&server, "weighted", 1).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Alias with weights can not be used with Provisioned Concurrency"}
    "#);
    put(&server, "live", 1).await;
    let moved = server.put(LIVE, json!({ "FunctionVersion": "$LATEST" })).await;
    assert_eq!(moved.message(), refused(&server, "$LATEST", 1).await);
    assert_snapshot!(refused(&server, "1", 0).await, @"1 validation error detected: Value '0' at 'provisionedConcurrentExecutions' failed to satisfy constraint: Member must have value greater than or equal to 1");
}

#[tokio::test]
async fn what_starts_from_a_snapshot_has_nothing_provisioned() {
    let server = server().await;
    let body = json!({ "SnapStart": { "ApplyOn": "PublishedVersions" } });
    server.put("/2015-03-31/functions/fn/configuration", body).await;
    server.settle().await;
    server.publish_another("d").await;
    server.settle().await;
    assert_snapshot!(put(&server, "4", 1).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Provisioned Concurrency is not supported for versions with SnapStart enabled."}
    "#);
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let server = server().await;
    assert_snapshot!(refused(&server, "nope", 1).await, @"Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:fn:nope");
    assert_snapshot!(refused(&server, "9", 1).await, @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:9");
    assert_snapshot!(server.get(&path("nope")).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:fn:nope"}
    "#);
    assert_snapshot!(server.delete(&path("9")).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:9"}
    "#);
    assert_snapshot!(server.get(&path("2")).await.message(), @"No Provisioned Concurrency Config found for this function");
    let other = "/2019-09-30/functions/nope/provisioned-concurrency";
    assert_snapshot!(server.get(&format!("{other}?List=ALL")).await.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope");
    assert_snapshot!(server.get(&format!("{other}?Qualifier=1")).await.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope:1");
}
