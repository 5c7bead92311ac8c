use base64::Engine as _;
use serde_json::{Value, json};

use super::{BASE64, Server, creation, creation_with};

#[tokio::test]
async fn the_least_that_can_be_given() {
    let server = Server::new();
    insta::assert_snapshot!(server.create(creation("fn")).await, @r#"
        201 Created
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "FunctionName": "fn",
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn",
          "Runtime": "python3.12",
          "Role": "arn:aws:iam::000000000000:role/any",
          "Handler": "app.handler",
          "CodeSize": 150,
          "Description": "",
          "Timeout": 3,
          "MemorySize": 128,
          "LastModified": "2026-01-02T03:04:05.678+0000",
          "CodeSha256": "R6nmTLmL/Od+ap3NFDFqsXBHjSH6ux6/39fPHAivdus=",
          "Version": "$LATEST",
          "TracingConfig": {
            "Mode": "PassThrough"
          },
          "RevisionId": "<uuid>",
          "State": "Pending",
          "StateReason": "The function is being created.",
          "StateReasonCode": "Creating",
          "PackageType": "Zip",
          "Architectures": [
            "x86_64"
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
            "LogFormat": "Text",
            "LogGroup": "/aws/lambda/fn"
          }
        }
        "#);
}

#[tokio::test]
async fn all_that_can_be_given() {
    let server = Server::new();
    let created = server
        .create(creation_with(json!({
            "FunctionName": "arn:aws:lambda:us-east-1:000000000000:function:fn",
            "Description": "what it does",
            "Timeout": 900,
            "MemorySize": 10240,
            "Architectures": ["arm64"],
            "EphemeralStorage": { "Size": 10240 },
            "Environment": { "Variables": { "KEY": "value" } },
            "LoggingConfig": { "LogFormat": "Text", "LogGroup": "/mine" },
            "Tags": { "team": "a" },
            // Values that mean "nothing".
            "Publish": false,
            "PackageType": "Zip",
            "VpcConfig": { "SubnetIds": [], "SecurityGroupIds": [] },
            "DeadLetterConfig": {},
            "TracingConfig": { "Mode": "PassThrough" },
            "Layers": [],
            "FileSystemConfigs": [],
            "SnapStart": { "ApplyOn": "None" },
            "KMSKeyArn": "",
        })))
        .await;
    insta::assert_snapshot!(created, @r#"
        201 Created
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "FunctionName": "fn",
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn",
          "Runtime": "python3.12",
          "Role": "arn:aws:iam::000000000000:role/any",
          "Handler": "app.handler",
          "CodeSize": 150,
          "Description": "what it does",
          "Timeout": 900,
          "MemorySize": 10240,
          "LastModified": "2026-01-02T03:04:05.678+0000",
          "CodeSha256": "R6nmTLmL/Od+ap3NFDFqsXBHjSH6ux6/39fPHAivdus=",
          "Version": "$LATEST",
          "Environment": {
            "Variables": {
              "KEY": "value"
            }
          },
          "TracingConfig": {
            "Mode": "PassThrough"
          },
          "RevisionId": "<uuid>",
          "State": "Pending",
          "StateReason": "The function is being created.",
          "StateReasonCode": "Creating",
          "PackageType": "Zip",
          "Architectures": [
            "arm64"
          ],
          "EphemeralStorage": {
            "Size": 10240
          },
          "SnapStart": {
            "ApplyOn": "None",
            "OptimizationStatus": "Off"
          },
          "RuntimeVersionConfig": {
            "RuntimeVersionArn": "arn:aws:lambda:us-east-1::runtime:f9ad1ec39199e832dd57d0132418614003897dded41b94976565e56bc808c4e6"
          },
          "LoggingConfig": {
            "LogFormat": "Text",
            "LogGroup": "/mine"
          }
        }
        "#);
}

