//! No member of a request that says what a function is may be ignored: each is honoured, stored and shown, or refused.
//! A member that a newer model adds has no row here, which fails the test.

use std::collections::BTreeSet;

use base64::Engine as _;
use serde_json::{Value, json};

use super::{Answer, BASE64, Server, creation_with};
use crate::testing::zip_of;

const FUNCTION: &str = "/2015-03-31/functions/fn";
const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/k";
const ACCESS_POINT: &str =
    "arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0";

enum Expect {
    /// In the operation's answer, among other things.
    Answer(Value),
    /// Afterwards, when the path is got.
    Later(&'static str, Value),
    /// With a text that begins so.
    Refusal(String),
}

/// A member, a request that uses it, and what comes of it.
type Row = (String, Value, Expect);

/// What is asked for comes back.
fn shown(member: &str, body: Value) -> Row {
    answered(member, body.clone(), body)
}

fn answered(member: &str, body: Value, part: Value) -> Row {
    (member.to_owned(), body, Expect::Answer(part))
}

fn later(member: &str, body: Value, path: &'static str, part: Value) -> Row {
    (member.to_owned(), body, Expect::Later(path, part))
}

fn refused(member: &str, body: Value, text: &str) -> Row {
    (member.to_owned(), body, Expect::Refusal(text.to_owned()))
}

/// The members that CreateFunction and UpdateFunctionConfiguration have in common.
fn of_configurations() -> Vec<Row> {
    [stored(), out_of_reach(), of_other_functions()].into_iter().flatten().collect()
}

fn stored() -> Vec<Row> {
    let vpc = json!({ "VpcConfig": {
        "SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"], "Ipv6AllowedForDualStack": true,
    } });
    let logging =
        |member: &str, value: &str| json!({ "LoggingConfig": { "LogFormat": "JSON", member: value } });
    vec![
        shown("Runtime", json!({ "Runtime": "python3.13" })),
        shown("Role", json!({ "Role": "arn:aws:iam::000000000000:role/other" })),
        shown("Handler", json!({ "Handler": "other.handler" })),
        shown("Description", json!({ "Description": "what it does" })),
        shown("Timeout", json!({ "Timeout": 900 })),
        shown("MemorySize", json!({ "MemorySize": 10240 })),
        shown("VpcConfig.SubnetIds", vpc.clone()),
        shown("VpcConfig.SecurityGroupIds", vpc.clone()),
        shown("VpcConfig.Ipv6AllowedForDualStack", vpc),
        shown(
            "DeadLetterConfig.TargetArn",
            json!({ "DeadLetterConfig": { "TargetArn": "arn:aws:sqs:us-east-1:000000000000:q" } }),
        ),
        shown("Environment.Variables", json!({ "Environment": { "Variables": { "KEY": "value" } } })),
        shown("TracingConfig.Mode", json!({ "TracingConfig": { "Mode": "Active" } })),
        shown("EphemeralStorage.Size", json!({ "EphemeralStorage": { "Size": 1024 } })),
        shown("SnapStart.ApplyOn", json!({ "SnapStart": { "ApplyOn": "PublishedVersions" } })),
        shown("LoggingConfig.LogFormat", json!({ "LoggingConfig": { "LogFormat": "JSON" } })),
        shown("LoggingConfig.ApplicationLogLevel", logging("ApplicationLogLevel", "TRACE")),
        shown("LoggingConfig.SystemLogLevel", logging("SystemLogLevel", "WARN")),
        shown("LoggingConfig.LogGroup", json!({ "LoggingConfig": { "LogGroup": "/mine" } })),
    ]
}

/// What is elsewhere and cannot be used yet.
fn out_of_reach() -> Vec<Row> {
    let file_system = json!({ "FileSystemConfigs": [{
        "Arn": ACCESS_POINT, "LocalMountPath": "/mnt/data", "S3FilesConfig": { "DirectS3Read": "ENABLED" },
    }] });
    let no_vpc = "Function must be configured to execute in a VPC to reference access point arn:";
    vec![
        refused(
            "KMSKeyArn",
            json!({ "KMSKeyArn": KEY }),
            "Lambda was unable to configure access to your env",
        ),
        refused(
            "Layers",
            json!({ "Layers": ["arn:aws:lambda:us-east-1:000000000000:layer:l:1"] }),
            "Layer version arn:aws:lambda:us-east-1:000000000000:layer:l:1 does not exist.",
        ),
        refused("FileSystemConfigs[].Arn", file_system.clone(), no_vpc),
        refused("FileSystemConfigs[].LocalMountPath", file_system.clone(), no_vpc),
        refused("FileSystemConfigs[].S3FilesConfig.DirectS3Read", file_system, no_vpc),
    ]
}

