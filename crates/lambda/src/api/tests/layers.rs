use base64::Engine as _;
use serde_json::{Value, json};

use super::{Answer, BASE64, Server};
use crate::testing::zip_of;

pub(super) const LAYERS: &str = "/2018-10-31/layers";
const TOOLS: &str = "/2018-10-31/layers/tools/versions";

pub(super) fn content(code: &str) -> Value {
    json!({ "ZipFile": BASE64.encode(zip_of(code)) })
}

impl Server {
    pub(super) async fn publish_layer(&self, layer: &str, code: &str) -> Answer {
        self.post(&format!("{LAYERS}/{layer}/versions"), json!({ "Content": content(code) })).await
    }

    async fn publish_for(&self, layer: &str, runtime: &str, architecture: &str) -> Answer {
        let body = json!({
            "Content": content(layer), "CompatibleRuntimes": [runtime], "CompatibleArchitectures": [architecture],
        });
        self.post(&format!("{LAYERS}/{layer}/versions"), body).await
    }

    /// The `name:version`s of a list, and its marker.
    async fn listed(&self, path: &str) -> (Vec<String>, Option<String>) {
        let body = self.get(path).await.json();
        let layers = body["Layers"].as_array().into_iter().flatten().map(|layer| {
            let version = &layer["LatestMatchingVersion"];
            format!("{}:{}", layer["LayerName"].as_str().unwrap(), version["Version"])
        });
        let versions = body["LayerVersions"].as_array().into_iter().flatten();
        let versions = versions.map(|version| version["Version"].to_string());
        (layers.chain(versions).collect(), body["NextMarker"].as_str().map(str::to_owned))
    }
}

#[tokio::test]
async fn a_published_version() {
    let server = Server::new();
    let body = json!({
        "Content": content("one"),
        "Description": "What many need",
        "CompatibleRuntimes": ["python3.12", "python3.13"],
        "CompatibleArchitectures": ["x86_64"],
        "LicenseInfo": "MIT",
    });
    let mut answer = server.post(TOOLS, body).await;
    answer.body = without_signature(&answer).into();
    insta::assert_snapshot!(answer, @r#"
        201 Created
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "Content": {
            "Location": "http://127.0.0.1:4566/_hob/code/cfb6c2e9d25951af950536d87b59a57a1c363aac013da5f0e4ba62750317e4e4?Expires=1767323645&Signature=…",
            "CodeSha256": "z7bC6dJZUa+VBTbYe1mlehw2OqwBPaXw5LpidQMX5OQ=",
            "CodeSize": 115
          },
          "LayerArn": "arn:aws:lambda:us-east-1:000000000000:layer:tools",
          "LayerVersionArn": "arn:aws:lambda:us-east-1:000000000000:layer:tools:1",
          "Description": "What many need",
          "CreatedDate": "2026-01-02T03:04:05.678+0000",
          "Version": 1,
          "CompatibleArchitectures": [
            "x86_64"
          ],
          "CompatibleRuntimes": [
            "python3.12",
            "python3.13"
          ],
          "LicenseInfo": "MIT"
        }
        "#);
}

#[tokio::test]
async fn a_version_of_which_nothing_is_said() {
    let server = Server::new();
    let answer = server.publish_layer("tools", "one").await.json();
    let mut members: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["Content", "CreatedDate", "Description", "LayerArn", "LayerVersionArn", "Version"]);
    assert_eq!(answer["Description"], "");
}

#[tokio::test]
async fn a_version_is_read_as_it_was_published_by_number_and_by_arn() {
    let server = Server::new();
    let published = server.publish_layer("tools", "one").await.json();
    let by_number = server.get(&format!("{TOOLS}/1")).await;
    assert!(by_number.head.starts_with("200 OK"), "{}", by_number.head);
    assert_eq!(by_number.json(), published);
    let arn = published["LayerVersionArn"].as_str().unwrap().replace(':', "%3A");
    let by_arn = server.get(&format!("{LAYERS}?find=LayerVersion&Arn={arn}")).await;
    assert_eq!(by_arn.json(), published);
    let by_layer_arn = published["LayerArn"].as_str().unwrap().replace(':', "%3A");
    assert_eq!(server.get(&format!("{LAYERS}/{by_layer_arn}/versions/1")).await.json(), published);
    let location = published["Content"]["Location"].as_str().unwrap();
    let zip = server.get(location.strip_prefix("http://127.0.0.1:4566").unwrap()).await;
    assert_eq!(zip.body, zip_of("one"));
}

