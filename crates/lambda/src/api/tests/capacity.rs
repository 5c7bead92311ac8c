use hob_storage::{CapacityProviderRecord, Owner, ResourceKey, ResourceKind, ResourceRecord as _};
use hob_types::{AccountId, Region};
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::mapping::with;
use super::{Answer, Server};

const PROVIDERS: &str = "/2025-11-30/capacity-providers";
const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:capacity-provider:p";

/// What CreateCapacityProvider needs and no more.
pub(super) fn creation(name: &str) -> Value {
    json!({
        "CapacityProviderName": name,
        "VpcConfig": { "SubnetIds": ["subnet-1"], "SecurityGroupIds": [] },
        "PermissionsConfig": { "CapacityProviderOperatorRoleArn": "arn:aws:iam::000000000000:role/operator" },
    })
}

async fn create(server: &Server, members: Value) -> Answer {
    server.post(PROVIDERS, with(creation("p"), members)).await
}

async fn created() -> Server {
    let server = Server::new();
    create(&server, json!({})).await;
    server
}

#[tokio::test]
async fn a_provider_is_told_as_it_was_described() {
    let server = Server::new();
    assert_snapshot!(create(&server, json!({})).await, @r#"
        202 Accepted
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"CapacityProvider":{"CapacityProviderArn":"arn:aws:lambda:us-east-1:000000000000:capacity-provider:p","State":"Active","VpcConfig":{"SubnetIds":["subnet-1"],"SecurityGroupIds":[]},"PermissionsConfig":{"CapacityProviderOperatorRoleArn":"arn:aws:iam::000000000000:role/operator"},"LastModified":"2026-01-02T03:04:05.678+0000"}}
    "#);
    let everything = json!({
        "CapacityProviderName": "all",
        "InstanceRequirements": { "Architectures": ["arm64"], "AllowedInstanceTypes": ["m8g.*"] },
        "CapacityProviderScalingConfig": {
            "MaxVCpuCount": 30,
            "ScalingMode": "Manual",
            "ScalingPolicies": [
                { "PredefinedMetricType": "LambdaCapacityProviderAverageCPUUtilization", "TargetValue": 62.5 },
            ],
        },
        "PropagateTags": { "Mode": "Explicit", "ExplicitTags": { "a": "b" } },
        "TelemetryConfig": { "LoggingConfig": { "SystemLogLevel": "WARN", "LogGroup": "/group" } },
        "Tags": { "team": "blue" },
    });
    assert_snapshot!(create(&server, everything).await, @r#"
        202 Accepted
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "CapacityProvider": {
            "CapacityProviderArn": "arn:aws:lambda:us-east-1:000000000000:capacity-provider:all",
            "State": "Active",
            "VpcConfig": {
              "SubnetIds": [
                "subnet-1"
              ],
              "SecurityGroupIds": []
            },
            "PermissionsConfig": {
              "CapacityProviderOperatorRoleArn": "arn:aws:iam::000000000000:role/operator"
            },
            "InstanceRequirements": {
              "Architectures": [
                "arm64"
              ],
              "AllowedInstanceTypes": [
                "m8g.*"
              ]
            },
            "CapacityProviderScalingConfig": {
              "MaxVCpuCount": 30,
              "ScalingMode": "Manual",
              "ScalingPolicies": [
                {
                  "PredefinedMetricType": "LambdaCapacityProviderAverageCPUUtilization",
                  "TargetValue": 62.5
                }
              ]
            },
            "LastModified": "2026-01-02T03:04:05.678+0000",
            "PropagateTags": {
              "Mode": "Explicit",
              "ExplicitTags": {
                "a": "b"
              }
            },
            "TelemetryConfig": {
              "LoggingConfig": {
                "SystemLogLevel": "WARN",
                "LogGroup": "/group"
              }
            }
          }
        }
    "#);
}

#[tokio::test]
async fn a_provider_is_read_by_name_and_by_arn() {
    let server = created().await;
    assert_snapshot!(server.get(&format!("{PROVIDERS}/p")).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"CapacityProvider":{"CapacityProviderArn":"arn:aws:lambda:us-east-1:000000000000:capacity-provider:p","State":"Active","VpcConfig":{"SubnetIds":["subnet-1"],"SecurityGroupIds":[]},"PermissionsConfig":{"CapacityProviderOperatorRoleArn":"arn:aws:iam::000000000000:role/operator"},"LastModified":"2026-01-02T03:04:05.678+0000"}}
    "#);
    assert!(server.get(&format!("{PROVIDERS}/{}", ARN.replace(':', "%3A"))).await.head.starts_with("200"));
}

#[tokio::test]
async fn an_update_changes_what_it_names() {
    let server = created().await;
    let path = format!("{PROVIDERS}/p");
    let scaling = json!({ "CapacityProviderScalingConfig": { "MaxVCpuCount": 2, "ScalingMode": "Auto" } });
    assert_snapshot!(server.put(&path, scaling).await, @r#"
        202 Accepted
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"CapacityProvider":{"CapacityProviderArn":"arn:aws:lambda:us-east-1:000000000000:capacity-provider:p","State":"Active","VpcConfig":{"SubnetIds":["subnet-1"],"SecurityGroupIds":[]},"PermissionsConfig":{"CapacityProviderOperatorRoleArn":"arn:aws:iam::000000000000:role/operator"},"CapacityProviderScalingConfig":{"MaxVCpuCount":2,"ScalingMode":"Auto"},"LastModified":"2026-01-02T03:04:05.678+0000"}}
    "#);
    let tags = json!({ "PropagateTags": { "Mode": "None" } });
    let updated = server.put(&path, tags).await.json();
    let provider = &updated["CapacityProvider"];
    assert_eq!(provider["CapacityProviderScalingConfig"]["MaxVCpuCount"], 2);
    assert_eq!(provider["PropagateTags"], json!({ "Mode": "None" }));
}

