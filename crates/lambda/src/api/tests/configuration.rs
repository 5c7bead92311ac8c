//! What each member of a configuration looks like when it is set, changed and cleared.

use serde_json::{Value, json};

use super::{Server, creation_with};

pub(super) const CONFIGURATION: &str = "/2015-03-31/functions/fn/configuration";
pub(super) const CODE: &str = "/2015-03-31/functions/fn/code";
const VERSIONS: &str = "/2015-03-31/functions/fn/versions";

/// The member as each update's answer has it, and at last as a published version and a list show it: `-` where it is
/// not there.
async fn updated(member: &str, updates: impl IntoIterator<Item = Value>) -> String {
    let server = Server::with_functions(&["fn"]).await;
    let mut shown = Vec::new();
    for update in updates {
        let answer = server.put(CONFIGURATION, update).await;
        assert!(answer.head.starts_with("200"), "{answer}");
        server.settle().await;
        assert_eq!(server.get(CONFIGURATION).await.json().get(member), answer.json().get(member));
        shown.push(format!("updated: {}", text(answer.json().get(member))));
    }
    server.post(VERSIONS, json!({})).await;
    server.settle().await;
    let version = server.get(&format!("{CONFIGURATION}?Qualifier=1")).await.json();
    shown.push(format!("version: {}", text(version.get(member))));
    let list = server.get("/2015-03-31/functions").await.json();
    shown.push(format!("list:    {}", text(list["Functions"][0].get(member))));
    shown.join("\n")
}

fn text(member: Option<&Value>) -> String {
    member.map_or("-".to_owned(), Value::to_string)
}

pub(super) fn vpc(subnets: &[&str], groups: &[&str]) -> Value {
    json!({ "VpcConfig": { "SubnetIds": subnets, "SecurityGroupIds": groups } })
}

pub(super) fn dead_letters(arn: &str) -> Value {
    json!({ "DeadLetterConfig": { "TargetArn": arn } })
}

pub(super) fn logging(config: Value) -> Value {
    json!({ "LoggingConfig": config })
}

