//! Event source mappings of brokers and databases, and what is no source.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::mapping::{MAPPINGS, with};
use super::{Answer, Server};

const SECRET: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:s";
const CLUSTER: &str = "arn:aws:kafka:us-east-1:000000000000:cluster/c/6f1d0e06-0000-4000-8000-000000000000-1";
const BROKER: &str = "arn:aws:mq:us-east-1:000000000000:broker:b:b-6f1d0e06";
const DATABASE: &str = "arn:aws:rds:us-east-1:000000000000:cluster:docdb";

async fn map(server: &Server, base: Value, members: Value) -> Answer {
    server.post(MAPPINGS, with(with(base, json!({ "FunctionName": "fn" })), members)).await
}

fn access(kind: &str) -> Value {
    json!([{ "Type": kind, "URI": SECRET }])
}

fn kafka(servers: &[&str]) -> Value {
    json!({
        "SelfManagedEventSource": { "Endpoints": { "KAFKA_BOOTSTRAP_SERVERS": servers } },
        "Topics": ["topic"],
        "SourceAccessConfigurations": access("BASIC_AUTH"),
    })
}

fn msk() -> Value {
    json!({ "EventSourceArn": CLUSTER, "Topics": ["topic"] })
}

fn mq() -> Value {
    json!({ "EventSourceArn": BROKER, "Queues": ["queue"], "SourceAccessConfigurations": access("BASIC_AUTH") })
}

fn document_db() -> Value {
    json!({
        "EventSourceArn": DATABASE,
        "DocumentDBEventSourceConfig": { "DatabaseName": "db" },
        "SourceAccessConfigurations": access("BASIC_AUTH"),
    })
}

async fn server() -> Server {
    Server::with_functions(&["fn"]).await
}