#[tokio::test]
async fn numbers_are_never_given_twice() {
    let server = Server::new();
    for expected in [1, 2] {
        assert_eq!(server.publish_layer("tools", "the same").await.json()["Version"], expected);
    }
    insta::assert_snapshot!(server.delete(&format!("{TOOLS}/2")).await, @r"
        204 No Content
        x-amzn-requestid: <uuid>
        ");
    assert_eq!(server.publish_layer("tools", "the same").await.json()["Version"], 3);
}

#[tokio::test]
async fn what_is_not_there_counts_as_deleted() {
    let server = Server::new();
    assert!(server.delete(&format!("{TOOLS}/1")).await.head.starts_with("204"));
    server.publish_layer("tools", "one").await;
    assert!(server.delete(&format!("{TOOLS}/7")).await.head.starts_with("204"));
    assert!(server.delete(&format!("{TOOLS}/1")).await.head.starts_with("204"));
    assert!(server.delete(&format!("{TOOLS}/1")).await.head.starts_with("204"));
    assert_eq!(server.listed(TOOLS).await.0, [""; 0]);
    insta::assert_snapshot!(server.get(&format!("{TOOLS}/1")).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"The resource you requested does not exist."}
        "#);
}

#[tokio::test]
async fn versions_that_cannot_be() {
    let server = Server::new();
    insta::assert_snapshot!(server.get(&format!("{TOOLS}/0")).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Layer Version Cannot be less than 1"}
        "#);
    insta::assert_snapshot!(server.delete(&format!("{TOOLS}/-1")).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Layer Version Cannot be less than 1"}
        "#);
    let arn = |text: &str| format!("{LAYERS}?find=LayerVersion&Arn={}", text.replace(':', "%3A"));
    let elsewhere = arn("arn:aws:lambda:eu-west-1:000000000000:layer:tools:1");
    insta::assert_snapshot!(server.get(&elsewhere).await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"Layers from 'eu-west-1' are not reachable in this region ('us-east-1')"}
        "#);
    let awss = server.get(&arn("arn:aws:lambda:::awslayer:AmazonLinux1803")).await;
    insta::assert_snapshot!(awss.message(), @"The resource you requested does not exist.");
    let unversioned = server.get(&arn("arn:aws:lambda:us-east-1:000000000000:layer:tools")).await;
    insta::assert_snapshot!(unversioned, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ValidationException
        content-type: application/json
        {"message":"1 validation error detected: Value 'arn:aws:lambda:us-east-1:000000000000:layer:tools' at 'arn' failed to satisfy constraint: Member must satisfy regular expression pattern: ((arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+))"}
        "#);
}

#[tokio::test]
async fn layers_are_listed_by_their_newest_versions() {
    let server = Server::new();
    for layer in ["b", "a", "b"] {
        server.publish_layer(layer, layer).await;
    }
    insta::assert_snapshot!(server.get(LAYERS).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "Layers": [
            {
              "LayerName": "a",
              "LayerArn": "arn:aws:lambda:us-east-1:000000000000:layer:a",
              "LatestMatchingVersion": {
                "LayerVersionArn": "arn:aws:lambda:us-east-1:000000000000:layer:a:1",
                "Version": 1,
                "Description": "",
                "CreatedDate": "2026-01-02T03:04:05.678+0000"
              }
            },
            {
              "LayerName": "b",
              "LayerArn": "arn:aws:lambda:us-east-1:000000000000:layer:b",
              "LatestMatchingVersion": {
                "LayerVersionArn": "arn:aws:lambda:us-east-1:000000000000:layer:b:2",
                "Version": 2,
                "Description": "",
                "CreatedDate": "2026-01-02T03:04:05.678+0000"
              }
            }
          ]
        }
        "#);
    let (first, marker) = server.listed(&format!("{LAYERS}?MaxItems=1")).await;
    assert_eq!(first, ["a:1"]);
    let rest = server.listed(&format!("{LAYERS}?MaxItems=1&Marker={}", marker.unwrap())).await;
    assert_eq!(rest, (vec!["b:2".to_owned()], None));
}

#[tokio::test]
async fn versions_are_listed_newest_first() {
    let server = Server::new();
    for code in ["one", "two", "three"] {
        server.publish_layer("tools", code).await;
    }
    server.publish_layer("tools-2", "other").await;
    insta::assert_snapshot!(server.get(&format!("{TOOLS}?MaxItems=1")).await.json()["LayerVersions"], @r#"[{"LayerVersionArn":"arn:aws:lambda:us-east-1:000000000000:layer:tools:3","Version":3,"Description":"","CreatedDate":"2026-01-02T03:04:05.678+0000"}]"#);
    let (first, marker) = server.listed(&format!("{TOOLS}?MaxItems=2")).await;
    assert_eq!(first, ["3", "2"]);
    let rest = server.listed(&format!("{TOOLS}?MaxItems=2&Marker={}", marker.unwrap())).await;
    assert_eq!(rest, (vec!["1".to_owned()], None));
    insta::assert_snapshot!(server.get(&format!("{LAYERS}/nothing/versions")).await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"LayerVersions":[]}
        "#);
}

#[tokio::test]
async fn lists_show_what_says_that_it_is_compatible() {
    let server = Server::new();
    server.publish_for("a", "python3.12", "x86_64").await;
    server.publish_for("a", "nodejs22.x", "arm64").await;
    server.publish_for("b", "nodejs22.x", "x86_64").await;
    server.publish_layer("c", "says nothing").await;
    let layers = async |query: &str| server.listed(&format!("{LAYERS}?{query}")).await.0;
    assert_eq!(layers("CompatibleRuntime=python3.12").await, ["a:1"]);
    assert_eq!(layers("CompatibleRuntime=nodejs22.x").await, ["a:2", "b:1"]);
    assert_eq!(layers("CompatibleRuntime=nodejs22.x&CompatibleArchitecture=x86_64").await, ["b:1"]);
    assert_eq!(layers("CompatibleRuntime=java21").await, [""; 0]);
    let versions =
        server.listed(&format!("{LAYERS}/a/versions?CompatibleArchitecture=x86_64&MaxItems=1")).await;
    assert_eq!(versions, (vec!["1".to_owned()], None));
    let marker = format!("{LAYERS}?Marker=forged");
    insta::assert_snapshot!(server.get(&marker).await.message(), @"Invalid Marker.");
}

#[tokio::test]
async fn contents_that_cannot_be_published() {
    let server = Server::new();
    let publish = async |content: Value| server.post(TOOLS, json!({ "Content": content })).await;
    insta::assert_snapshot!(publish(json!({ "ZipFile": BASE64.encode("no zip") })).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Could not unzip uploaded file. Please check your file, then try to upload again."}
        "#);
    insta::assert_snapshot!(publish(json!({})).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Please provide a source for layer code."}
        "#);
    assert_eq!(server.listed(LAYERS).await.0, [""; 0]);
}

#[tokio::test]
async fn more_than_an_account_may_keep() {
    let server = Server::with_code_storage(300);
    assert!(server.publish_layer("tools", "one").await.head.starts_with("201"));
    assert!(server.publish_layer("tools", "one").await.head.starts_with("201"));
    insta::assert_snapshot!(server.publish_layer("tools", "one").await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: CodeStorageExceededException
        content-type: application/json
        {"Type":"User","message":"Code storage limit exceeded."}
        "#);
    assert_eq!(server.get("/2016-08-19/account-settings").await.json()["AccountUsage"]["TotalCodeSize"], 230);
    server.delete(&format!("{TOOLS}/1")).await;
    assert!(server.publish_layer("tools", "one").await.head.starts_with("201"));
}

#[tokio::test]
async fn runtimes_and_architectures_are_those_of_lambda() {
    let server = Server::new();
    let body = json!({
        "Content": content("one"), "CompatibleRuntimes": ["cobol"], "CompatibleArchitectures": ["vax"],
    });
    let message = server.post(TOOLS, body).await.message();
    let broken: Vec<_> = message.split("Member must satisfy constraint: ").collect();
    assert_eq!(
        broken[0],
        "2 validation errors detected: Value '[cobol]' at 'compatibleRuntimes' failed to satisfy constraint: "
    );
    assert!(broken[1].starts_with("[Member must satisfy enum value set: [nodejs, "), "{message}");
    assert!(
        broken[1].ends_with("; Value '[vax]' at 'compatibleArchitectures' failed to satisfy constraint: "),
        "{message}"
    );
    assert_eq!(broken[2], "[Member must satisfy enum value set: [x86_64, arm64], Member must not be null]");
}

#[tokio::test]
async fn the_layers_of_others() {
    let server = Server::new();
    let of_other = "arn%3Aaws%3Alambda%3Aus-east-1%3A111111111111%3Alayer%3Atools";
    let versions = format!("{LAYERS}/{of_other}/versions");
    insta::assert_snapshot!(server.get(&format!("{versions}/1")).await, @r#"
        403 Forbidden
        x-amzn-requestid: <uuid>
        x-amzn-errortype: AccessDeniedException
        content-type: application/json
        {"Message":"User: arn:aws:iam::000000000000:root is not authorized to perform: lambda:GetLayerVersion on resource: arn:aws:lambda:us-east-1:111111111111:layer:tools:1 because no resource-based policy allows the lambda:GetLayerVersion action"}
        "#);
    insta::assert_snapshot!(server.publish_layer(of_other, "one").await.message(), @"User: arn:aws:iam::000000000000:root is not authorized to perform: lambda:PublishLayerVersion on resource: arn:aws:lambda:us-east-1:111111111111:layer:tools because no resource-based policy allows the lambda:PublishLayerVersion action");
    insta::assert_snapshot!(server.delete(&format!("{versions}/1")).await.message(), @"User: arn:aws:iam::000000000000:root is not authorized to perform: lambda:DeleteLayerVersion on resource: arn:aws:lambda:us-east-1:111111111111:layer:tools because no resource-based policy allows the lambda:DeleteLayerVersion action");
    insta::assert_snapshot!(server.get(&versions).await.message(), @"User: arn:aws:iam::000000000000:root is not authorized to perform: lambda:ListLayerVersions on resource: arn:aws:lambda:us-east-1:111111111111:layer:tools because no resource-based policy allows the lambda:ListLayerVersions action");
}

/// The digest and the expiry remain.
fn without_signature(answer: &Answer) -> String {
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    let (before, after) = text.split_once("&Signature=").unwrap();
    let (_, after) = after.split_once('"').unwrap();
    format!("{before}&Signature=…\"{after}")
}