/// What functions from images, on capacity providers and the like have.
fn of_other_functions() -> Vec<Row> {
    let provider = json!({ "CapacityProviderConfig": { "LambdaManagedInstancesCapacityProviderConfig": {
        "CapacityProviderArn": "arn:aws:lambda:us-east-1:000000000000:capacity-provider:cp",
        "PerExecutionEnvironmentMaxConcurrency": 10,
        "ExecutionEnvironmentMemoryGiBPerVCpu": 2.0,
    } } });
    let durable = json!({ "DurableConfig": {
        "ExecutionTimeout": 60, "RetentionPeriodInDays": 1, "KMSKeyArn": KEY,
    } });
    let runtime = json!({ "RuntimeConfig": {
        "RuntimeArn": "arn:aws:lambda:us-east-1:000000000000:runtime/mine", "RuntimeAlias": "live",
    } });
    let image = "Please don't provide ImageConfig for a function with packageType Zip.";
    let managed = "CapacityProviderConfig is for functions on capacity providers";
    let not_durable = "DurableConfig is not served by Hob yet.";
    let no_runtime = "RuntimeConfig is not served by Hob yet.";
    vec![
        refused("ImageConfig.EntryPoint", json!({ "ImageConfig": { "EntryPoint": ["/run"] } }), image),
        refused("ImageConfig.Command", json!({ "ImageConfig": { "Command": ["run"] } }), image),
        refused("ImageConfig.WorkingDirectory", json!({ "ImageConfig": { "WorkingDirectory": "/" } }), image),
        refused("DurableConfig.ExecutionTimeout", durable.clone(), not_durable),
        refused("DurableConfig.RetentionPeriodInDays", durable.clone(), not_durable),
        refused("DurableConfig.KMSKeyArn", durable, not_durable),
        refused("RuntimeConfig.RuntimeArn", runtime.clone(), no_runtime),
        refused("RuntimeConfig.RuntimeAlias", runtime, no_runtime),
        refused(
            "AcceleratorConfig.AcceleratorMemorySize",
            json!({ "AcceleratorConfig": { "AcceleratorMemorySize": 16 } }),
            "AcceleratorConfig is not served by Hob yet.",
        ),
        refused(
            "CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig.CapacityProviderArn",
            provider.clone(),
            managed,
        ),
        refused(
            "CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig.\
             PerExecutionEnvironmentMaxConcurrency",
            provider.clone(),
            managed,
        ),
        refused(
            "CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig.\
             ExecutionEnvironmentMemoryGiBPerVCpu",
            provider,
            managed,
        ),
    ]
}

/// Those that say where the code comes from: within `Code` for CreateFunction.
fn of_code(at: &'static str, doing: &'static str) -> Vec<Row> {
    let zip = BASE64.encode(zip_of("def handler(event, context): return 2"));
    let body = |code: Value| if at.is_empty() { code } else { json!({ "Code": code }) };
    let beside_zip = |member: &str, value: &str| body(json!({ "ZipFile": zip, member: value }));
    let object = |more: Value| {
        let mut code = json!({ "S3Bucket": "packages", "S3Key": "app.zip" });
        code.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body(code)
    };
    let other = "Please do not provide other FunctionCode parameters when providing a ZipFile.";
    let name = |member: &str| format!("{at}{member}");
    vec![
        answered(&name("ZipFile"), body(json!({ "ZipFile": zip })), json!({ "CodeSize": 149 })),
        answered(&name("S3Bucket"), object(json!({})), json!({ "CodeSize": 149 })),
        refused(&name("S3Key"), beside_zip("S3Key", "key"), other),
        refused(
            &name("S3ObjectVersion"),
            object(json!({ "S3ObjectVersion": "none" })),
            "Error occurred while GetObject. S3 Error Code: NoSuchVersion.",
        ),
        refused(
            &name("S3ObjectStorageMode"),
            object(json!({ "S3ObjectStorageMode": "REFERENCE" })),
            &format!("{at}S3ObjectStorageMode REFERENCE is not served by Hob yet."),
        ),
        refused(
            &name("ImageUri"),
            body(json!({ "ImageUri": "repository" })),
            &format!("Please don't provide ImageUri when {doing} a function with packageType Zip."),
        ),
        refused(
            &name("SourceKMSKeyArn"),
            beside_zip("SourceKMSKeyArn", KEY),
            "Lambda was unable to configure access to your deployment package",
        ),
    ]
}

fn of_creations() -> Vec<Row> {
    vec![
        shown("FunctionName", json!({ "FunctionName": "other" })),
        answered("Publish", json!({ "Publish": true }), json!({ "Version": "1" })),
        refused(
            "PublishTo",
            json!({ "PublishTo": "LATEST_PUBLISHED" }),
            "PublishTo is for functions on capacity providers",
        ),
        refused(
            "PackageType",
            json!({
                "PackageType": "Image", "Runtime": null, "Handler": null, "Code": { "ImageUri": "repository" },
            }),
            "PackageType Image is not served by Hob yet.",
        ),
        later("Tags", json!({ "Tags": { "team": "a" } }), FUNCTION, json!({ "Tags": { "team": "a" } })),
        refused(
            "CodeSigningConfigArn",
            json!({ "CodeSigningConfigArn":
                "arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdef0" }),
            "The code signing configuration cannot be found.",
        ),
        shown("Architectures", json!({ "Architectures": ["arm64"] })),
        refused(
            "TenancyConfig.TenantIsolationMode",
            json!({ "TenancyConfig": { "TenantIsolationMode": "PER_TENANT" } }),
            "TenancyConfig is not served by Hob yet.",
        ),
    ]
}

