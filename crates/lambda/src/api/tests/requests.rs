//! One request of each operation that is served, as simple as it may be.

use serde_json::{Value, json};

use super::creation;

const FN: &str = "/2015-03-31/functions/fn";
const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:fn";
const CONFIG: &str =
    "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Acode-signing-config%3Acsc-0123456789abcdefg";
const MAPPING: &str = "/2015-03-31/event-source-mappings/01234567-89ab-4def-8123-456789abcdef";
const LAYER: &str = "/2018-10-31/layers/layer/versions";
const PROVIDER: &str = "/2025-11-30/capacity-providers/provider";

pub(super) struct Request {
    pub(super) operation: &'static str,
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) body: Value,
}

/// In the order of their names.
pub(super) fn all() -> Vec<Request> {
    let mut requests = [functions(), of_functions(), resources(), about_resources()].concat();
    requests.sort_by_key(|(operation, ..)| *operation);
    let request = |(operation, method, path, body)| Request { operation, method, path, body };
    requests.into_iter().map(request).collect()
}

type Row = (&'static str, &'static str, String, Value);

fn functions() -> Vec<Row> {
    let root = "/2015-03-31/functions".to_owned();
    vec![
        ("CreateFunction", "POST", root.clone(), creation("new")),
        ("ListFunctions", "GET", root, Value::Null),
        ("GetFunction", "GET", FN.to_owned(), Value::Null),
        ("DeleteFunction", "DELETE", FN.to_owned(), Value::Null),
        ("GetFunctionConfiguration", "GET", format!("{FN}/configuration"), Value::Null),
        ("UpdateFunctionConfiguration", "PUT", format!("{FN}/configuration"), json!({ "Timeout": 5 })),
        (
            "UpdateFunctionCode",
            "PUT",
            format!("{FN}/code"),
            json!({ "ZipFile": creation("fn")["Code"]["ZipFile"] }),
        ),
        ("Invoke", "POST", format!("{FN}/invocations"), json!({})),
        ("InvokeAsync", "POST", "/2014-11-13/functions/fn/invoke-async".to_owned(), json!({})),
        ("PublishVersion", "POST", format!("{FN}/versions"), json!({})),
        ("ListVersionsByFunction", "GET", format!("{FN}/versions"), Value::Null),
        (
            "CreateAlias",
            "POST",
            format!("{FN}/aliases"),
            json!({ "Name": "live", "FunctionVersion": "$LATEST" }),
        ),
        ("ListAliases", "GET", format!("{FN}/aliases"), Value::Null),
        ("GetAlias", "GET", format!("{FN}/aliases/live"), Value::Null),
        ("UpdateAlias", "PUT", format!("{FN}/aliases/live"), json!({ "Description": "new" })),
        ("DeleteAlias", "DELETE", format!("{FN}/aliases/live"), Value::Null),
    ]
}