#[tokio::test]
async fn a_name_that_is_taken() {
    let server = Server::with_functions(&["fn"]).await;
    insta::assert_snapshot!(server.create(creation("fn")).await, @r#"
        409 Conflict
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceConflictException
        content-type: application/json
        {"Type":"User","message":"Function already exist: fn"}
        "#);
}

async fn refusal(members: Value) -> String {
    let server = Server::new();
    let refused = server.create(creation_with(members)).await;
    assert_eq!(server.get("/2015-03-31/functions/").await.json()["Functions"], json!([]), "nothing is made");
    format!("{} {}", refused.head.lines().next().unwrap_or_default(), refused.message())
}

#[tokio::test]
async fn packages_that_are_none() {
    let zip = |bytes: &[u8]| json!({ "Code": { "ZipFile": BASE64.encode(bytes) } });
    insta::assert_snapshot!(refusal(zip(b"no zip")).await, @"400 Bad Request Could not unzip uploaded file. Please check your file, then try to upload again.");
    insta::assert_snapshot!(refusal(zip(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")).await, @"400 Bad Request Uploaded file must be a non-empty zip");
    insta::assert_snapshot!(refusal(json!({ "Code": {} })).await, @"400 Bad Request Please provide a source for function code.");
    let server = Server::new();
    let body = creation_with(zip(&vec![0; 52_428_800]));
    insta::assert_snapshot!(server.create(body).await, @r#"
        413 Payload Too Large
        x-amzn-requestid: <uuid>
        x-amzn-errortype: RequestEntityTooLargeException
        content-type: application/json
        {"Message":"Zipped size must be smaller than 52428800 bytes"}
        "#);
}

#[tokio::test]
async fn runtimes_that_are_not_taken() {
    insta::assert_snapshot!(refusal(json!({ "Runtime": "PYTHON3.12" })).await, @"400 Bad Request Value PYTHON3.12 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs20.x, python3.14, provided.al2023, python3.15, nodejs26.x, java25, nodejs24.x, python3.13, java21, dotnet10, python3.12, nodejs22.x, java17.al2023, java17, dotnet8, ruby4.0, ruby3.4, ruby3.3, python3.11, python3.10, java11.al2023, java11, java8.al2023, java8.al2, provided.al2, ruby3.2] or be a valid ARN");
    insta::assert_snapshot!(refusal(json!({ "Runtime": "go1.x" })).await, @"400 Bad Request The runtime parameter of go1.x is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.");
    insta::assert_snapshot!(refusal(json!({ "Runtime": null })).await, @"400 Bad Request Runtime and Handler are mandatory parameters for functions created with deployment packages.");
    insta::assert_snapshot!(refusal(json!({ "Handler": null })).await, @"400 Bad Request Runtime and Handler are mandatory parameters for functions created with deployment packages.");
}

#[tokio::test]
async fn values_out_of_range() {
    insta::assert_snapshot!(refusal(json!({ "Timeout": 901 })).await, @"400 Bad Request 1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900");
    insta::assert_snapshot!(refusal(json!({ "MemorySize": 10241 })).await, @"400 Bad Request 1 validation error detected: Value '10241' at 'memorySize' failed to satisfy constraint: Member must have value less than or equal to 10240");
    insta::assert_snapshot!(refusal(json!({ "MemorySize": 127, "Timeout": 0 })).await, @"400 Bad Request 2 validation errors detected: Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1; Value '127' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128");
    insta::assert_snapshot!(refusal(json!({ "EphemeralStorage": { "Size": 511 } })).await, @"400 Bad Request 1 validation error detected: Value '511' at 'ephemeralStorage.size' failed to satisfy constraint: Member must have value greater than or equal to 512");
    insta::assert_snapshot!(refusal(json!({ "Role": "any" })).await, @r"400 Bad Request 1 validation error detected: Value 'any' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+");
    insta::assert_snapshot!(refusal(json!({ "Architectures": ["x86_64", "arm64"] })).await, @"400 Bad Request 1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1");
    let tags: Value =
        (0..51).map(|n| (format!("key{n}"), json!("v"))).collect::<serde_json::Map<_, _>>().into();
    insta::assert_snapshot!(refusal(json!({ "Tags": tags })).await, @"400 Bad Request Number of tags exceeds resource tag limit.");
}

#[tokio::test]
async fn names_that_cannot_be() {
    insta::assert_snapshot!(refusal(json!({ "FunctionName": "x".repeat(65) })).await, @"400 Bad Request 1 validation error detected: Value 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64");
    insta::assert_snapshot!(refusal(json!({ "FunctionName": "a b" })).await, @r"400 Bad Request 1 validation error detected: Value 'a b' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?");
    let elsewhere = "arn:aws:lambda:eu-west-1:000000000000:function:fn";
    insta::assert_snapshot!(refusal(json!({ "FunctionName": elsewhere })).await, @"404 Not Found Functions from 'eu-west-1' are not reachable in this region ('us-east-1')");
    let server = Server::new();
    let foreign = creation_with(json!({ "FunctionName": "111111111111:function:fn" }));
    insta::assert_snapshot!(server.create(foreign).await, @r#"
        403 Forbidden
        x-amzn-requestid: <uuid>
        x-amzn-errortype: AccessDeniedException
        content-type: application/json
        {"Message":null}
        "#);
}

#[tokio::test]
async fn environment_variables_that_are_not_taken() {
    let variables = |variables: Value| json!({ "Environment": { "Variables": variables } });
    insta::assert_snapshot!(refusal(variables(json!({ "AWS_REGION": "x", "LAMBDA_TASK_ROOT": "y" }))).await, @"400 Bad Request Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION, LAMBDA_TASK_ROOT");
    insta::assert_snapshot!(refusal(variables(json!({ "1A": "x" }))).await, @"400 Bad Request 1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]");
    let large = refusal(variables(json!({ "KEY": "x".repeat(4090) }))).await;
    insta::assert_snapshot!(large.replace(&"x".repeat(4090), "x…"), @r#"400 Bad Request Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {"KEY":"***"}"#);
}