fn of_updates() -> Vec<Row> {
    let stale = json!({ "RevisionId": "123e4567-e89b-42d3-a456-426614174000" });
    vec![
        answered("FunctionName", json!({}), json!({ "FunctionName": "fn" })),
        refused("RevisionId", stale, "The Revision Id provided does not match the latest Revision Id."),
    ]
}

fn of_code_updates() -> Vec<Row> {
    let configuration = "/2015-03-31/functions/fn/configuration";
    vec![
        shown("Architectures", json!({ "Architectures": ["arm64"] })),
        answered("Publish", json!({ "Publish": true }), json!({ "Version": "1" })),
        refused(
            "PublishTo",
            json!({ "PublishTo": "LATEST_PUBLISHED" }),
            "PublishTo is for functions on capacity providers",
        ),
        later("DryRun", json!({ "DryRun": true }), configuration, json!({ "CodeSize": 150 })),
    ]
}

#[tokio::test]
async fn no_member_of_create_function_is_ignored() {
    let rows: Vec<_> =
        [of_configurations(), of_code("Code.", "creating"), of_creations()].into_iter().flatten().collect();
    assert_all_members("CreateFunctionRequest", &rows);
    for (member, body, expected) in rows {
        let server = Server::new();
        server.keep_app();
        let answer = server.create(creation_with(body)).await;
        server.settle().await;
        assert_outcome(&server, &member, &answer, expected).await;
    }
}

#[tokio::test]
async fn no_member_of_update_function_configuration_is_ignored() {
    let rows: Vec<_> = [of_configurations(), of_updates()].into_iter().flatten().collect();
    assert_all_members("UpdateFunctionConfigurationRequest", &rows);
    for (member, body, expected) in rows {
        let server = Server::with_functions(&["fn"]).await;
        let answer = server.put("/2015-03-31/functions/fn/configuration", body).await;
        server.settle().await;
        assert_outcome(&server, &member, &answer, expected).await;
    }
}

#[tokio::test]
async fn no_member_of_update_function_code_is_ignored() {
    let rows: Vec<_> =
        [of_code("", "updating"), of_updates(), of_code_updates()].into_iter().flatten().collect();
    assert_all_members("UpdateFunctionCodeRequest", &rows);
    for (member, mut body, expected) in rows {
        let server = Server::with_functions(&["fn"]).await;
        server.keep_app();
        if body.get("S3Bucket").is_none() && member != "ImageUri" {
            body["ZipFile"] = json!(BASE64.encode(zip_of("def handler(event, context): return 2")));
        }
        let answer = server.put("/2015-03-31/functions/fn/code", body).await;
        server.settle().await;
        assert_outcome(&server, &member, &answer, expected).await;
    }
}

impl Server {
    /// The object that code may come from.
    fn keep_app(&self) {
        self.world.buckets.keep("app.zip", zip_of("def handler(event, context): return 2"));
    }
}

async fn assert_outcome(server: &Server, member: &str, answer: &Answer, expected: Expect) {
    match expected {
        Expect::Refusal(text) => assert!(answer.message().starts_with(&text), "{member}: {answer}"),
        Expect::Answer(part) => assert!(contains(&answer.json(), &part), "{member}: {answer}"),
        Expect::Later(path, part) => {
            let got = server.get(path).await;
            assert!(
                answer.head.starts_with('2') && contains(&got.json(), &part),
                "{member}: {answer}\n{got}"
            );
        }
    }
}

/// All that is in `part` is in `whole`.
fn contains(whole: &Value, part: &Value) -> bool {
    match part {
        Value::Object(members) => {
            members.iter().all(|(name, part)| whole.get(name).is_some_and(|whole| contains(whole, part)))
        }
        _ => whole == part,
    }
}

fn assert_all_members(request: &str, rows: &[Row]) {
    let model: Value = serde_json::from_str(include_str!("../../../model.json")).unwrap();
    let mut members = BTreeSet::new();
    collect_members(&model["shapes"], request, "", &mut members);
    let covered: BTreeSet<_> = rows.iter().map(|(member, ..)| member.clone()).collect();
    assert_eq!(covered, members, "{request}");
}

/// The paths of all members that are no structures themselves: `VpcConfig.SubnetIds`, `FileSystemConfigs[].Arn`.
fn collect_members(shapes: &Value, name: &str, path: &str, members: &mut BTreeSet<String>) {
    let shape = &shapes[name];
    let item = shape["member"]["shape"].as_str();
    let is_structure = |name: &str| shapes[name]["type"] == "structure";
    match (shape["members"].as_object(), item) {
        (Some(of_structure), _) => {
            for (member, reference) in of_structure {
                let path = if path.is_empty() { member.clone() } else { format!("{path}.{member}") };
                collect_members(shapes, reference["shape"].as_str().unwrap(), &path, members);
            }
        }
        (None, Some(item)) if is_structure(item) => {
            collect_members(shapes, item, &format!("{path}[]"), members);
        }
        _ => {
            members.insert(path.to_owned());
        }
    }
}
