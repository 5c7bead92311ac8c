use insta::assert_snapshot;
use serde_json::{Value, json};

use super::Server;

const CONFIG: &str = "/2019-09-25/functions/fn/event-invoke-config";
const LIST: &str = "/2019-09-25/functions/fn/event-invoke-config/list";
const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:queue";

/// With the functions `fn`, which has a version and the alias `live`, and `other`.
async fn server() -> Server {
    let server = Server::with_functions(&["fn", "other"]).await;
    server.post("/2015-03-31/functions/fn/versions", json!({})).await;
    server.settle().await;
    let alias = json!({ "Name": "live", "FunctionVersion": "1" });
    server.post("/2015-03-31/functions/fn/aliases", alias).await;
    server
}

fn retries(number: u32) -> Value {
    json!({ "MaximumRetryAttempts": number })
}

fn destinations(on_success: &str, on_failure: &str) -> Value {
    json!({
        "DestinationConfig": {
            "OnSuccess": { "Destination": on_success },
            "OnFailure": { "Destination": on_failure },
        },
    })
}

#[tokio::test]
async fn a_config_from_its_beginning_to_its_end() {
    let server = server().await;
    assert_snapshot!(server.put(CONFIG, retries(0)).await, @r#"
    200 OK
    x-amzn-requestid: <uuid>
    content-type: application/json
    {"LastModified":1767323045.678,"FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST","MaximumRetryAttempts":0,"DestinationConfig":{"OnSuccess":{},"OnFailure":{}}}
    "#);
    let all = json!({
        "MaximumRetryAttempts": 2,
        "MaximumEventAgeInSeconds": 60,
        "DestinationConfig": { "OnFailure": { "Destination": QUEUE } },
    });
    assert_snapshot!(server.put(CONFIG, all).await, @r#"
    200 OK
    x-amzn-requestid: <uuid>
    content-type: application/json
    {"LastModified":1767323045.678,"FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST","MaximumRetryAttempts":2,"MaximumEventAgeInSeconds":60,"DestinationConfig":{"OnSuccess":{},"OnFailure":{"Destination":"arn:aws:sqs:us-east-1:000000000000:queue"}}}
    "#);
    assert_snapshot!(server.post(CONFIG, retries(1)).await, @r#"
    200 OK
    x-amzn-requestid: <uuid>
    content-type: application/json
    {"LastModified":1767323045.678,"FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST","MaximumRetryAttempts":1,"MaximumEventAgeInSeconds":60,"DestinationConfig":{"OnSuccess":{},"OnFailure":{"Destination":"arn:aws:sqs:us-east-1:000000000000:queue"}}}
    "#);
    assert_snapshot!(server.get(CONFIG).await, @r#"
    200 OK
    x-amzn-requestid: <uuid>
    content-type: application/json
    {"LastModified":1767323045.678,"FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST","MaximumRetryAttempts":1,"MaximumEventAgeInSeconds":60,"DestinationConfig":{"OnSuccess":{},"OnFailure":{"Destination":"arn:aws:sqs:us-east-1:000000000000:queue"}}}
    "#);
    assert_snapshot!(server.delete(CONFIG).await, @r#"
    204 No Content
    x-amzn-requestid: <uuid>
    "#);
    assert_snapshot!(server.get(CONFIG).await, @r#"
    404 Not Found
    x-amzn-requestid: <uuid>
    x-amzn-errortype: ResourceNotFoundException
    content-type: application/json
    {"Type":"User","Message":"The function arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST doesn't have an EventInvokeConfig"}
    "#);
}

#[tokio::test]
async fn what_is_put_replaces_all_and_what_is_updated_is_merged() {
    let server = server().await;
    server.put(CONFIG, json!({ "MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 60 })).await;
    server.post(CONFIG, retries(0)).await;
    assert_eq!(server.get(CONFIG).await.json()["MaximumEventAgeInSeconds"], 60);
    server.put(CONFIG, retries(0)).await;
    assert_eq!(server.get(CONFIG).await.json().get("MaximumEventAgeInSeconds"), None);
    server.post(CONFIG, destinations(QUEUE, QUEUE)).await;
    let emptied = server.post(CONFIG, json!({ "DestinationConfig": {} })).await.json();
    assert_eq!(emptied["DestinationConfig"], json!({ "OnSuccess": {}, "OnFailure": {} }));
    assert_eq!(emptied["MaximumRetryAttempts"], 0);
}

#[tokio::test]
async fn latest_versions_and_aliases_have_configs_of_their_own() {
    let server = server().await;
    let arn = async |path: &str| server.put(path, retries(1)).await.json()["FunctionArn"].clone();
    let function = "arn:aws:lambda:us-east-1:000000000000:function:fn";
    assert_eq!(arn(&format!("{CONFIG}?Qualifier=$LATEST")).await, format!("{function}:$LATEST"));
    assert_eq!(arn(&format!("{CONFIG}?Qualifier=live")).await, format!("{function}:live"));
    assert_eq!(arn("/2019-09-25/functions/fn:1/event-invoke-config").await, format!("{function}:1"));
    let both = "/2019-09-25/functions/fn:live/event-invoke-config?Qualifier=live";
    assert_eq!(arn(both).await, format!("{function}:live"));
    let page = async |query: &str| {
        let page = server.get(&format!("{LIST}{query}")).await.json();
        let arns = page["FunctionEventInvokeConfigs"].as_array().unwrap().iter();
        let arns: Vec<String> =
            arns.map(|config| config["FunctionArn"].as_str().unwrap().to_owned()).collect();
        (arns.join(" "), page["NextMarker"].as_str().map(str::to_owned))
    };
    let all = format!("{function}:$LATEST {function}:1 {function}:live");
    assert_eq!(page("").await, (all, None));
    let (first, marker) = page("?MaxItems=2").await;
    assert_eq!(first, format!("{function}:$LATEST {function}:1"));
    let marker = marker.unwrap();
    assert_eq!(page(&format!("?MaxItems=2&Marker={marker}")).await, (format!("{function}:live"), None));
    assert_eq!(server.get(&format!("{LIST}?Marker=no")).await.message(), "Invalid Marker.");
    assert_snapshot!(server.get(&format!("{LIST}?MaxItems=0")).await.message(), @"1 validation error detected: Value '0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1");
}

#[tokio::test]
async fn a_list_of_configs() {
    let server = server().await;
    assert_eq!(server.get(LIST).await.json(), json!({ "FunctionEventInvokeConfigs": [] }));
    server.put(CONFIG, retries(1)).await;
    assert_snapshot!(server.get(LIST).await, @r#"
    200 OK
    x-amzn-requestid: <uuid>
    content-type: application/json
    {"FunctionEventInvokeConfigs":[{"LastModified":1767323045.678,"FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST","MaximumRetryAttempts":1,"DestinationConfig":{"OnSuccess":{},"OnFailure":{}}}]}
    "#);
}

#[tokio::test]
async fn results_go_to_queues_topics_functions_and_failures_to_buckets_too() {
    let server = server().await;
    for destination in [
        QUEUE,
        "arn:aws:sns:us-east-1:000000000000:topic",
        "arn:aws:lambda:us-east-1:000000000000:function:other",
        "arn:aws:lambda:us-east-1:000000000000:function:other:$LATEST",
    ] {
        let answer = server.put(CONFIG, destinations(destination, destination)).await.json();
        assert_eq!(answer["DestinationConfig"], destinations(destination, destination)["DestinationConfig"]);
    }
    let failures = server.put(CONFIG, destinations("", "arn:aws:s3:::packages")).await.json();
    let shown = json!({ "OnSuccess": {}, "OnFailure": { "Destination": "arn:aws:s3:::packages" } });
    assert_eq!(failures["DestinationConfig"], shown);
}

#[tokio::test]
async fn destinations_that_take_no_results() {
    let server = server().await;
    let message = async |on_success: &str, on_failure: &str| {
        server.put(CONFIG, destinations(on_success, on_failure)).await.message()
    };
    let iam = "arn:aws:iam::000000000000:role/a";
    assert_snapshot!(server.put(CONFIG, destinations(iam, "")).await, @r#"
    400 Bad Request
    x-amzn-requestid: <uuid>
    x-amzn-errortype: InvalidParameterValueException
    content-type: application/json
    {"Type":"User","message":"The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:iam::000000000000:role/a), onFailure=null) is invalid."}
    "#);
    assert_snapshot!(message("arn:aws:s3:::bucket", QUEUE).await, @"The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:s3:::bucket), onFailure=OnFailure(destination=arn:aws:sqs:us-east-1:000000000000:queue)) is invalid.");
    assert_snapshot!(message("", "kafka://topic").await, @"The provided destination config DestinationConfig(onSuccess=null, onFailure=OnFailure(destination=kafka://topic)) is invalid.");
    assert_snapshot!(message("", "arn:aws:lambda:us-east-1:000000000000:function:nope").await, @"The destination ARN arn:aws:lambda:us-east-1:000000000000:function:nope is invalid.");
    assert_snapshot!(message("", "arn:aws:lambda:us-east-1:000000000000:function:other:1").await, @"The destination ARN arn:aws:lambda:us-east-1:000000000000:function:other:1 is invalid.");
    assert_snapshot!(message("", "arn:aws:lambda:eu-west-1:000000000000:function:other").await, @"The destination ARN arn:aws:lambda:eu-west-1:000000000000:function:other is invalid.");
    assert_snapshot!(message("", "arn:aws:sqs:us-east-1:000000000000:missing").await, @"The destination ARN arn:aws:sqs:us-east-1:000000000000:missing is invalid.");
    assert_snapshot!(message("arn:aws:sns:us-east-1:000000000000:missing", "").await, @"The destination ARN arn:aws:sns:us-east-1:000000000000:missing is invalid.");
    assert_snapshot!(message("", "arn:aws:s3:::missing").await, @"The destination ARN arn:aws:s3:::missing is invalid.");
    assert_snapshot!(message("", "arn:aws:events:us-east-1:000000000000:event-bus/default").await, @"A destination on EventBridge is not served by Hob yet.");
    assert_snapshot!(message("arn:aws:events:us-east-1:000000000000:rule/a", "").await, @"The destination ARN arn:aws:events:us-east-1:000000000000:rule/a is invalid.");
    assert_snapshot!(message("", "arn:aws:lambda:us-east-1:000000000000:function:fn").await, @"You can't specify the function as a destination for itself.");
    assert_snapshot!(message("arn:aws:lambda:us-east-1:000000000000:function:fn:live", "").await, @"You can't specify the function as a destination for itself.");
    assert_snapshot!(server.put(CONFIG, destinations("", "queue")).await, @r#"
    400 Bad Request
    x-amzn-requestid: <uuid>
    x-amzn-errortype: ValidationException
    content-type: application/json
    {"message":"1 validation error detected: Value 'queue' at 'destinationConfig.onFailure.destination' failed to satisfy constraint: Member must satisfy regular expression pattern: $|kafka://([^.]([a-zA-Z0-9\\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)"}
    "#);
    assert!(server.get(CONFIG).await.head.starts_with("404"));
}

#[tokio::test]
async fn something_has_to_be_set() {
    let server = server().await;
    assert_snapshot!(server.put(CONFIG, json!({})).await, @r#"
    400 Bad Request
    x-amzn-requestid: <uuid>
    x-amzn-errortype: InvalidParameterValueException
    content-type: application/json
    {"Type":"User","message":"You must specify at least one of error handling or destination setting."}
    "#);
    server.put(CONFIG, retries(1)).await;
    assert_snapshot!(server.post(CONFIG, json!({})).await.message(), @"You must specify at least one of error handling or destination setting.");
    assert_snapshot!(server.put(CONFIG, retries(3)).await.message(), @"1 validation error detected: Value '3' at 'maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 2");
    assert_snapshot!(server.put(CONFIG, json!({ "MaximumEventAgeInSeconds": 59 })).await.message(), @"1 validation error detected: Value '59' at 'maximumEventAgeInSeconds' failed to satisfy constraint: Member must have value greater than or equal to 60");
    assert_snapshot!(server.put(CONFIG, json!({ "MaximumEventAgeInSeconds": 21601 })).await.message(), @"1 validation error detected: Value '21601' at 'maximumEventAgeInSeconds' failed to satisfy constraint: Member must have value less than or equal to 21600");
}

#[tokio::test]
async fn what_does_not_exist_has_no_config() {
    let server = server().await;
    let missing = "/2019-09-25/functions/nope/event-invoke-config";
    assert_snapshot!(server.put(missing, retries(1)).await, @r#"
    404 Not Found
    x-amzn-requestid: <uuid>
    x-amzn-errortype: ResourceNotFoundException
    content-type: application/json
    {"Type":"User","Message":"The function doesn't exist."}
    "#);
    let none = "The function doesn't exist.";
    for path in [missing, "/2019-09-25/functions/a.b/event-invoke-config", &format!("{CONFIG}?Qualifier=9")] {
        assert_eq!(server.put(path, retries(1)).await.message(), none);
        assert_eq!(server.post(path, retries(1)).await.message(), none);
    }
    assert_eq!(server.get(&format!("{missing}/list")).await.message(), none);
    let none = |arn: &str| {
        format!(
            "The function arn:aws:lambda:us-east-1:000000000000:function:{arn} doesn't have an EventInvokeConfig"
        )
    };
    assert_eq!(server.post(CONFIG, retries(1)).await.message(), none("fn:$LATEST"));
    assert_eq!(server.post(&format!("{CONFIG}?Qualifier=live"), retries(1)).await.message(), none("fn:live"));
    for (path, arn) in [
        (CONFIG.to_owned(), "fn:$LATEST"),
        (missing.to_owned(), "nope:$LATEST"),
        (format!("{missing}?Qualifier=live"), "nope:live"),
        (format!("{CONFIG}?Qualifier=nope"), "fn:nope"),
        ("/2019-09-25/functions/a.b/event-invoke-config".to_owned(), "a.b:$LATEST"),
    ] {
        assert_eq!(server.get(&path).await.message(), none(arn));
        assert_eq!(server.delete(&path).await.message(), none(arn));
    }
}

#[tokio::test]
async fn a_qualifier_in_the_name_and_in_the_parameter_must_agree() {
    let server = server().await;
    let path = "/2019-09-25/functions/fn:live/event-invoke-config?Qualifier=1";
    assert_snapshot!(server.put(path, retries(1)).await.message(), @"The derived qualifier from the function name does not match the specified qualifier.");
}

#[tokio::test]
async fn a_config_goes_with_what_it_is_for() {
    let server = server().await;
    for qualifier in ["$LATEST", "1", "live"] {
        server.put(&format!("{CONFIG}?Qualifier={qualifier}"), retries(1)).await;
    }
    server.delete("/2015-03-31/functions/fn/aliases/live").await;
    server.delete("/2015-03-31/functions/fn?Qualifier=1").await;
    let left = server.get(LIST).await.json();
    let configs = left["FunctionEventInvokeConfigs"].as_array().unwrap();
    assert_eq!(configs.len(), 1);
    assert_eq!(configs[0]["FunctionArn"], "arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST");
}
