use std::io::Cursor;
use std::time::Duration;

use base64::Engine as _;
use bytes::Bytes;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Answer, BASE64, Server, creation, creation_with};
use crate::signing::{ProfileVersionArn, SigningKey, SigningProfile, SigningProfiles, Validity, sign};
use crate::testing::{NOW, World, arn, zip_of};

const CONFIGS: &str = "/2020-04-22/code-signing-configs";
const RELEASE: &str = "arn:aws:signer:us-east-1:000000000000:/signing-profiles/release/0123456789";
const OTHER: &str = "arn:aws:signer:us-east-1:000000000000:/signing-profiles/other/0123456789";
const NOWHERE: &str = "arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdefg";
const ATTACHED: &str = "/2020-06-30/functions/fn/code-signing-config";
const CODE: &str = "/2015-03-31/functions/fn/code";

fn path(config: &str) -> String {
    format!("{CONFIGS}/{}", config.replace(':', "%3A"))
}

/// A server that can check the signatures of `key`, in the name of [`RELEASE`].
fn server(key: &SigningKey) -> Server {
    let profile = SigningProfile { public_key: key.public_key().unwrap(), expires: None, revoked: false };
    let profiles = SigningProfiles::from_iter([(RELEASE.parse().unwrap(), profile)]);
    Server::with_signing_profiles(World::new(), profiles)
}

fn key() -> SigningKey {
    SigningKey::generate(&*World::new().random).unwrap()
}

fn signed(key: &SigningKey, profile: &str, code: &str) -> Bytes {
    let validity = Validity { signed_at: NOW, expires_at: NOW + Duration::from_secs(60) };
    let profile: ProfileVersionArn = profile.parse().unwrap();
    sign(&zip_of(code), key, profile, validity, &*World::new().random).unwrap().zip.into()
}

fn with_another_file(zip: &Bytes) -> Bytes {
    let mut zip = ZipWriter::new_append(Cursor::new(zip.to_vec())).unwrap();
    zip.start_file("other.py", SimpleFileOptions::default()).unwrap();
    zip.finish().unwrap().into_inner().into()
}

async fn create_config(server: &Server, members: Value) -> Answer {
    let mut body = json!({ "AllowedPublishers": { "SigningProfileVersionArns": [RELEASE] } });
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    server.post(CONFIGS, body).await
}

fn policy(untrusted: &str) -> Value {
    json!({ "CodeSigningPolicies": { "UntrustedArtifactOnDeployment": untrusted } })
}

fn config_arn(answer: &Answer) -> String {
    answer.json()["CodeSigningConfig"]["CodeSigningConfigArn"].as_str().unwrap().to_owned()
}

async fn attach(server: &Server, config: &str) -> Answer {
    server.put(ATTACHED, json!({ "CodeSigningConfigArn": config })).await
}

/// A server with `fn`, which uses a configuration.
async fn with_function(key: &SigningKey, untrusted: &str) -> (Server, String) {
    let server = server(key);
    server.create(creation("fn")).await;
    server.settle().await;
    let config = config_arn(&create_config(&server, policy(untrusted)).await);
    attach(&server, &config).await;
    (server, config)
}

async fn deploy(server: &Server, zip: &[u8], members: Value) -> Answer {
    let mut body = json!({ "ZipFile": BASE64.encode(zip) });
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let answer = server.put(CODE, body).await;
    server.settle().await;
    answer
}

fn signature(answer: &Answer) -> (Value, bool) {
    let function = answer.json();
    let job = function["SigningJobArn"].as_str().is_some_and(|job| job.contains(":/signing-jobs/"));
    (function["SigningProfileVersionArn"].clone(), job)
}

