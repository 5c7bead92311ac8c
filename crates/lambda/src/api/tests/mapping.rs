//! Event source mappings of queues and streams, through their life.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{Answer, Server, creation_with};

pub(super) const MAPPINGS: &str = "/2015-03-31/event-source-mappings";
const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:orders";
const FIFO: &str = "arn:aws:sqs:us-east-1:000000000000:orders.fifo";
const STREAM: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/clicks";
const TABLE_STREAM: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-02T03:04:05.678";

impl Server {
    /// From a queue to `fn`, with members added or replaced.
    async fn map(&self, members: Value) -> Answer {
        self.post(MAPPINGS, with(json!({ "EventSourceArn": QUEUE, "FunctionName": "fn" }), members)).await
    }

    /// The path of a mapping that has settled.
    async fn mapped(&self, members: Value) -> String {
        let created = self.map(members).await.json();
        self.settle().await;
        format!("{MAPPINGS}/{}", created["UUID"].as_str().unwrap())
    }
}

pub(super) fn with(mut body: Value, members: Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn server() -> Server {
    Server::with_functions(&["fn"]).await
}

#[tokio::test]
async fn a_queues_mapping_has_what_queues_have() {
    let server = server().await;
    assert_snapshot!(server.map(json!({})).await, @r#"
        202 Accepted
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "UUID": "<uuid>",
          "BatchSize": 10,
          "MaximumBatchingWindowInSeconds": 0,
          "EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:orders",
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn",
          "LastModified": 1767323045.678,
          "State": "Creating",
          "StateTransitionReason": "USER_INITIATED",
          "FunctionResponseTypes": [],
          "EventSourceMappingArn": "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:<uuid>"
        }
    "#);
}

#[tokio::test]
async fn a_queues_mapping_tells_no_result_and_one_that_is_disabled_waits_for_nothing() {
    let server = server().await;
    let path = server.mapped(json!({})).await;
    assert_snapshot!(server.get(&path).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "UUID": "<uuid>",
          "BatchSize": 10,
          "MaximumBatchingWindowInSeconds": 0,
          "EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:orders",
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn",
          "LastModified": 1767323045.678,
          "State": "Enabled",
          "StateTransitionReason": "USER_INITIATED",
          "FunctionResponseTypes": [],
          "EventSourceMappingArn": "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:<uuid>"
        }
    "#);
    let disabled = server.map(json!({ "EventSourceArn": FIFO, "Enabled": false })).await.json();
    assert_eq!(disabled["State"], "Disabled");
    assert_eq!(disabled["StateTransitionReason"], "USER_INITIATED");
    assert_eq!(disabled.get("LastProcessingResult"), None);
}

#[tokio::test]
async fn a_mapping_that_is_not_polled_says_so() {
    let server = server().await;
    let given = json!({ "EventSourceArn": STREAM, "StartingPosition": "LATEST" });
    let created = server.map(given).await.json();
    let not_polled = "Kinesis streams are not polled by this version of Hob";
    assert_eq!(created["LastProcessingResult"], format!("PROBLEM: {not_polled}."));
    assert_eq!(created["StateTransitionReason"], format!("User action; no events arrive: {not_polled}"));
}

#[tokio::test]
async fn a_queue_is_there_and_hides_its_messages_while_the_function_runs() {
    let server = server().await;
    let missing = json!({ "EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:missing" });
    assert_snapshot!(server.map(missing).await, @r#"
    400 Bad Request
    x-amzn-requestid: <uuid>
    x-amzn-errortype: InvalidParameterValueException
    content-type: application/json
    {"Type":"User","message":"Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist."}
    "#);
    let path = server.mapped(json!({})).await;
    let slow = creation_with(json!({ "FunctionName": "slow", "Timeout": 31 }));
    server.create(slow).await;
    server.settle().await;
    let short = "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds";
    assert_eq!(server.map(json!({ "FunctionName": "slow" })).await.message(), short);
    assert_eq!(server.put(&path, json!({ "FunctionName": "slow" })).await.message(), short);
}

#[tokio::test]
async fn a_mapping_that_is_to_bring_nothing_asks_for_no_queue() {
    let server = server().await;
    let path = server.mapped(json!({})).await;
    let timeout = json!({ "Timeout": 31 });
    server.put("/2015-03-31/functions/fn/configuration", timeout).await;
    server.settle().await;
    assert_eq!(server.put(&path, json!({ "Enabled": true })).await.head[..3], *"400");
    assert_eq!(server.put(&path, json!({ "Enabled": false })).await.json()["State"], "Disabling");
}

#[tokio::test]
async fn a_streams_mapping_has_what_streams_have() {
    let server = server().await;
    let given = json!({ "EventSourceArn": STREAM, "StartingPosition": "LATEST", "Enabled": false });
    assert_snapshot!(server.map(given).await, @r#"
        202 Accepted
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "UUID": "<uuid>",
          "StartingPosition": "LATEST",
          "BatchSize": 100,
          "MaximumBatchingWindowInSeconds": 0,
          "ParallelizationFactor": 1,
          "EventSourceArn": "arn:aws:kinesis:us-east-1:000000000000:stream/clicks",
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn",
          "LastModified": 1767323045.678,
          "LastProcessingResult": "No records processed",
          "State": "Disabled",
          "StateTransitionReason": "User action",
          "DestinationConfig": {
            "OnFailure": {}
          },
          "MaximumRecordAgeInSeconds": -1,
          "BisectBatchOnFunctionError": false,
          "MaximumRetryAttempts": -1,
          "TumblingWindowInSeconds": 0,
          "FunctionResponseTypes": [],
          "EventSourceMappingArn": "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:<uuid>"
        }
    "#);
}

#[tokio::test]
async fn everything_that_is_given_is_told() {
    let server = server().await;
    let given = json!({
        "EventSourceArn": STREAM,
        "StartingPosition": "AT_TIMESTAMP",
        "StartingPositionTimestamp": 1_700_000_000.5,
        "BatchSize": 10_000,
        "MaximumBatchingWindowInSeconds": 300,
        "ParallelizationFactor": 10,
        "MaximumRecordAgeInSeconds": 60,
        "MaximumRetryAttempts": 0,
        "BisectBatchOnFunctionError": true,
        "TumblingWindowInSeconds": 0,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "FilterCriteria": { "Filters": [{ "Pattern": r#"{"data":{"kind":["a"]}}"# }] },
        "DestinationConfig": { "OnFailure": { "Destination": QUEUE } },
        "MetricsConfig": { "Metrics": ["EventCount"] },
        "Tags": { "team": "blue" },
    });
    assert_snapshot!(server.map(given).await, @r#"
        202 Accepted
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "UUID": "<uuid>",
          "StartingPosition": "AT_TIMESTAMP",
          "StartingPositionTimestamp": 1700000000.5,
          "BatchSize": 10000,
          "MaximumBatchingWindowInSeconds": 300,
          "ParallelizationFactor": 10,
          "EventSourceArn": "arn:aws:kinesis:us-east-1:000000000000:stream/clicks",
          "FilterCriteria": {
            "Filters": [
              {
                "Pattern": "{\"data\":{\"kind\":[\"a\"]}}"
              }
            ]
          },
          "MetricsConfig": {
            "Metrics": [
              "EventCount"
            ]
          },
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn",
          "LastModified": 1767323045.678,
          "LastProcessingResult": "PROBLEM: Kinesis streams are not polled by this version of Hob.",
          "State": "Creating",
          "StateTransitionReason": "User action; no events arrive: Kinesis streams are not polled by this version of Hob",
          "DestinationConfig": {
            "OnFailure": {
              "Destination": "arn:aws:sqs:us-east-1:000000000000:orders"
            }
          },
          "MaximumRecordAgeInSeconds": 60,
          "BisectBatchOnFunctionError": true,
          "MaximumRetryAttempts": 0,
          "TumblingWindowInSeconds": 0,
          "FunctionResponseTypes": [
            "ReportBatchItemFailures"
          ],
          "EventSourceMappingArn": "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:<uuid>"
        }
    "#);
}

#[tokio::test]
async fn an_update_changes_what_it_names() {
    let server = server().await;
    let path = server.mapped(json!({ "BatchSize": 5, "ScalingConfig": { "MaximumConcurrency": 7 } })).await;
    assert_snapshot!(server.put(&path, json!({ "MaximumBatchingWindowInSeconds": 3 })).await, @r#"
        202 Accepted
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "UUID": "<uuid>",
          "BatchSize": 5,
          "MaximumBatchingWindowInSeconds": 3,
          "EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:orders",
          "ScalingConfig": {
            "MaximumConcurrency": 7
          },
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn",
          "LastModified": 1767323045.678,
          "State": "Updating",
          "StateTransitionReason": "USER_INITIATED",
          "FunctionResponseTypes": [],
          "EventSourceMappingArn": "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:<uuid>"
        }
    "#);
    server.settle().await;
    let update =
        json!({ "ScalingConfig": {}, "FilterCriteria": { "Filters": [{ "Pattern": r#"{"body":["a"]}"# }] } });
    let updated = server.put(&path, update).await.json();
    assert_eq!(updated.get("ScalingConfig"), None);
    assert_eq!(updated["FilterCriteria"]["Filters"][0]["Pattern"], r#"{"body":["a"]}"#);
    assert_eq!((&updated["BatchSize"], &updated["MaximumBatchingWindowInSeconds"]), (&json!(5), &json!(3)));
    server.settle().await;
    let updated = server.put(&path, json!({ "FilterCriteria": {} })).await.json();
    assert_eq!(updated.get("FilterCriteria"), None);
}

#[tokio::test]
async fn states_follow_what_is_wanted() {
    let server = server().await;
    let created = server.map(json!({})).await.json();
    assert_eq!(created["State"], "Creating");
    let path = format!("{MAPPINGS}/{}", created["UUID"].as_str().unwrap());
    for (update, during, after) in [
        (json!({}), "Updating", "Enabled"),
        (json!({ "Enabled": false }), "Disabling", "Disabled"),
        (json!({ "BatchSize": 3 }), "Updating", "Disabled"),
        (json!({ "Enabled": true }), "Enabling", "Enabled"),
    ] {
        server.settle().await;
        assert_eq!(server.put(&path, update).await.json()["State"], during);
        server.settle().await;
        assert_eq!(server.get(&path).await.json()["State"], after);
    }
    let deleted = server.delete(&path).await;
    assert!(deleted.head.starts_with("202"));
    assert_eq!(deleted.json()["State"], "Deleting");
    server.settle().await;
    assert_snapshot!(server.get(&path).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"The resource you requested does not exist."}
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_mapping_that_changes_is_in_use() {
    let server = server().await;
    let created = server.map(json!({})).await.json();
    let path = format!("{MAPPINGS}/{}", created["UUID"].as_str().unwrap());
    assert_eq!(server.get(&path).await.json()["State"], "Creating");
    assert_snapshot!(server.put(&path, json!({})).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceInUseException
        content-type: application/json
        {"Type":"User","Message":"Cannot update the event source mapping because it is in use."}
    "#);
    assert_snapshot!(server.delete(&path).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceInUseException
        content-type: application/json
        {"Type":"User","Message":"Cannot delete the event source mapping because it is in use."}
    "#);
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let server = server().await;
    for id in ["6f1d0e06-0000-4000-8000-000000000000", "------------------------------------"] {
        let text = "The resource you requested does not exist.";
        let path = format!("{MAPPINGS}/{id}");
        assert_eq!(server.get(&path).await.message(), text);
        assert_eq!(server.put(&path, json!({})).await.message(), text);
        assert_eq!(server.delete(&path).await.message(), text);
    }
    assert_snapshot!(server.map(json!({ "FunctionName": "missing" })).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Function does not exist"}
    "#);
    for missing in ["fn:1", "fn:alias", "a.b"] {
        assert_eq!(server.map(json!({ "FunctionName": missing })).await.message(), "Function does not exist");
    }
    let path = server.mapped(json!({})).await;
    assert_eq!(server.put(&path, json!({ "FunctionName": "no" })).await.message(), "Function does not exist");
    let elsewhere = "arn:aws:lambda:eu-west-1:000000000000:function:fn";
    assert_eq!(
        server.map(json!({ "FunctionName": elsewhere })).await.message(),
        "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
    );
}

#[tokio::test]
async fn a_source_reaches_a_function_once() {
    let server = Server::with_functions(&["fn", "other"]).await;
    server.mapped(json!({})).await;
    assert_snapshot!(server.map(json!({})).await, @r#"
        409 Conflict
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceConflictException
        content-type: application/json
        {"Type":"User","message":"An event source mapping with SQS arn (\" arn:aws:sqs:us-east-1:000000000000:orders \") and function (\" fn \") already exists. Please update or delete the existing mapping with UUID <uuid>"}
    "#);
    let stream = json!({ "EventSourceArn": STREAM, "StartingPosition": "LATEST" });
    server.mapped(stream.clone()).await;
    assert_snapshot!(server.map(stream).await, @r#"
        409 Conflict
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceConflictException
        content-type: application/json
        {"Type":"User","message":"The event source arn (\" arn:aws:kinesis:us-east-1:000000000000:stream/clicks \") and function (\" fn \") provided mapping already exists. Please update or delete the existing mapping with UUID <uuid>"}
    "#);
    let other = server.mapped(json!({ "FunctionName": "other" })).await;
    assert!(server.put(&other, json!({ "FunctionName": "fn" })).await.head.starts_with("409"));
    assert!(server.map(json!({ "FunctionName": "fn:$LATEST" })).await.head.starts_with("202"));
}

#[tokio::test]
async fn a_mapping_outlives_its_function_and_keeps_the_qualifier_that_was_given() {
    let server = server().await;
    let path = server.mapped(json!({ "FunctionName": "000000000000:function:fn:$LATEST" })).await;
    server.delete("/2015-03-31/functions/fn").await;
    let mapping = server.get(&path).await.json();
    assert_eq!(mapping["State"], "Enabled");
    assert_eq!(mapping["FunctionArn"], "arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST");
}

#[tokio::test]
async fn lists_are_paged_and_narrowed() {
    let server = Server::with_functions(&["fn", "other"]).await;
    server.mapped(json!({})).await;
    server.mapped(json!({ "FunctionName": "other" })).await;
    server.mapped(json!({ "EventSourceArn": STREAM, "StartingPosition": "LATEST" })).await;
    let list = async |query: &str| server.get(&format!("{MAPPINGS}?{query}")).await.json();
    let count = |list: &Value| list["EventSourceMappings"].as_array().unwrap().len();
    assert_eq!(count(&list("").await), 3);
    assert_eq!(count(&list("FunctionName=fn").await), 2);
    assert_eq!(count(&list("FunctionName=fn:1").await), 0);
    assert_eq!(count(&list(&format!("EventSourceArn={QUEUE}")).await), 2);
    assert_eq!(count(&list(&format!("EventSourceArn={QUEUE}&FunctionName=other")).await), 1);
    let first = list("MaxItems=2").await;
    let rest = list(&format!("MaxItems=2&Marker={}", first["NextMarker"].as_str().unwrap())).await;
    assert_eq!((count(&first), count(&rest), rest.get("NextMarker")), (2, 1, None));
    assert_eq!(list("Marker=made-up").await["message"], "Invalid Marker.");
    assert_snapshot!(server.get(&format!("{MAPPINGS}?FunctionName=other")).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "EventSourceMappings": [
            {
              "UUID": "<uuid>",
              "BatchSize": 10,
              "MaximumBatchingWindowInSeconds": 0,
              "EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:orders",
              "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:other",
              "LastModified": 1767323045.678,
              "State": "Enabled",
              "StateTransitionReason": "USER_INITIATED",
              "FunctionResponseTypes": [],
              "EventSourceMappingArn": "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:<uuid>"
            }
          ]
        }
    "#);
}

#[tokio::test]
async fn queues_have_rules_for_batches_and_pollers() {
    let server = server().await;
    assert_snapshot!(server.map(json!({ "BatchSize": 11 })).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"}
    "#);
    let refused = async |members| server.map(members).await.message();
    assert_eq!(
        refused(json!({ "EventSourceArn": FIFO, "MaximumBatchingWindowInSeconds": 1 })).await,
        "Batching window is not supported for FIFO queues"
    );
    assert_eq!(
        refused(json!({ "EventSourceArn": FIFO, "BatchSize": 11 })).await,
        "Batch size must not exceed 10 for FIFO queues"
    );
    let both = json!({ "ScalingConfig": { "MaximumConcurrency": 2 }, "ProvisionedPollerConfig": { "MinimumPollers": 2 } });
    assert!(
        refused(both).await.starts_with("Provisioned mode for SQS ESM does not support maximum concurrency")
    );
    let pollers = |minimum: i32, maximum: i32| json!({ "ProvisionedPollerConfig": { "MinimumPollers": minimum, "MaximumPollers": maximum } });
    let range = "MinimumPollers and MaximumPollers must be between 2 and 10000, and MinimumPollers must not be \
                 greater than MaximumPollers.";
    assert_eq!(refused(pollers(1, 10)).await, range);
    assert_eq!(refused(pollers(10, 5)).await, range);
    assert_eq!(
        refused(json!({ "ProvisionedPollerConfig": { "PollerGroupName": "g" } })).await,
        "PollerGroupName is only supported for Amazon MSK and self-managed Apache Kafka."
    );
    let path = server.mapped(pollers(2, 5)).await;
    let updated = server.put(&path, json!({ "ProvisionedPollerConfig": {} })).await.json();
    assert_eq!(updated.get("ProvisionedPollerConfig"), None);
}

#[tokio::test]
async fn streams_have_rules_for_where_they_begin() {
    let server = server().await;
    let refused = async |members| {
        let streams = json!({ "EventSourceArn": STREAM, "StartingPosition": "LATEST" });
        server.map(with(streams, members)).await.message()
    };
    assert_snapshot!(server.map(json!({ "EventSourceArn": STREAM })).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null."}
    "#);
    assert_snapshot!(server.map(json!({ "EventSourceArn": STREAM, "StartingPosition": "invalid" })).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ValidationException
        content-type: application/json
        {"message":"1 validation error detected: Value 'invalid' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]"}
    "#);
    let of_table = json!({ "EventSourceArn": TABLE_STREAM, "StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": 1 });
    assert_eq!(
        refused(of_table).await,
        format!("Unsupported starting position for arn type: {TABLE_STREAM}")
    );
    let mismatch =
        "StartingPositionTimestamp must be given with StartingPosition AT_TIMESTAMP, and only with it.";
    assert_eq!(refused(json!({ "StartingPosition": "AT_TIMESTAMP" })).await, mismatch);
    assert_eq!(refused(json!({ "StartingPositionTimestamp": 1 })).await, mismatch);
    assert_eq!(
        refused(json!({ "StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": 2_000_000_000 }))
            .await,
        "StartingPositionTimestamp cannot be in the future."
    );
    assert_eq!(
        server.map(json!({ "StartingPosition": "LATEST" })).await.message(),
        "StartingPosition is not valid for SQS event sources."
    );
}

#[tokio::test]
async fn streams_have_rules_for_failures() {
    let server = server().await;
    let refused = async |members| {
        let streams = json!({ "EventSourceArn": STREAM, "StartingPosition": "LATEST" });
        server.map(with(streams, members)).await.message()
    };
    assert_eq!(
        refused(json!({ "MaximumRecordAgeInSeconds": 59 })).await,
        "MaximumRecordAgeInSeconds must be -1, or between 60 and 604800."
    );
    assert_eq!(
        refused(json!({ "TumblingWindowInSeconds": 5, "ParallelizationFactor": 2 })).await,
        "Tumbling windows are not supported with a ParallelizationFactor greater than 1."
    );
    let destination = |arn: &str| json!({ "DestinationConfig": { "OnFailure": { "Destination": arn } } });
    for bad in ["kafka://topic", FIFO, "arn:aws:lambda:us-east-1:000000000000:function:fn"] {
        assert_eq!(refused(destination(bad)).await, format!("The destination ARN {bad} is invalid."));
    }
    let unsupported = "Unsupported DestinationConfig parameter for given event source mapping type.";
    assert_eq!(
        refused(json!({ "DestinationConfig": { "OnSuccess": { "Destination": QUEUE } } })).await,
        unsupported
    );
    assert_eq!(server.map(destination(QUEUE)).await.message(), unsupported);
    assert_eq!(
        refused(json!({ "MetricsConfig": { "Metrics": ["KafkaMetrics"] } })).await,
        "Metric KafkaMetrics is only supported for Kafka event sources."
    );
    let path = server
        .mapped(with(destination(QUEUE), json!({ "EventSourceArn": STREAM, "StartingPosition": "LATEST" })))
        .await;
    let removed = server.put(&path, destination("")).await.json();
    assert_eq!(removed["DestinationConfig"], json!({ "OnFailure": {} }));
}

#[tokio::test]
async fn filters_are_event_patterns() {
    let server = server().await;
    let filter = |pattern: &str| json!({ "FilterCriteria": { "Filters": [{ "Pattern": pattern }] } });
    assert_snapshot!(server.map(filter("single-string")).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Invalid filter pattern definition."}
    "#);
    let malformed = "Invalid filter pattern definition.";
    for bad in ["", "{}", "[]", r#"{"a": "b"}"#, r#"{"a": {"filter": "b"}}"#, r#"{"a": [{"numeric": [1]}]}"#]
    {
        assert_eq!(server.map(filter(bad)).await.message(), malformed, "{bad}");
    }
    let no_pattern = json!({ "FilterCriteria": { "Filters": [{}] } });
    assert_eq!(server.map(no_pattern).await.message(), malformed);
    let stream = json!({ "EventSourceArn": STREAM, "StartingPosition": "LATEST" });
    let plain_data = with(filter(r#"{"data": ["plain"]}"#), stream);
    assert_eq!(server.map(plain_data).await.message(), malformed);
    let six = vec![json!({ "Pattern": r#"{"body": ["a"]}"# }); 6];
    assert_eq!(
        server.map(json!({ "FilterCriteria": { "Filters": six } })).await.message(),
        "Exceeded the maximum number of filters allowed: 5."
    );
    let none = server.map(json!({ "FilterCriteria": { "Filters": [] } })).await.json();
    assert_eq!(none.get("FilterCriteria"), None);
}

#[tokio::test]
async fn what_hob_cannot_honour_or_has_too_much_of_is_refused() {
    let server = server().await;
    let key = json!({ "KMSKeyArn": "arn:aws:kms:us-east-1:000000000000:key/1" });
    assert_eq!(server.map(key).await.message(), "KMSKeyArn is not served by Hob yet.");
    let tags: Value = (0..51).map(|n| (n.to_string(), json!("x"))).collect::<serde_json::Map<_, _>>().into();
    assert_eq!(
        server.map(json!({ "Tags": tags })).await.message(),
        "Number of tags exceeds resource tag limit."
    );
}