#[tokio::test]
async fn a_deleted_provider_is_gone() {
    let server = created().await;
    let path = format!("{PROVIDERS}/p");
    let deleted = server.delete(&path).await;
    assert!(deleted.head.starts_with("202"));
    assert_eq!(deleted.json()["CapacityProvider"]["State"], "Deleting");
    assert_snapshot!(server.get(&path).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"Capacity provider not found: arn:aws:lambda:us-east-1:000000000000:capacity-provider:p"}
    "#);
    for missing in [
        server.delete(&path).await,
        server.put(&path, json!({})).await,
        server.get(&format!("{path}/function-versions")).await,
    ] {
        assert_eq!(missing.message(), format!("Capacity provider not found: {ARN}"));
    }
}

#[tokio::test]
async fn a_name_is_taken_once_and_at_home() {
    let server = created().await;
    assert_snapshot!(create(&server, json!({})).await, @r#"
        409 Conflict
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceConflictException
        content-type: application/json
        {"Type":"User","message":"Capacity provider already exists: arn:aws:lambda:us-east-1:000000000000:capacity-provider:p"}
    "#);
    let elsewhere = "arn:aws:lambda:eu-west-1:000000000000:capacity-provider:p";
    assert_eq!(
        create(&server, json!({ "CapacityProviderName": elsewhere })).await.message(),
        format!("The capacity provider {elsewhere} is not in the account and region of the request.")
    );
    let path = format!("{PROVIDERS}/{}", elsewhere.replace(':', "%3A"));
    assert_eq!(server.get(&path).await.message(), format!("Capacity provider not found: {elsewhere}"));
}

#[tokio::test]
async fn lists_are_paged_and_narrowed_by_state() {
    let server = Server::new();
    for name in ["c", "a", "b"] {
        create(&server, json!({ "CapacityProviderName": name })).await;
    }
    let names = |list: &Value| {
        let providers = list["CapacityProviders"].as_array().unwrap().iter();
        let name = |provider: &Value| {
            provider["CapacityProviderArn"].as_str().unwrap().rsplit(':').next().unwrap().to_owned()
        };
        providers.map(name).collect::<Vec<_>>()
    };
    let list = async |query: &str| server.get(&format!("{PROVIDERS}?{query}")).await.json();
    let first = list("MaxItems=2").await;
    let rest = list(&format!("Marker={}", first["NextMarker"].as_str().unwrap())).await;
    assert_eq!((names(&first), names(&rest)), (vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned()]));
    assert_eq!(names(&list("State=Active").await).len(), 3);
    assert_eq!(list("State=Pending").await, json!({ "CapacityProviders": [] }));
    assert_eq!(list("Marker=made-up").await["message"], "Invalid Marker.");
}

#[tokio::test]
async fn no_function_runs_on_a_provider() {
    let server = created().await;
    assert_snapshot!(server.get(&format!("{PROVIDERS}/p/function-versions")).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"CapacityProviderArn":"arn:aws:lambda:us-east-1:000000000000:capacity-provider:p","FunctionVersions":[]}
    "#);
}

#[tokio::test]
async fn what_does_not_go_together_is_refused() {
    let server = Server::new();
    let both =
        json!({ "InstanceRequirements": { "AllowedInstanceTypes": ["a"], "ExcludedInstanceTypes": ["b"] } });
    assert_snapshot!(create(&server, both).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"AllowedInstanceTypes and ExcludedInstanceTypes cannot be used together."}
    "#);
    let refused = async |members| create(&server, members).await.message();
    let policies = "ScalingPolicies must be given with ScalingMode Manual, and only with it.";
    assert_eq!(
        refused(json!({ "CapacityProviderScalingConfig": { "ScalingMode": "Manual" } })).await,
        policies
    );
    let tags = "ExplicitTags must be given with PropagateTags.Mode Explicit, and only with it.";
    assert_eq!(refused(json!({ "PropagateTags": { "Mode": "Explicit" } })).await, tags);
    assert_eq!(refused(json!({ "PropagateTags": { "ExplicitTags": { "a": "b" } } })).await, tags);
    let key = json!({ "KmsKeyArn": "arn:aws:kms:us-east-1:000000000000:key/1" });
    assert_eq!(refused(key).await, "KmsKeyArn is not served by Hob yet.");
}

#[tokio::test]
async fn an_account_has_a_thousand_providers() {
    let server = created().await;
    let resources = server.world.storage.resources();
    let owner = Owner::new(&AccountId::local(), &Region::local());
    let key = ResourceKey { kind: ResourceKind::CapacityProvider, name: "p".to_owned() };
    let kept = resources.get(&owner, &key).await.unwrap().unwrap();
    let provider = CapacityProviderRecord::of(kept.value).unwrap();
    for n in 1..1000 {
        let other = CapacityProviderRecord { name: format!("p{n}"), ..provider.clone() };
        assert!(resources.create(&owner, other.into()).await.unwrap());
    }
    assert_snapshot!(create(&server, json!({ "CapacityProviderName": "q" })).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: CapacityProviderLimitExceededException
        content-type: application/json
        {"Type":"User","message":"The maximum number of capacity providers for your account is 1000."}
    "#);
}
