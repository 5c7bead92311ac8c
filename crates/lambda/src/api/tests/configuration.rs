//! What each member of a configuration looks like when it is set, changed and cleared, and what is refused.

use serde_json::{Value, json};

use super::{Server, creation, creation_with};

const CONFIGURATION: &str = "/2015-03-31/functions/fn/configuration";
const CODE: &str = "/2015-03-31/functions/fn/code";
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

fn vpc(subnets: &[&str], groups: &[&str]) -> Value {
    json!({ "VpcConfig": { "SubnetIds": subnets, "SecurityGroupIds": groups } })
}

fn dead_letters(arn: &str) -> Value {
    json!({ "DeadLetterConfig": { "TargetArn": arn } })
}

fn logging(config: Value) -> Value {
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

async fn refusal(body: Value) -> String {
    let server = Server::with_functions(&["fn"]).await;
    let created = Server::new().create(creation_with(body.clone())).await;
    let updated = server.put(CONFIGURATION, body).await;
    assert_eq!(created.message(), updated.message());
    updated.message()
}

#[tokio::test]
async fn a_vpc_is_refused() {
    insta::assert_snapshot!(refusal(vpc(&["subnet-1"], &[])).await, @"SubnetIds and SecurityIds must coexist or be both empty list.");
    insta::assert_snapshot!(refusal(json!({ "VpcConfig": { "SecurityGroupIds": ["sg-1"] } })).await, @"SubnetIds and SecurityIds must coexist or be both empty list.");
    insta::assert_snapshot!(refusal(vpc(&["net-1"], &["sg-1"])).await, @"1 validation error detected: Value '[net-1]' at 'vpcConfig.subnetIds' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: subnet-[0-9a-z]*, Member must not be null]");
    insta::assert_snapshot!(refusal(vpc(&["subnet-1"], &["SG"])).await, @"1 validation error detected: Value '[SG]' at 'vpcConfig.securityGroupIds' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: sg-[0-9a-zA-Z]*, Member must not be null]");
    insta::assert_snapshot!(refusal(vpc(&["subnet-1"; 17], &["sg-1"; 6])).await, @"2 validation errors detected: Value '[subnet-1, subnet-1, subnet-1, subnet-1, subnet-1, subnet-1, subnet-1, subnet-1, subnet-1, subnet-1, subnet-1, subnet-1, subnet-1, subnet-1, subnet-1, subnet-1, subnet-1]' at 'vpcConfig.subnetIds' failed to satisfy constraint: Member must have length less than or equal to 16; Value '[sg-1, sg-1, sg-1, sg-1, sg-1, sg-1]' at 'vpcConfig.securityGroupIds' failed to satisfy constraint: Member must have length less than or equal to 5");
}

#[tokio::test]
async fn a_dead_letter_target_is_refused() {
    insta::assert_snapshot!(refusal(dead_letters("queue")).await, @"1 validation error detected: Value 'queue' at 'deadLetterConfig.targetArn' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()");
    insta::assert_snapshot!(refusal(dead_letters("arn:aws:sqs:us-east-1")).await, @"Invalid dead letter queue ARN: arn:aws:sqs:us-east-1");
    insta::assert_snapshot!(refusal(dead_letters("arn:aws:lambda:us-east-1:000000000000:function:fn")).await, @"Invalid dead letter queue ARN: The service specified by the TargetArn is not supported for dead letter configuration.");
    insta::assert_snapshot!(refusal(dead_letters("arn:aws:sqs:us-east-1:000000000000:q.fifo")).await, @"Invalid dead letter queue ARN: FIFO SQS queue is not supported for dead letter configuration");
    insta::assert_snapshot!(refusal(dead_letters("arn:aws:sns:us-east-1:000000000000:t.fifo")).await, @"Invalid dead letter queue ARN: FIFO SNS topic is not supported for dead letter configuration");
}

#[tokio::test]
async fn a_log_is_refused() {
    insta::assert_snapshot!(refusal(logging(json!({ "LogFormat": "Text", "ApplicationLogLevel": "INFO" }))).await, @r#"LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "JSON" and try again."#);
    insta::assert_snapshot!(refusal(logging(json!({ "SystemLogLevel": "INFO" }))).await, @r#"LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "JSON" and try again."#);
    insta::assert_snapshot!(refusal(logging(json!({ "LogFormat": "json" }))).await, @"1 validation error detected: Value 'json' at 'loggingConfig.logFormat' failed to satisfy constraint: Member must satisfy enum value set: [JSON, Text]");
    insta::assert_snapshot!(refusal(logging(json!({ "LogFormat": "JSON", "SystemLogLevel": "ERROR" }))).await, @"1 validation error detected: Value 'ERROR' at 'loggingConfig.systemLogLevel' failed to satisfy constraint: Member must satisfy enum value set: [DEBUG, INFO, WARN]");
    insta::assert_snapshot!(refusal(logging(json!({ "LogGroup": "a b" }))).await, @r"1 validation error detected: Value 'a b' at 'loggingConfig.logGroup' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+");
}

#[tokio::test]
async fn a_snapshot_is_refused() {
    let with = |mut body: Value| {
        body["SnapStart"] = json!({ "ApplyOn": "PublishedVersions" });
        body
    };
    insta::assert_snapshot!(refusal(with(json!({ "Runtime": "nodejs24.x" }))).await, @"nodejs24.x is not supported for SnapStart enabled functions.");
    insta::assert_snapshot!(refusal(with(json!({ "EphemeralStorage": { "Size": 1024 } }))).await, @"Ephemeral storage over 512 MB is not supported for SnapStart enabled functions.");
    insta::assert_snapshot!(refusal(json!({ "SnapStart": { "ApplyOn": "Always" } })).await, @"1 validation error detected: Value 'Always' at 'snapStart.applyOn' failed to satisfy constraint: Member must satisfy enum value set: [PublishedVersions, None]");
    // What was configured before counts as well.
    let server = Server::with_functions(&["fn"]).await;
    server.put(CONFIGURATION, with(json!({}))).await;
    server.settle().await;
    let other_runtime = server.put(CONFIGURATION, json!({ "Runtime": "python3.11" })).await;
    insta::assert_snapshot!(other_runtime.message(), @"python3.11 is not supported for SnapStart enabled functions.");
}

#[tokio::test]
async fn a_key_is_refused() {
    let key = "arn:aws:kms:us-east-1:000000000000:key/k";
    insta::assert_snapshot!(refusal(json!({ "KMSKeyArn": key })).await, @"Lambda was unable to configure access to your environment variables because the KMS key is invalid for CreateGrant. Please check your KMS key settings. KMS Exception: NotFoundException KMS Message: Key 'arn:aws:kms:us-east-1:000000000000:key/k' does not exist");
    insta::assert_snapshot!(refusal(json!({ "KMSKeyArn": "key" })).await, @"1 validation error detected: Value 'key' at 'kMSKeyArn' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()");
    let server = Server::with_functions(&["fn"]).await;
    assert!(server.put(CONFIGURATION, json!({ "KMSKeyArn": "" })).await.head.starts_with("200"));
}

#[tokio::test]
async fn a_file_system_is_refused() {
    let access_point = "arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0";
    let config = |arn: &str, path: &str| json!([{ "Arn": arn, "LocalMountPath": path }]);
    let files = |arn: &str, path: &str| json!({ "FileSystemConfigs": config(arn, path) });
    insta::assert_snapshot!(refusal(files(access_point, "/mnt/data")).await, @"Function must be configured to execute in a VPC to reference access point arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0. Please update the function configuration to include VPC subnets and security groups.");
    insta::assert_snapshot!(refusal(files("fsap", "/data")).await, @r"2 validation errors detected: Value 'fsap' at 'fileSystemConfigs.1.member.arn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:aws[a-zA-Z-]*:elasticfilesystem:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:access-point/fsap-[a-f0-9]{17}$|^arn:aws[-a-z]*:s3files:[0-9a-z-:]+:file-system/fs-[0-9a-f]{17,40}/access-point/fsap-[0-9a-f]{17,40}; Value '/data' at 'fileSystemConfigs.1.member.localMountPath' failed to satisfy constraint: Member must satisfy regular expression pattern: /mnt/[a-zA-Z0-9-_.]+");
    let mut attached = vpc(&["subnet-1"], &["sg-1"]);
    attached["FileSystemConfigs"] = config(access_point, "/mnt/data");
    insta::assert_snapshot!(refusal(attached).await, @"The access point arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0 does not exist.");
}

#[tokio::test]
async fn what_only_other_functions_have_is_refused() {
    insta::assert_snapshot!(refusal(json!({ "ImageConfig": { "Command": ["run"] } })).await, @"Please don't provide ImageConfig for a function with packageType Zip.");
    let provider = "arn:aws:lambda:us-east-1:000000000000:capacity-provider:cp";
    let managed =
        json!({ "LambdaManagedInstancesCapacityProviderConfig": { "CapacityProviderArn": provider } });
    insta::assert_snapshot!(refusal(json!({ "CapacityProviderConfig": managed })).await, @"CapacityProviderConfig is for functions on capacity providers, which Hob does not run.");
    insta::assert_snapshot!(refusal(json!({ "CapacityProviderConfig": {} })).await, @"1 validation error detected: Value null at 'capacityProviderConfig.lambdaManagedInstancesCapacityProviderConfig' failed to satisfy constraint: Member must not be null");
    insta::assert_snapshot!(refusal(json!({ "DurableConfig": { "ExecutionTimeout": 0 } })).await, @"1 validation error detected: Value '0' at 'durableConfig.executionTimeout' failed to satisfy constraint: Member must have value greater than or equal to 1");
    insta::assert_snapshot!(refusal(json!({ "DurableConfig": { "ExecutionTimeout": 60 } })).await, @"DurableConfig is not served by Hob yet.");
    let no_timeout = creation_with(json!({ "DurableConfig": { "RetentionPeriodInDays": 1 } }));
    insta::assert_snapshot!(Server::new().create(no_timeout).await.message(), @"You cannot create a function with a durable configuration without an executionTimeout");
    let image = |body: Value| async move { Server::new().create(body).await.message() };
    insta::assert_snapshot!(image(creation_with(json!({ "PackageType": "Image" }))).await, @"Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.");
    let mut without = creation("fn");
    without["PackageType"] = json!("Image");
    without.as_object_mut().unwrap().retain(|member, _| !["Runtime", "Handler"].contains(&member.as_str()));
    insta::assert_snapshot!(image(without.clone()).await, @"Please provide ImageUri when creating a function with packageType Image.");
    without["Code"] = json!({ "ImageUri": "repository" });
    insta::assert_snapshot!(image(without).await, @"PackageType Image is not served by Hob yet.");
}

#[tokio::test]
async fn values_out_of_range_are_refused() {
    insta::assert_snapshot!(refusal(json!({ "Timeout": 0, "MemorySize": 10241 })).await, @"2 validation errors detected: Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1; Value '10241' at 'memorySize' failed to satisfy constraint: Member must have value less than or equal to 10240");
    insta::assert_snapshot!(refusal(json!({ "EphemeralStorage": {} })).await, @"1 validation error detected: Value null at 'ephemeralStorage.size' failed to satisfy constraint: Member must not be null");
    insta::assert_snapshot!(refusal(json!({ "EphemeralStorage": { "Size": 10241 } })).await, @"1 validation error detected: Value '10241' at 'ephemeralStorage.size' failed to satisfy constraint: Member must have value less than or equal to 10240");
    insta::assert_snapshot!(refusal(json!({ "TracingConfig": { "Mode": "On" } })).await, @"1 validation error detected: Value 'On' at 'tracingConfig.mode' failed to satisfy constraint: Member must satisfy enum value set: [Active, PassThrough]");
    insta::assert_snapshot!(refusal(json!({ "Handler": "a b" })).await, @r"1 validation error detected: Value 'a b' at 'handler' failed to satisfy constraint: Member must satisfy regular expression pattern: [^\s]+");
    insta::assert_snapshot!(refusal(json!({ "Description": "x".repeat(257) })).await.replace(&"x".repeat(257), "x…"), @"1 validation error detected: Value 'x…' at 'description' failed to satisfy constraint: Member must have length less than or equal to 256");
    let architectures = creation_with(json!({ "Architectures": ["x86"] }));
    insta::assert_snapshot!(Server::new().create(architectures).await.message(), @"1 validation error detected: Value '[x86]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]");
}

#[tokio::test]
async fn a_refused_update_leaves_no_trace() {
    let server = Server::with_functions(&["fn"]).await;
    let before = server.get(CONFIGURATION).await.json();
    let mut update = vpc(&["subnet-1"], &[]);
    update["Timeout"] = json!(9);
    server.put(CONFIGURATION, update).await;
    assert_eq!(server.get(CONFIGURATION).await.json(), before);
}

#[tokio::test]
async fn the_function_its_revision_and_its_state_come_before_what_is_wanted() {
    let server = Server::with_functions(&["fn"]).await;
    let wrong = [
        (CONFIGURATION, vpc(&["subnet-1"], &[])),
        (CONFIGURATION, json!({ "KMSKeyArn": "arn:aws:kms:k" })),
        (CODE, json!({})),
        (CODE, json!({ "ImageUri": "repository" })),
    ];
    let statuses = async |prepare: fn(&str, &mut Value) -> String| {
        let mut statuses = Vec::new();
        for (path, mut body) in wrong.clone() {
            let path = prepare(path, &mut body);
            statuses.push(server.put(&path, body).await.head[..3].to_owned());
        }
        statuses
    };
    let missing = statuses(|path, _| path.replace("/fn/", "/nope/")).await;
    assert_eq!(missing, ["404"; 4]);
    let stale = statuses(|path, body| {
        body["RevisionId"] = json!("123e4567-e89b-42d3-a456-426614174000");
        path.to_owned()
    });
    assert_eq!(stale.await, ["412"; 4]);
    assert_eq!(statuses(|path, _| path.to_owned()).await, ["400"; 4]);
    server.put(CONFIGURATION, json!({})).await;
    assert_eq!(statuses(|path, _| path.to_owned()).await, ["409"; 4]);
}
