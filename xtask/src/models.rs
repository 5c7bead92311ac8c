//! Takes AWS's service models from botocore and keeps of each what the generator needs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

/// Pinned: models move, so a newer one is taken on purpose and its difference reviewed.
const BOTOCORE: &str = "botocore==1.44.5";
const BOTOCORE_SHA256: &str = "8f16a56d1dff125dd65322ae021efa7ba5195a6db5102b96862566055b748921";

struct Service {
    /// The crate's folder, where `model.json` is written.
    folder: &'static str,
    /// The model within the wheel.
    model: &'static str,
    /// The operations that are served, or are about to be.
    operations: &'static [&'static str],
}

const SERVICES: &[Service] = &[
    Service {
        folder: "crates/lambda",
        model: "lambda/2015-03-31",
        operations: &[
            "AddLayerVersionPermission",
            "AddPermission",
            "CreateAlias",
            "CreateCapacityProvider",
            "CreateCodeSigningConfig",
            "CreateEventSourceMapping",
            "CreateFunction",
            "CreateFunctionUrlConfig",
            "DeleteAlias",
            "DeleteCapacityProvider",
            "DeleteCodeSigningConfig",
            "DeleteEventSourceMapping",
            "DeleteFunction",
            "DeleteFunctionCodeSigningConfig",
            "DeleteFunctionConcurrency",
            "DeleteFunctionEventInvokeConfig",
            "DeleteFunctionUrlConfig",
            "DeleteLayerVersion",
            "DeleteProvisionedConcurrencyConfig",
            "DeleteResourcePolicy",
            "GetAccountSettings",
            "GetAlias",
            "GetCapacityProvider",
            "GetCodeSigningConfig",
            "GetEventSourceMapping",
            "GetFunction",
            "GetFunctionCodeSigningConfig",
            "GetFunctionConcurrency",
            "GetFunctionConfiguration",
            "GetFunctionEventInvokeConfig",
            "GetFunctionRecursionConfig",
            "GetFunctionScalingConfig",
            "GetFunctionUrlConfig",
            "GetLayerVersion",
            "GetLayerVersionByArn",
            "GetLayerVersionPolicy",
            "GetPolicy",
            "GetProvisionedConcurrencyConfig",
            "GetResourcePolicy",
            "GetRuntimeManagementConfig",
            "Invoke",
            "InvokeAsync",
            "ListAliases",
            "ListCapacityProviders",
            "ListCodeSigningConfigs",
            "ListEventSourceMappings",
            "ListFunctionEventInvokeConfigs",
            "ListFunctionUrlConfigs",
            "ListFunctionVersionsByCapacityProvider",
            "ListFunctions",
            "ListFunctionsByCodeSigningConfig",
            "ListLayerVersions",
            "ListLayers",
            "ListProvisionedConcurrencyConfigs",
            "ListTags",
            "ListVersionsByFunction",
            "PublishLayerVersion",
            "PublishVersion",
            "PutFunctionCodeSigningConfig",
            "PutFunctionConcurrency",
            "PutFunctionEventInvokeConfig",
            "PutFunctionRecursionConfig",
            "PutFunctionScalingConfig",
            "PutProvisionedConcurrencyConfig",
            "PutResourcePolicy",
            "PutRuntimeManagementConfig",
            "RemoveLayerVersionPermission",
            "RemovePermission",
            "TagResource",
            "UntagResource",
            "UpdateAlias",
            "UpdateCapacityProvider",
            "UpdateCodeSigningConfig",
            "UpdateEventSourceMapping",
            "UpdateFunctionCode",
            "UpdateFunctionConfiguration",
            "UpdateFunctionEventInvokeConfig",
            "UpdateFunctionUrlConfig",
        ],
    },
    Service {
        folder: "crates/services/logs",
        model: "logs/2014-03-28",
        operations: &[
            "CreateLogGroup",
            "CreateLogStream",
            "DeleteLogGroup",
            "DeleteLogStream",
            "DeleteRetentionPolicy",
            "DescribeLogGroups",
            "DescribeLogStreams",
            "FilterLogEvents",
            "GetLogEvents",
            "ListTagsForResource",
            "PutLogEvents",
            "PutRetentionPolicy",
            "TagResource",
            "UntagResource",
        ],
    },
    Service {
        folder: "crates/services/s3",
        model: "s3/2006-03-01",
        operations: &[
            "AbortMultipartUpload",
            "CompleteMultipartUpload",
            "CopyObject",
            "CreateBucket",
            "CreateMultipartUpload",
            "DeleteBucket",
            "DeleteBucketCors",
            "DeleteBucketEncryption",
            "DeleteBucketOwnershipControls",
            "DeleteBucketPolicy",
            "DeleteBucketTagging",
            "DeleteObject",
            "DeleteObjectTagging",
            "DeleteObjects",
            "DeletePublicAccessBlock",
            "GetBucketAccelerateConfiguration",
            "GetBucketAcl",
            "GetBucketCors",
            "GetBucketEncryption",
            "GetBucketLifecycleConfiguration",
            "GetBucketLocation",
            "GetBucketLogging",
            "GetBucketNotificationConfiguration",
            "GetBucketOwnershipControls",
            "GetBucketPolicy",
            "GetBucketPolicyStatus",
            "GetBucketReplication",
            "GetBucketRequestPayment",
            "GetBucketTagging",
            "GetBucketVersioning",
            "GetBucketWebsite",
            "GetObject",
            "GetObjectAcl",
            "GetObjectAttributes",
            "GetObjectLockConfiguration",
            "GetObjectTagging",
            "GetPublicAccessBlock",
            "HeadBucket",
            "HeadObject",
            "ListBuckets",
            "ListMultipartUploads",
            "ListObjectVersions",
            "ListObjects",
            "ListObjectsV2",
            "ListParts",
            "PutBucketAcl",
            "PutBucketCors",
            "PutBucketEncryption",
            "PutBucketNotificationConfiguration",
            "PutBucketOwnershipControls",
            "PutBucketPolicy",
            "PutBucketTagging",
            "PutBucketVersioning",
            "PutObject",
            "PutObjectAcl",
            "PutObjectTagging",
            "PutPublicAccessBlock",
            "UploadPart",
            "UploadPartCopy",
        ],
    },
    Service {
        folder: "crates/services/sns",
        model: "sns/2010-03-31",
        operations: &[
            "AddPermission",
            "ConfirmSubscription",
            "CreateTopic",
            "DeleteTopic",
            "GetDataProtectionPolicy",
            "GetSubscriptionAttributes",
            "GetTopicAttributes",
            "ListSubscriptions",
            "ListSubscriptionsByTopic",
            "ListTagsForResource",
            "ListTopics",
            "Publish",
            "PublishBatch",
            "RemovePermission",
            "SetSubscriptionAttributes",
            "SetTopicAttributes",
            "Subscribe",
            "TagResource",
            "Unsubscribe",
            "UntagResource",
        ],
    },
    Service {
        folder: "crates/services/sqs",
        model: "sqs/2012-11-05",
        operations: &[
            "AddPermission",
            "CancelMessageMoveTask",
            "ChangeMessageVisibility",
            "ChangeMessageVisibilityBatch",
            "CreateQueue",
            "DeleteMessage",
            "DeleteMessageBatch",
            "DeleteQueue",
            "GetQueueAttributes",
            "GetQueueUrl",
            "ListDeadLetterSourceQueues",
            "ListMessageMoveTasks",
            "ListQueueTags",
            "ListQueues",
            "PurgeQueue",
            "ReceiveMessage",
            "RemovePermission",
            "SendMessage",
            "SendMessageBatch",
            "SetQueueAttributes",
            "StartMessageMoveTask",
            "TagQueue",
            "UntagQueue",
        ],
    },
    Service { folder: "crates/services/sts", model: "sts/2011-06-15", operations: &["GetCallerIdentity"] },
];

