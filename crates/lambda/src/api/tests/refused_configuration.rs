//! Configurations that are refused, by CreateFunction and by UpdateFunctionConfiguration with the same words.

use serde_json::{Value, json};

use super::configuration::{CODE, CONFIGURATION, dead_letters, logging, vpc};
use super::{Server, creation, creation_with};

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