#[tokio::test]
async fn self_managed_kafka_is_told_with_its_brokers() {
    let server = server().await;
    assert_snapshot!(map(&server, kafka(&["kafka:1000"]), json!({})).await, @r#"
        202 Accepted
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "UUID": "<uuid>",
          "StartingPosition": "TRIM_HORIZON",
          "BatchSize": 100,
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn",
          "LastModified": 1767323045.678,
          "LastProcessingResult": "PROBLEM: Kafka clusters are not polled by this version of Hob.",
          "State": "Creating",
          "StateTransitionReason": "USER_INITIATED; no events arrive: Kafka clusters are not polled by this version of Hob",
          "Topics": [
            "topic"
          ],
          "SourceAccessConfigurations": [
            {
              "Type": "BASIC_AUTH",
              "URI": "arn:aws:secretsmanager:us-east-1:000000000000:secret:s"
            }
          ],
          "SelfManagedEventSource": {
            "Endpoints": {
              "KAFKA_BOOTSTRAP_SERVERS": [
                "kafka:1000"
              ]
            }
          },
          "SelfManagedKafkaEventSourceConfig": {
            "ConsumerGroupId": "<uuid>"
          },
          "EventSourceMappingArn": "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:<uuid>"
        }
    "#);
    assert_snapshot!(map(&server, kafka(&["kafka:1000", "kafka:1001"]), json!({})).await, @r#"
        409 Conflict
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceConflictException
        content-type: application/json
        {"Type":"User","message":"An event source mapping with event source (\"kafka:1000,kafka:1001\"), function (\"arn:aws:lambda:us-east-1:000000000000:function:fn\"), topics (\"topic\") already exists. Please update or delete the existing mapping with UUID <uuid>"}
    "#);
    assert!(map(&server, kafka(&["kafka:1002"]), json!({})).await.head.starts_with("202"));
}

#[tokio::test]
async fn managed_kafka_has_pollers_and_a_registry() {
    let server = server().await;
    let given = json!({
        "StartingPosition": "LATEST",
        "MaximumRetryAttempts": 3,
        "ProvisionedPollerConfig": { "MinimumPollers": 1, "MaximumPollers": 3, "PollerGroupName": "g" },
        "DestinationConfig": { "OnFailure": { "Destination": "kafka://failed" } },
        "LoggingConfig": { "SystemLogLevel": "DEBUG" },
        "AmazonManagedKafkaEventSourceConfig": {
            "ConsumerGroupId": "group",
            "SchemaRegistryConfig": {
                "SchemaRegistryURI": "https://registry:8081",
                "EventRecordFormat": "JSON",
                "AccessConfigs": [{ "Type": "BASIC_AUTH", "URI": SECRET }],
                "SchemaValidationConfigs": [{ "Attribute": "VALUE" }],
            },
        },
    });
    assert_snapshot!(map(&server, msk(), given).await, @r#"
        202 Accepted
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "UUID": "<uuid>",
          "StartingPosition": "LATEST",
          "BatchSize": 100,
          "EventSourceArn": "arn:aws:kafka:us-east-1:000000000000:cluster/c/<uuid>-1",
          "LoggingConfig": {
            "SystemLogLevel": "DEBUG"
          },
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn",
          "LastModified": 1767323045.678,
          "LastProcessingResult": "PROBLEM: MSK clusters are not polled by this version of Hob.",
          "State": "Creating",
          "StateTransitionReason": "USER_INITIATED; no events arrive: MSK clusters are not polled by this version of Hob",
          "DestinationConfig": {
            "OnFailure": {
              "Destination": "kafka://failed"
            }
          },
          "Topics": [
            "topic"
          ],
          "MaximumRetryAttempts": 3,
          "AmazonManagedKafkaEventSourceConfig": {
            "ConsumerGroupId": "group",
            "SchemaRegistryConfig": {
              "SchemaRegistryURI": "https://registry:8081",
              "EventRecordFormat": "JSON",
              "AccessConfigs": [
                {
                  "Type": "BASIC_AUTH",
                  "URI": "arn:aws:secretsmanager:us-east-1:000000000000:secret:s"
                }
              ],
              "SchemaValidationConfigs": [
                {
                  "Attribute": "VALUE"
                }
              ]
            }
          },
          "EventSourceMappingArn": "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:<uuid>",
          "ProvisionedPollerConfig": {
            "MinimumPollers": 1,
            "MaximumPollers": 3,
            "PollerGroupName": "g"
          }
        }
    "#);
    let text = map(&server, msk(), json!({})).await.message();
    assert!(
        text.starts_with(&format!("An event source mapping with event source (\"{CLUSTER}\")")),
        "{text}"
    );
}

#[tokio::test]
async fn brokers_and_databases_are_told_with_what_is_read_of_them() {
    let server = server().await;
    assert_snapshot!(map(&server, mq(), json!({})).await, @r#"
        202 Accepted
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "UUID": "<uuid>",
          "BatchSize": 100,
          "EventSourceArn": "arn:aws:mq:us-east-1:000000000000:broker:b:b-6f1d0e06",
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn",
          "LastModified": 1767323045.678,
          "LastProcessingResult": "PROBLEM: MQ brokers are not polled by this version of Hob.",
          "State": "Creating",
          "StateTransitionReason": "USER_INITIATED; no events arrive: MQ brokers are not polled by this version of Hob",
          "Queues": [
            "queue"
          ],
          "SourceAccessConfigurations": [
            {
              "Type": "BASIC_AUTH",
              "URI": "arn:aws:secretsmanager:us-east-1:000000000000:secret:s"
            }
          ],
          "EventSourceMappingArn": "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:<uuid>"
        }
    "#);
    assert_snapshot!(map(&server, document_db(), json!({})).await, @r#"
        202 Accepted
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "UUID": "<uuid>",
          "StartingPosition": "LATEST",
          "BatchSize": 100,
          "EventSourceArn": "arn:aws:rds:us-east-1:000000000000:cluster:docdb",
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn",
          "LastModified": 1767323045.678,
          "LastProcessingResult": "PROBLEM: DocumentDB clusters are not polled by this version of Hob.",
          "State": "Creating",
          "StateTransitionReason": "USER_INITIATED; no events arrive: DocumentDB clusters are not polled by this version of Hob",
          "SourceAccessConfigurations": [
            {
              "Type": "BASIC_AUTH",
              "URI": "arn:aws:secretsmanager:us-east-1:000000000000:secret:s"
            }
          ],
          "DocumentDBEventSourceConfig": {
            "DatabaseName": "db",
            "FullDocument": "Default"
          },
          "EventSourceMappingArn": "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:<uuid>"
        }
    "#);
    for duplicate in [mq(), document_db()] {
        assert!(
            map(&server, duplicate, json!({})).await.message().starts_with("The event source arn (\" arn:")
        );
    }
}

#[tokio::test]
async fn what_a_source_needs_must_be_given() {
    let server = server().await;
    for (base, missing) in [
        (kafka(&["k:1"]), "Topics"),
        (kafka(&["k:1"]), "SourceAccessConfigurations"),
        (msk(), "Topics"),
        (mq(), "Queues"),
        (mq(), "SourceAccessConfigurations"),
        (document_db(), "DocumentDBEventSourceConfig"),
        (document_db(), "SourceAccessConfigurations"),
    ] {
        let mut lacking = base;
        lacking.as_object_mut().unwrap().remove(missing);
        let name = format!("{}{}", missing[..1].to_lowercase(), &missing[1..]);
        let text = format!("Required '{name}' parameter is missing.");
        assert_eq!(map(&server, lacking, json!({})).await.message(), text);
    }
    let no_name = json!({ "DocumentDBEventSourceConfig": { "CollectionName": "c" } });
    assert_eq!(
        map(&server, document_db(), no_name).await.message(),
        "Required 'documentDBEventSourceConfig.databaseName' parameter is missing."
    );
}

#[tokio::test]
async fn what_a_source_does_not_have_is_refused() {
    let server = server().await;
    let queue = || json!({ "EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:q" });
    for (base, name, value) in [
        (queue(), "Topics", json!(["topic"])),
        (queue(), "Queues", json!(["queue"])),
        (queue(), "ParallelizationFactor", json!(1)),
        (queue(), "MaximumRetryAttempts", json!(1)),
        (queue(), "MaximumRecordAgeInSeconds", json!(60)),
        (queue(), "BisectBatchOnFunctionError", json!(true)),
        (queue(), "TumblingWindowInSeconds", json!(1)),
        (queue(), "LoggingConfig", json!({ "SystemLogLevel": "INFO" })),
        (queue(), "SourceAccessConfigurations", access("BASIC_AUTH")),
        (queue(), "AmazonManagedKafkaEventSourceConfig", json!({})),
        (queue(), "SelfManagedKafkaEventSourceConfig", json!({})),
        (queue(), "DocumentDBEventSourceConfig", json!({})),
        (queue(), "SelfManagedEventSource", json!({ "Endpoints": { "KAFKA_BOOTSTRAP_SERVERS": ["k:1"] } })),
        (mq(), "StartingPosition", json!("LATEST")),
        (mq(), "FunctionResponseTypes", json!(["ReportBatchItemFailures"])),
        (mq(), "MetricsConfig", json!({ "Metrics": ["EventCount"] })),
        (msk(), "ScalingConfig", json!({ "MaximumConcurrency": 2 })),
        (document_db(), "ProvisionedPollerConfig", json!({ "MinimumPollers": 2 })),
        (document_db(), "FilterCriteria", json!({ "Filters": [{ "Pattern": r#"{"a": [1]}"# }] })),
    ] {
        let name_in_text = format!("{}{}", name[..1].to_lowercase(), &name[1..]);
        let text = format!("Unsupported '{name_in_text}' parameter for given event source mapping type.");
        assert_eq!(map(&server, base, json!({ name: value })).await.message(), text);
    }
}

#[tokio::test]
async fn what_is_no_source_is_not_recognised() {
    let server = server().await;
    assert_snapshot!(map(&server, json!({}), json!({})).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Unrecognized event source."}
    "#);
    for arn in [
        "arn:aws:s3:us-east-1:000000000000:bucket",
        "arn:aws:dynamodb:us-east-1:000000000000:table/t",
        "arn:aws:kinesis:us-east-1:000000000000:stream",
        "arn:aws:mq:us-east-1:000000000000:configuration:c",
    ] {
        let text = map(&server, json!({ "EventSourceArn": arn }), json!({})).await.message();
        assert_eq!(text, "Unrecognized event source.", "{arn}");
    }
    let elsewhere = "arn:aws:sqs:eu-west-1:000000000000:q";
    assert_eq!(
        map(&server, json!({ "EventSourceArn": elsewhere }), json!({})).await.message(),
        format!("The event source {elsewhere} is not in the same region as the function.")
    );
}

#[tokio::test]
async fn kafka_has_rules_of_its_own() {
    let server = server().await;
    for name in ["MaximumRetryAttempts", "MaximumRecordAgeInSeconds"] {
        let text = format!("{name} is only supported for Kafka event sources in provisioned mode.");
        assert_eq!(map(&server, msk(), json!({ name: 60 })).await.message(), text);
    }
    let text =
        "Unsupported source access configuration type for given event source mapping type: VIRTUAL_HOST";
    let wrong = json!({ "SourceAccessConfigurations": access("VIRTUAL_HOST") });
    assert_eq!(map(&server, msk(), wrong.clone()).await.message(), text);
    assert_eq!(map(&server, document_db(), wrong).await.message(), text);
    let group = |group: &str| json!({ "AmazonManagedKafkaEventSourceConfig": { "ConsumerGroupId": group } });
    let created = map(&server, msk(), group("a")).await.json();
    server.settle().await;
    let path = format!("{MAPPINGS}/{}", created["UUID"].as_str().unwrap());
    assert_eq!(
        server.put(&path, group("b")).await.message(),
        "ConsumerGroupId cannot be changed after the event source mapping was created."
    );
    let updated = server.put(&path, group("a")).await.json();
    assert_eq!(updated["AmazonManagedKafkaEventSourceConfig"]["ConsumerGroupId"], "a");
}

#[tokio::test]
async fn a_databases_collection_changes_by_members() {
    let server = server().await;
    let created = map(&server, document_db(), json!({})).await.json();
    server.settle().await;
    let path = format!("{MAPPINGS}/{}", created["UUID"].as_str().unwrap());
    let update =
        json!({ "DocumentDBEventSourceConfig": { "CollectionName": "c", "FullDocument": "UpdateLookup" } });
    assert_eq!(
        server.put(&path, update).await.json()["DocumentDBEventSourceConfig"],
        json!({ "DatabaseName": "db", "CollectionName": "c", "FullDocument": "UpdateLookup" })
    );
}