pub(crate) fn write_all() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let download = root.join("target/models");
    let wheel = download_wheel(&download)?;
    for service in SERVICES {
        let path = root.join(service.folder).join("model.json");
        let trimmed = trim(&read_model(&wheel, service.model)?, service.operations)?;
        std::fs::write(&path, serde_json::to_string_pretty(&trimmed)? + "\n")
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!("{}/model.json: {} operations", service.folder, service.operations.len());
    }
    Ok(())
}

fn download_wheel(folder: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let requirements = folder.join("requirements.txt");
    std::fs::write(&requirements, format!("{BOTOCORE} --hash=sha256:{BOTOCORE_SHA256}\n"))?;
    let pip = Command::new("python3")
        .args(["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--dest"])
        .arg(folder)
        .arg("--requirement")
        .arg(requirements)
        .status()
        .context("python3 with pip is needed to download botocore")?;
    ensure!(pip.success(), "pip could not download {BOTOCORE}");
    Ok(folder.join(format!("{}-py3-none-any.whl", BOTOCORE.replace("==", "-"))))
}

/// A wheel is a zip, and the models in it are compressed once more.
fn read_model(wheel: &Path, model: &str) -> Result<Value> {
    const PROGRAM: &str = "import gzip, sys, zipfile; \
        sys.stdout.buffer.write(gzip.decompress(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2])))";
    let entry = format!("botocore/data/{model}/service-2.json.gz");
    let python = Command::new("python3").args(["-c", PROGRAM]).arg(wheel).arg(&entry).output()?;
    ensure!(python.status.success(), "cannot read {entry}: {}", String::from_utf8_lossy(&python.stderr));
    Ok(serde_json::from_slice(&python.stdout)?)
}