#[tokio::test]
async fn a_configuration_is_created_read_changed_and_deleted() {
    let server = Server::new();
    let created = create_config(&server, json!({})).await;
    insta::assert_snapshot!(created, @r#"
        201 Created
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "CodeSigningConfig": {
            "CodeSigningConfigId": "csc-mdezmi3wblum0qd55",
            "CodeSigningConfigArn": "arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-mdezmi3wblum0qd55",
            "Description": "",
            "AllowedPublishers": {
              "SigningProfileVersionArns": [
                "arn:aws:signer:us-east-1:000000000000:/signing-profiles/release/0123456789"
              ]
            },
            "CodeSigningPolicies": {
              "UntrustedArtifactOnDeployment": "Warn"
            },
            "LastModified": "2026-01-02T03:04:05.678+0000"
          }
        }
    "#);
    let path = path(&config_arn(&created));
    insta::assert_snapshot!(server.get(&path).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "CodeSigningConfig": {
            "CodeSigningConfigId": "csc-mdezmi3wblum0qd55",
            "CodeSigningConfigArn": "arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-mdezmi3wblum0qd55",
            "Description": "",
            "AllowedPublishers": {
              "SigningProfileVersionArns": [
                "arn:aws:signer:us-east-1:000000000000:/signing-profiles/release/0123456789"
              ]
            },
            "CodeSigningPolicies": {
              "UntrustedArtifactOnDeployment": "Warn"
            },
            "LastModified": "2026-01-02T03:04:05.678+0000"
          }
        }
    "#);
    server.world.clock.advance(Duration::from_secs(1));
    let change = json!({
        "Description": "two", "AllowedPublishers": { "SigningProfileVersionArns": [RELEASE, OTHER] },
        "CodeSigningPolicies": { "UntrustedArtifactOnDeployment": "Enforce" },
    });
    insta::assert_snapshot!(server.put(&path, change).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "CodeSigningConfig": {
            "CodeSigningConfigId": "csc-mdezmi3wblum0qd55",
            "CodeSigningConfigArn": "arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-mdezmi3wblum0qd55",
            "Description": "two",
            "AllowedPublishers": {
              "SigningProfileVersionArns": [
                "arn:aws:signer:us-east-1:000000000000:/signing-profiles/release/0123456789",
                "arn:aws:signer:us-east-1:000000000000:/signing-profiles/other/0123456789"
              ]
            },
            "CodeSigningPolicies": {
              "UntrustedArtifactOnDeployment": "Enforce"
            },
            "LastModified": "2026-01-02T03:04:06.678+0000"
          }
        }
    "#);
    let kept = server.put(&path, json!({ "CodeSigningPolicies": {} })).await.json();
    assert_eq!(kept, server.get(&path).await.json());
    assert_eq!(kept["CodeSigningConfig"]["Description"], "two");
    insta::assert_snapshot!(server.delete(&path).await, @r#"
        204 No Content
        x-amzn-requestid: <uuid>
    "#);
    assert_eq!(server.get(&path).await.head.lines().next(), Some("404 Not Found"));
}

#[tokio::test]
async fn configurations_are_listed_by_id_in_pages() {
    let server = Server::new();
    let mut created = Vec::new();
    for _ in 0..3 {
        created.push(config_arn(&create_config(&server, json!({})).await));
    }
    created.sort();
    let arns = |answer: &Answer| {
        let configs = answer.json()["CodeSigningConfigs"].as_array().unwrap().clone();
        configs.iter().map(|one| one["CodeSigningConfigArn"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let first = server.get(&format!("{CONFIGS}?MaxItems=2")).await;
    assert_eq!(arns(&first), created[..2]);
    let marker = first.json()["NextMarker"].as_str().unwrap().to_owned();
    let second = server.get(&format!("{CONFIGS}?Marker={marker}")).await;
    assert_eq!((arns(&second), second.json().get("NextMarker")), (created[2..].to_vec(), None));
    insta::assert_snapshot!(Server::new().get(CONFIGS).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"CodeSigningConfigs":[]}
    "#);
}

#[tokio::test]
async fn a_function_uses_a_configuration_until_it_no_longer_does() {
    let server = Server::with_functions(&["fn"]).await;
    insta::assert_snapshot!(server.get(ATTACHED).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {}
    "#);
    let config = config_arn(&create_config(&server, json!({})).await);
    let revision = server.revision("/2015-03-31/functions/fn/configuration").await;
    let put = attach(&server, &config).await;
    assert_eq!(put.json(), json!({ "CodeSigningConfigArn": config, "FunctionName": "fn" }));
    assert_eq!(server.get(ATTACHED).await.json(), put.json());
    assert_eq!(server.revision("/2015-03-31/functions/fn/configuration").await, revision);
    let refused = server.delete(&path(&config)).await;
    assert_eq!(refused.head.lines().next(), Some("409 Conflict"));
    insta::assert_snapshot!(refused.message().replace(&config, "<config>"), @"The Lambda code signing configuration <config> cannot be deleted because functions use it.");
    insta::assert_snapshot!(server.delete(ATTACHED).await, @r#"
        204 No Content
        x-amzn-requestid: <uuid>
    "#);
    assert_eq!(server.delete(ATTACHED).await.head.lines().next(), Some("204 No Content"));
    assert_eq!(server.get(ATTACHED).await.json(), json!({}));
    assert_eq!(server.delete(&path(&config)).await.head.lines().next(), Some("204 No Content"));
}

#[tokio::test]
async fn the_users_of_a_configuration_are_listed_by_name_in_pages() {
    let server = Server::with_functions(&["a", "b", "c", "d"]).await;
    let config = config_arn(&create_config(&server, json!({})).await);
    let users = format!("{}/functions", path(&config));
    insta::assert_snapshot!(server.get(&users).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"FunctionArns":[]}
    "#);
    for name in ["d", "a", "c"] {
        let attached = format!("/2020-06-30/functions/{name}/code-signing-config");
        server.put(&attached, json!({ "CodeSigningConfigArn": config })).await;
    }
    let first = server.get(&format!("{users}?MaxItems=2")).await;
    assert_eq!(first.json()["FunctionArns"], json!([arn("a").to_string(), arn("c").to_string()]));
    let marker = first.json()["NextMarker"].as_str().unwrap().to_owned();
    insta::assert_snapshot!(server.get(&format!("{users}?Marker={marker}")).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"FunctionArns":["arn:aws:lambda:us-east-1:000000000000:function:d"]}
    "#);
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let server = Server::with_functions(&["fn"]).await;
    let config = path(NOWHERE);
    insta::assert_snapshot!(server.get(&config).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Message":"The Lambda code signing configuration arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdefg can not be found."}
    "#);
    insta::assert_snapshot!(server.put(&config, json!({})).await.message(), @"The Lambda code signing configuration arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdefg can not be found.");
    insta::assert_snapshot!(server.delete(&config).await.message(), @"The Lambda code signing configuration arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdefg can not be found.");
    insta::assert_snapshot!(server.get(&format!("{config}/functions")).await.message(), @"The Lambda code signing configuration arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdefg can not be found.");
    let elsewhere = NOWHERE.replace("us-east-1", "eu-west-1");
    insta::assert_snapshot!(server.get(&path(&elsewhere)).await.message(), @"The Lambda code signing configuration arn:aws:lambda:eu-west-1:000000000000:code-signing-config:csc-0123456789abcdefg can not be found.");
    insta::assert_snapshot!(attach(&server, NOWHERE).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: CodeSigningConfigNotFoundException
        content-type: application/json
        {"Type":"User","Message":"The code signing configuration cannot be found. Check that the provided configuration is not deleted: arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdefg."}
    "#);
    let creation = creation_with(json!({ "FunctionName": "new", "CodeSigningConfigArn": NOWHERE }));
    insta::assert_snapshot!(server.create(creation).await.message(), @"The code signing configuration cannot be found. Check that the provided configuration is not deleted: arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdefg.");
    let nope = "/2020-06-30/functions/nope/code-signing-config";
    let created = config_arn(&create_config(&server, json!({})).await);
    let attached = server.put(nope, json!({ "CodeSigningConfigArn": created })).await;
    insta::assert_snapshot!(attached.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope");
    insta::assert_snapshot!(server.get(nope).await.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope");
    insta::assert_snapshot!(server.delete(nope).await.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope");
}

#[tokio::test]
async fn what_may_not_be_asked_of_a_configuration() {
    let server = Server::new();
    let refused = async |members: Value| create_config(&server, members).await.message();
    let publishers = |arns: Value| json!({ "AllowedPublishers": { "SigningProfileVersionArns": arns } });
    insta::assert_snapshot!(refused(publishers(json!([]))).await, @"1 validation error detected: Value '[]' at 'allowedPublishers.signingProfileVersionArns' failed to satisfy constraint: Member must have length greater than or equal to 1");
    insta::assert_snapshot!(refused(policy("Ignore")).await, @"1 validation error detected: Value 'Ignore' at 'codeSigningPolicies.untrustedArtifactOnDeployment' failed to satisfy constraint: Member must satisfy enum value set: [Warn, Enforce]");
    let tags: serde_json::Map<_, _> = (0..51).map(|tag| (format!("t{tag}"), json!("x"))).collect();
    insta::assert_snapshot!(refused(json!({ "Tags": tags })).await, @"Number of tags exceeds resource tag limit.");
    insta::assert_snapshot!(server.get(&path("csc-0123456789abcdefg")).await.message(), @r#"1 validation error detected: Value 'csc-0123456789abcdefg' at 'codeSigningConfigArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:code-signing-config:csc-[a-z0-9]{17}"#);
    insta::assert_snapshot!(server.get(&format!("{CONFIGS}?Marker=x")).await.message(), @"Invalid Marker.");
}

#[tokio::test]
async fn under_enforce_only_what_an_allowed_publisher_signed_is_deployed() {
    let key = key();
    let (server, config) = with_function(&key, "Enforce").await;
    let updated = deploy(&server, &signed(&key, RELEASE, "v2"), json!({ "Publish": true })).await;
    insta::assert_snapshot!(updated, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "FunctionName": "fn",
          "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn:1",
          "Runtime": "python3.12",
          "Role": "arn:aws:iam::000000000000:role/any",
          "Handler": "app.handler",
          "CodeSize": 782,
          "Description": "",
          "Timeout": 3,
          "MemorySize": 128,
          "LastModified": "2026-01-02T03:04:05.678+0000",
          "CodeSha256": "aZWuzqjkYDWGf7BI0vMNbi0xsjhH4Iog6oKiT3s4SWM=",
          "Version": "1",
          "TracingConfig": {
            "Mode": "PassThrough"
          },
          "RevisionId": "<uuid>",
          "State": "Pending",
          "StateReason": "The function is being created.",
          "StateReasonCode": "Creating",
          "SigningProfileVersionArn": "arn:aws:signer:us-east-1:000000000000:/signing-profiles/release/0123456789",
          "SigningJobArn": "arn:aws:signer:us-east-1:000000000000:/signing-jobs/<uuid>",
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
    let version = server.get("/2015-03-31/functions/fn/configuration?Qualifier=1").await;
    assert_eq!(signature(&version), (json!(RELEASE), true));
    let listed = server.get("/2015-03-31/functions").await.json();
    assert_eq!(listed["Functions"][0]["SigningProfileVersionArn"], RELEASE);
    let before = server.revision("/2015-03-31/functions/fn/configuration").await;
    for dry_run in [true, false] {
        let refused = deploy(&server, &zip_of("v3"), json!({ "DryRun": dry_run })).await;
        assert_eq!(refused.json(), deploy(&server, &signed(&key, OTHER, "v3"), json!({})).await.json());
        insta::allow_duplicates! { insta::assert_snapshot!(refused, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: CodeVerificationFailedException
        content-type: application/json
        {"Type":"User","Message":"Lambda cannot deploy the function. The function or layer might be signed using a signature that the client is not configured to accept. Check the provided signature for fn."}
    "#); }
    }
    assert_eq!(server.revision("/2015-03-31/functions/fn/configuration").await, before);
    server.world.clock.advance(Duration::from_secs(60));
    let expired = deploy(&server, &signed(&key, RELEASE, "v3"), json!({})).await;
    insta::assert_snapshot!(expired.message(), @"Lambda cannot deploy the function. The function or layer might be signed using a signature that has expired. Check the provided signature for fn.");
    server.put(&path(&config), policy("Warn")).await;
    assert_eq!(deploy(&server, &zip_of("v3"), json!({})).await.head.lines().next(), Some("200 OK"));
}

#[tokio::test]
async fn a_signature_of_something_else_is_refused_under_any_policy() {
    let key = key();
    for untrusted in ["Warn", "Enforce"] {
        let (server, _) = with_function(&key, untrusted).await;
        let tampered = with_another_file(&signed(&key, RELEASE, "v2"));
        let refused = deploy(&server, &tampered, json!({})).await;
        insta::allow_duplicates! { insta::assert_snapshot!(refused, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidCodeSignatureException
        content-type: application/json
        {"Type":"User","Message":"Lambda cannot deploy the function. The code signature failed the integrity check. Check the provided signature for fn."}
    "#); }
    }
}

#[tokio::test]
async fn under_warn_anything_is_deployed_and_only_what_is_genuine_has_a_signature() {
    let key = key();
    let (server, _) = with_function(&key, "Warn").await;
    let deployed = deploy(&server, &signed(&key, RELEASE, "v2"), json!({})).await;
    assert_eq!(signature(&deployed), (json!(RELEASE), true));
    for zip in [zip_of("v3"), signed(&key, OTHER, "v3")] {
        let deployed = deploy(&server, &zip, json!({})).await;
        assert_eq!(deployed.head.lines().next(), Some("200 OK"));
        assert_eq!(signature(&deployed), (Value::Null, false));
    }
}

#[tokio::test]
async fn a_function_is_created_under_its_configuration() {
    let key = key();
    let server = server(&key);
    let config = config_arn(&create_config(&server, policy("Enforce")).await);
    let creation = |zip: Bytes| {
        creation_with(json!({ "CodeSigningConfigArn": config, "Code": { "ZipFile": BASE64.encode(zip) } }))
    };
    let refused = server.create(creation(zip_of("v1"))).await;
    assert_eq!(refused.head.lines().next(), Some("400 Bad Request"));
    let created = server.create(creation(signed(&key, RELEASE, "v1"))).await;
    assert_eq!(
        (created.head.lines().next(), signature(&created)),
        (Some("201 Created"), (json!(RELEASE), true))
    );
    assert_eq!(server.get(ATTACHED).await.json()["CodeSigningConfigArn"], config);
}

#[tokio::test]
async fn what_is_deployed_already_is_not_checked_again() {
    let key = key();
    let (server, _) = with_function(&key, "Enforce").await;
    let configured = server.put("/2015-03-31/functions/fn/configuration", json!({ "Timeout": 7 })).await;
    assert_eq!(configured.head.lines().next(), Some("200 OK"));
    server.settle().await;
    let published = server.post("/2015-03-31/functions/fn/versions", json!({})).await;
    assert_eq!(published.head.lines().next(), Some("201 Created"));
}