fn of_functions() -> Vec<Row> {
    let concurrency = "/2017-10-31/functions/fn/concurrency".to_owned();
    let provisioned = "/2019-09-30/functions/fn/provisioned-concurrency";
    let event_invoke = "/2019-09-25/functions/fn/event-invoke-config".to_owned();
    let url = "/2021-10-31/functions/fn/url".to_owned();
    let management = "/2021-07-20/functions/fn/runtime-management-config".to_owned();
    let recursion = "/2024-08-31/functions/fn/recursion-config".to_owned();
    let scaling = "/2025-11-30/functions/fn/function-scaling-config?Qualifier=$LATEST.PUBLISHED".to_owned();
    let signing = "/2020-06-30/functions/fn/code-signing-config".to_owned();
    let permission =
        json!({ "StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com" });
    let config_arn = CONFIG.replace("%3A", ":");
    vec![
        ("PutFunctionConcurrency", "PUT", concurrency.clone(), json!({ "ReservedConcurrentExecutions": 1 })),
        ("DeleteFunctionConcurrency", "DELETE", concurrency, Value::Null),
        ("GetFunctionConcurrency", "GET", "/2019-09-30/functions/fn/concurrency".to_owned(), Value::Null),
        (
            "PutProvisionedConcurrencyConfig",
            "PUT",
            format!("{provisioned}?Qualifier=1"),
            json!({ "ProvisionedConcurrentExecutions": 1 }),
        ),
        ("GetProvisionedConcurrencyConfig", "GET", format!("{provisioned}?Qualifier=1"), Value::Null),
        ("DeleteProvisionedConcurrencyConfig", "DELETE", format!("{provisioned}?Qualifier=1"), Value::Null),
        ("ListProvisionedConcurrencyConfigs", "GET", format!("{provisioned}?List=ALL"), Value::Null),
        ("PutFunctionEventInvokeConfig", "PUT", event_invoke.clone(), json!({ "MaximumRetryAttempts": 1 })),
        (
            "UpdateFunctionEventInvokeConfig",
            "POST",
            event_invoke.clone(),
            json!({ "MaximumRetryAttempts": 1 }),
        ),
        ("GetFunctionEventInvokeConfig", "GET", event_invoke.clone(), Value::Null),
        ("DeleteFunctionEventInvokeConfig", "DELETE", event_invoke.clone(), Value::Null),
        ("ListFunctionEventInvokeConfigs", "GET", format!("{event_invoke}/list"), Value::Null),
        ("CreateFunctionUrlConfig", "POST", url.clone(), json!({ "AuthType": "NONE" })),
        ("GetFunctionUrlConfig", "GET", url.clone(), Value::Null),
        ("UpdateFunctionUrlConfig", "PUT", url.clone(), json!({ "AuthType": "AWS_IAM" })),
        ("DeleteFunctionUrlConfig", "DELETE", url.clone(), Value::Null),
        ("ListFunctionUrlConfigs", "GET", format!("{url}s"), Value::Null),
        ("PutRuntimeManagementConfig", "PUT", management.clone(), json!({ "UpdateRuntimeOn": "Auto" })),
        ("GetRuntimeManagementConfig", "GET", management, Value::Null),
        ("PutFunctionRecursionConfig", "PUT", recursion.clone(), json!({ "RecursiveLoop": "Allow" })),
        ("GetFunctionRecursionConfig", "GET", recursion, Value::Null),
        ("PutFunctionScalingConfig", "PUT", scaling.clone(), json!({ "FunctionScalingConfig": {} })),
        ("GetFunctionScalingConfig", "GET", scaling, Value::Null),
        (
            "PutFunctionCodeSigningConfig",
            "PUT",
            signing.clone(),
            json!({ "CodeSigningConfigArn": config_arn }),
        ),
        ("GetFunctionCodeSigningConfig", "GET", signing.clone(), Value::Null),
        ("DeleteFunctionCodeSigningConfig", "DELETE", signing, Value::Null),
        ("AddPermission", "POST", format!("{FN}/policy"), permission),
        ("GetPolicy", "GET", format!("{FN}/policy"), Value::Null),
        ("RemovePermission", "DELETE", format!("{FN}/policy/s"), Value::Null),
    ]
}