#[tokio::test]
async fn a_vpc_is_joined_changed_and_left_and_stays_visible() {
    let attached = [vpc(&["subnet-2", "subnet-1"], &["sg-1"])];
    insta::assert_snapshot!(updated("VpcConfig", attached).await, @r#"
        updated: {"SubnetIds":["subnet-2","subnet-1"],"SecurityGroupIds":["sg-1"],"VpcId":"vpc-0d9826246c32b4e40","Ipv6AllowedForDualStack":false}
        version: {"SubnetIds":["subnet-2","subnet-1"],"SecurityGroupIds":["sg-1"],"VpcId":"vpc-0d9826246c32b4e40","Ipv6AllowedForDualStack":false}
        list:    {"SubnetIds":["subnet-2","subnet-1"],"SecurityGroupIds":["sg-1"],"VpcId":"vpc-0d9826246c32b4e40","Ipv6AllowedForDualStack":false}
        "#);
    let updates = [
        vpc(&["subnet-1"], &["sg-1"]),
        json!({ "VpcConfig": {
            "SubnetIds": ["subnet-2"], "SecurityGroupIds": ["sg-1", "sg-2"], "Ipv6AllowedForDualStack": true,
        } }),
        json!({ "Description": "the rest stays" }),
        vpc(&[], &[]),
    ];
    insta::assert_snapshot!(updated("VpcConfig", updates).await, @r#"
        updated: {"SubnetIds":["subnet-1"],"SecurityGroupIds":["sg-1"],"VpcId":"vpc-092332cf9bb9bc476","Ipv6AllowedForDualStack":false}
        updated: {"SubnetIds":["subnet-2"],"SecurityGroupIds":["sg-1","sg-2"],"VpcId":"vpc-0263b6ac0d39ecb26","Ipv6AllowedForDualStack":true}
        updated: {"SubnetIds":["subnet-2"],"SecurityGroupIds":["sg-1","sg-2"],"VpcId":"vpc-0263b6ac0d39ecb26","Ipv6AllowedForDualStack":true}
        updated: {"SubnetIds":[],"SecurityGroupIds":[],"VpcId":"","Ipv6AllowedForDualStack":false}
        version: {"SubnetIds":[],"SecurityGroupIds":[],"VpcId":"","Ipv6AllowedForDualStack":false}
        list:    {"SubnetIds":[],"SecurityGroupIds":[],"VpcId":"","Ipv6AllowedForDualStack":false}
        "#);
    insta::assert_snapshot!(updated("VpcConfig", [vpc(&[], &[])]).await, @r"
        updated: -
        version: -
        list:    -
        ");
}

#[tokio::test]
async fn a_dead_letter_target_is_set_changed_and_cleared() {
    let updates = [
        dead_letters("arn:aws:sqs:us-east-1:000000000000:q"),
        json!({ "Description": "the rest stays" }),
        dead_letters("arn:aws:sns:us-east-1:000000000000:t"),
    ];
    insta::assert_snapshot!(updated("DeadLetterConfig", updates).await, @r#"
        updated: {"TargetArn":"arn:aws:sqs:us-east-1:000000000000:q"}
        updated: {"TargetArn":"arn:aws:sqs:us-east-1:000000000000:q"}
        updated: {"TargetArn":"arn:aws:sns:us-east-1:000000000000:t"}
        version: {"TargetArn":"arn:aws:sns:us-east-1:000000000000:t"}
        list:    {"TargetArn":"arn:aws:sns:us-east-1:000000000000:t"}
        "#);
    let cleared = [dead_letters("arn:aws:sqs:us-east-1:000000000000:q"), dead_letters("")];
    insta::assert_snapshot!(updated("DeadLetterConfig", cleared).await, @r#"
        updated: {"TargetArn":"arn:aws:sqs:us-east-1:000000000000:q"}
        updated: -
        version: -
        list:    -
        "#);
}

#[tokio::test]
async fn tracing_is_turned_on_and_off() {
    let mode = |mode: &str| json!({ "TracingConfig": { "Mode": mode } });
    insta::assert_snapshot!(updated("TracingConfig", [mode("Active")]).await, @r#"
        updated: {"Mode":"Active"}
        version: {"Mode":"Active"}
        list:    {"Mode":"Active"}
        "#);
    insta::assert_snapshot!(updated("TracingConfig", [mode("Active"), mode("PassThrough")]).await, @r#"
        updated: {"Mode":"Active"}
        updated: {"Mode":"PassThrough"}
        version: {"Mode":"PassThrough"}
        list:    {"Mode":"PassThrough"}
        "#);
}

#[tokio::test]
async fn ephemeral_storage_grows_and_shrinks() {
    let size = |size: u32| json!({ "EphemeralStorage": { "Size": size } });
    insta::assert_snapshot!(updated("EphemeralStorage", [size(10240), size(513)]).await, @r#"
        updated: {"Size":10240}
        updated: {"Size":513}
        version: {"Size":513}
        list:    {"Size":513}
        "#);
}

#[tokio::test]
async fn records_in_json_have_levels_and_text_has_none() {
    let updates = [
        logging(json!({ "LogFormat": "JSON" })),
        json!({ "Description": "the rest stays" }),
        logging(json!({ "LogFormat": "JSON", "ApplicationLogLevel": "DEBUG", "SystemLogLevel": "WARN" })),
        logging(json!({ "LogFormat": "JSON", "LogGroup": "/mine" })),
    ];
    insta::assert_snapshot!(updated("LoggingConfig", updates).await, @r#"
        updated: {"LogFormat":"JSON","ApplicationLogLevel":"INFO","SystemLogLevel":"INFO","LogGroup":"/aws/lambda/fn"}
        updated: {"LogFormat":"JSON","ApplicationLogLevel":"INFO","SystemLogLevel":"INFO","LogGroup":"/aws/lambda/fn"}
        updated: {"LogFormat":"JSON","ApplicationLogLevel":"DEBUG","SystemLogLevel":"WARN","LogGroup":"/aws/lambda/fn"}
        updated: {"LogFormat":"JSON","ApplicationLogLevel":"INFO","SystemLogLevel":"INFO","LogGroup":"/mine"}
        version: {"LogFormat":"JSON","ApplicationLogLevel":"INFO","SystemLogLevel":"INFO","LogGroup":"/mine"}
        list:    {"LogFormat":"JSON","ApplicationLogLevel":"INFO","SystemLogLevel":"INFO","LogGroup":"/mine"}
        "#);
    let back = [logging(json!({ "LogFormat": "JSON", "LogGroup": "/mine" })), logging(json!({}))];
    insta::assert_snapshot!(updated("LoggingConfig", back).await, @r#"
        updated: {"LogFormat":"JSON","ApplicationLogLevel":"INFO","SystemLogLevel":"INFO","LogGroup":"/mine"}
        updated: {"LogFormat":"Text","LogGroup":"/aws/lambda/fn"}
        version: {"LogFormat":"Text","LogGroup":"/aws/lambda/fn"}
        list:    {"LogFormat":"Text","LogGroup":"/aws/lambda/fn"}
        "#);
}

#[tokio::test]
async fn a_log_is_written_as_it_is_configured() {
    let server = Server::with_functions(&["fn"]).await;
    let json = json!({ "LogFormat": "JSON", "ApplicationLogLevel": "WARN" });
    server.put(CONFIGURATION, logging(json)).await;
    server.settle().await;
    server.invoke("fn", &[], "{}").await;
    let logging = server.world.invoker.invocations.lock().unwrap().pop().unwrap().version.logging;
    assert_eq!(
        format!("{} {} {}", logging.format, logging.application_level, logging.system_level),
        "JSON WARN INFO"
    );
}

#[tokio::test]
async fn versions_may_start_from_snapshots() {
    let apply_on = |when: &str| json!({ "SnapStart": { "ApplyOn": when } });
    let server = Server::with_functions(&["fn"]).await;
    let answer = server.put(CONFIGURATION, apply_on("PublishedVersions")).await.json();
    assert_eq!(answer["SnapStart"], json!({ "ApplyOn": "PublishedVersions", "OptimizationStatus": "Off" }));
    server.settle().await;
    let published = server.post(VERSIONS, json!({})).await.json();
    assert_eq!((&published["State"], &published["StateReasonCode"]), (&json!("Pending"), &json!("Creating")));
    server.settle().await;
    assert_eq!(server.put(CONFIGURATION, apply_on("None")).await.json()["SnapStart"]["ApplyOn"], "None");
}

#[tokio::test]
async fn an_update_that_changes_nothing_is_an_update() {
    let server = Server::with_functions(&["fn"]).await;
    let before = server.get(CONFIGURATION).await.json();
    let answer = server.put(CONFIGURATION, json!({})).await.json();
    let shown = ["State", "LastUpdateStatus", "LastUpdateStatusReason", "LastUpdateStatusReasonCode"]
        .map(|member| answer[member].clone());
    assert_eq!(shown, ["Active", "InProgress", "The function is being created.", "Creating"]);
    assert_ne!(answer["RevisionId"], before["RevisionId"]);
}

#[tokio::test]
async fn a_published_version_keeps_all_that_was_configured() {
    let server = Server::new();
    let everything = creation_with(json!({
        "Description": "what it does",
        "Timeout": 900,
        "MemorySize": 10240,
        "Architectures": ["arm64"],
        "EphemeralStorage": { "Size": 512 },
        "Environment": { "Variables": { "KEY": "value" } },
        "LoggingConfig": { "LogFormat": "JSON", "ApplicationLogLevel": "TRACE", "LogGroup": "/mine" },
        "VpcConfig": { "SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"] },
        "DeadLetterConfig": { "TargetArn": "arn:aws:sqs:us-east-1:000000000000:q" },
        "TracingConfig": { "Mode": "Active" },
    }));
    server.create(everything).await;
    server.settle().await;
    server.post(VERSIONS, json!({})).await;
    server.put(CONFIGURATION, vpc(&[], &[])).await;
    server.settle().await;
    insta::assert_snapshot!(server.get(&format!("{CONFIGURATION}?Qualifier=1")).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "FunctionName": "fn",
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn:1",
          "Runtime": "python3.12",
          "Role": "arn:aws:iam::000000000000:role/any",
          "Handler": "app.handler",
          "CodeSize": 150,
          "Description": "what it does",
          "Timeout": 900,
          "MemorySize": 10240,
          "LastModified": "2026-01-02T03:04:05.678+0000",
          "CodeSha256": "R6nmTLmL/Od+ap3NFDFqsXBHjSH6ux6/39fPHAivdus=",
          "Version": "1",
          "VpcConfig": {
            "SubnetIds": [
              "subnet-1"
            ],
            "SecurityGroupIds": [
              "sg-1"
            ],
            "VpcId": "vpc-092332cf9bb9bc476",
            "Ipv6AllowedForDualStack": false
          },
          "DeadLetterConfig": {
            "TargetArn": "arn:aws:sqs:us-east-1:000000000000:q"
          },
          "Environment": {
            "Variables": {
              "KEY": "value"
            }
          },
          "TracingConfig": {
            "Mode": "Active"
          },
          "RevisionId": "<uuid>",
          "State": "Active",
          "LastUpdateStatus": "Successful",
          "PackageType": "Zip",
          "Architectures": [
            "arm64"
          ],
          "EphemeralStorage": {
            "Size": 512
          },
          "SnapStart": {
            "ApplyOn": "None",
            "OptimizationStatus": "Off"
          },
          "RuntimeVersionConfig": {
            "RuntimeVersionArn": "arn:aws:lambda:us-east-1::runtime:f9ad1ec39199e832dd57d0132418614003897dded41b94976565e56bc808c4e6"
          },
          "LoggingConfig": {
            "LogFormat": "JSON",
            "ApplicationLogLevel": "TRACE",
            "SystemLogLevel": "INFO",
            "LogGroup": "/mine"
          }
        }
        "#);
}