/// Keeps the served operations with the shapes that they reach, and of the others the name and the route.
fn trim(model: &Value, served: &[&str]) -> Result<Value> {
    let mut operations = Map::new();
    for name in served {
        let operation = model["operations"].get(name).with_context(|| format!("the model has no {name}"))?;
        operations.insert((*name).to_owned(), operation.clone());
    }
    let mut unserved = Map::new();
    for (name, operation) in model["operations"].as_object().context("operations")? {
        if !operations.contains_key(name) {
            unserved.insert(name.clone(), route(operation).into());
        }
    }
    let mut names = BTreeSet::new();
    operations.values().for_each(|operation| reach(model, operation, &mut names));
    let shapes: Map<_, _> =
        names.into_iter().map(|name| (name.to_owned(), model["shapes"][name].clone())).collect();
    let mut trimmed = json!({
        "metadata": model["metadata"],
        "operations": operations,
        "unserved": unserved,
        "shapes": shapes,
    });
    drop_documentation(&mut trimmed);
    Ok(trimmed)
}

/// Such as `GET /2015-03-31/functions/{FunctionName}/policy`.
fn route(operation: &Value) -> String {
    let part = |name: &str| operation["http"][name].as_str().unwrap_or_default().to_owned();
    part("method") + " " + &part("requestUri")
}

/// Collects the shapes that are named anywhere below `from`.
fn reach<'m>(model: &'m Value, from: &'m Value, names: &mut BTreeSet<&'m str>) {
    match from {
        Value::Object(entries) => {
            if let Some(name) = entries.get("shape").and_then(Value::as_str)
                && names.insert(name)
            {
                reach(model, &model["shapes"][name], names);
            }
            entries.values().for_each(|value| reach(model, value, names));
        }
        Value::Array(items) => items.iter().for_each(|item| reach(model, item, names)),
        _ => {}
    }
}

/// Removes what describes and does not decide. A member may itself be called `documentation`, so only the
/// text is dropped.
fn drop_documentation(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            for key in ["documentation", "documentationUrl", "deprecatedMessage"] {
                if entries.get(key).is_some_and(Value::is_string) {
                    entries.shift_remove(key);
                }
            }
            entries.values_mut().for_each(drop_documentation);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_documentation),
        _ => {}
    }
}