fn resources() -> Vec<Row> {
    let publishers = json!({ "AllowedPublishers": { "SigningProfileVersionArns": [
        "arn:aws:signer:us-east-1:000000000000:/signing-profiles/profile/0123456789",
    ] } });
    let configs = "/2020-04-22/code-signing-configs";
    let provider = json!({
        "CapacityProviderName": "provider",
        "VpcConfig": { "SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"] },
        "PermissionsConfig": { "CapacityProviderOperatorRoleArn": "arn:aws:iam::000000000000:role/any" },
    });
    let mapping = json!({
        "FunctionName": "fn", "EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:queue",
    });
    let mappings = "/2015-03-31/event-source-mappings/".to_owned();
    let zip = creation("fn")["Code"]["ZipFile"].clone();
    vec![
        ("PublishLayerVersion", "POST", LAYER.to_owned(), json!({ "Content": { "ZipFile": zip } })),
        ("ListLayerVersions", "GET", LAYER.to_owned(), Value::Null),
        ("ListLayers", "GET", "/2018-10-31/layers".to_owned(), Value::Null),
        ("GetLayerVersion", "GET", format!("{LAYER}/1"), Value::Null),
        ("DeleteLayerVersion", "DELETE", format!("{LAYER}/1"), Value::Null),
        ("CreateCodeSigningConfig", "POST", configs.to_owned(), publishers.clone()),
        ("ListCodeSigningConfigs", "GET", configs.to_owned(), Value::Null),
        ("GetCodeSigningConfig", "GET", format!("{configs}/{CONFIG}"), Value::Null),
        ("UpdateCodeSigningConfig", "PUT", format!("{configs}/{CONFIG}"), publishers),
        ("DeleteCodeSigningConfig", "DELETE", format!("{configs}/{CONFIG}"), Value::Null),
        ("ListFunctionsByCodeSigningConfig", "GET", format!("{configs}/{CONFIG}/functions"), Value::Null),
        ("CreateEventSourceMapping", "POST", mappings.clone(), mapping),
        ("ListEventSourceMappings", "GET", mappings, Value::Null),
        ("GetEventSourceMapping", "GET", MAPPING.to_owned(), Value::Null),
        ("UpdateEventSourceMapping", "PUT", MAPPING.to_owned(), json!({ "BatchSize": 5 })),
        ("DeleteEventSourceMapping", "DELETE", MAPPING.to_owned(), Value::Null),
        ("CreateCapacityProvider", "POST", "/2025-11-30/capacity-providers".to_owned(), provider),
        ("ListCapacityProviders", "GET", "/2025-11-30/capacity-providers".to_owned(), Value::Null),
        ("GetCapacityProvider", "GET", PROVIDER.to_owned(), Value::Null),
        ("UpdateCapacityProvider", "PUT", PROVIDER.to_owned(), json!({})),
        ("DeleteCapacityProvider", "DELETE", PROVIDER.to_owned(), Value::Null),
        (
            "ListFunctionVersionsByCapacityProvider",
            "GET",
            format!("{PROVIDER}/function-versions"),
            Value::Null,
        ),
    ]
}

fn about_resources() -> Vec<Row> {
    let layer_arn = "arn:aws:lambda:us-east-1:000000000000:layer:layer:1";
    let permission = json!({ "StatementId": "s", "Action": "lambda:GetLayerVersion", "Principal": "*" });
    let tags = format!("/2017-03-31/tags/{}", ARN.replace(':', "%3A"));
    let policy = format!("/2026-07-09/resource-policy/{}", ARN.replace(':', "%3A"));
    let document = json!({ "Version": "2012-10-17", "Statement": [{
        "Sid": "s", "Effect": "Allow", "Principal": { "Service": "s3.amazonaws.com" },
        "Action": "lambda:InvokeFunction", "Resource": ARN,
    }] });
    vec![
        (
            "GetLayerVersionByArn",
            "GET",
            format!("/2018-10-31/layers?find=LayerVersion&Arn={layer_arn}"),
            Value::Null,
        ),
        ("AddLayerVersionPermission", "POST", format!("{LAYER}/1/policy"), permission),
        ("GetLayerVersionPolicy", "GET", format!("{LAYER}/1/policy"), Value::Null),
        ("RemoveLayerVersionPermission", "DELETE", format!("{LAYER}/1/policy/s"), Value::Null),
        ("TagResource", "POST", tags.clone(), json!({ "Tags": { "key": "value" } })),
        ("UntagResource", "DELETE", format!("{tags}?tagKeys=key"), Value::Null),
        ("ListTags", "GET", tags, Value::Null),
        ("PutResourcePolicy", "PUT", policy.clone(), json!({ "Policy": document.to_string() })),
        ("GetResourcePolicy", "GET", policy.clone(), Value::Null),
        ("DeleteResourcePolicy", "DELETE", policy, Value::Null),
        ("GetAccountSettings", "GET", "/2016-08-19/account-settings".to_owned(), Value::Null),
    ]
}
