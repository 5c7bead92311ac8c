//! Layers as functions use them.

use hob_storage::{CodeRecord, LayerVersionRecord, Owner};
use hob_types::{Sha256Digest, Timestamp};
use serde_json::{Value, json};

use super::layers::content;
use super::{Server, creation_with};
use crate::package::UNZIPPED_SIZE_LIMIT;
use crate::testing::zip_of_promised_size;

const CONFIGURATION: &str = "/2015-03-31/functions/fn/configuration";

fn arn(name_and_version: &str) -> String {
    format!("arn:aws:lambda:us-east-1:000000000000:layer:{name_and_version}")
}

fn with_layers(layers: &[&str]) -> Value {
    creation_with(json!({ "Layers": layers.iter().map(|layer| arn(layer)).collect::<Vec<_>>() }))
}

async fn with_published(layers: &[&str]) -> Server {
    let server = Server::new();
    for layer in layers {
        server.publish_layer(layer, layer).await;
    }
    server
}

#[tokio::test]
async fn a_function_shows_its_layers_in_order() {
    let server = with_published(&["a", "b"]).await;
    let created = server.create(with_layers(&["b:1", "a:1"])).await.json();
    insta::assert_snapshot!(created["Layers"], @r#"[{"Arn":"arn:aws:lambda:us-east-1:000000000000:layer:b:1","CodeSize":113},{"Arn":"arn:aws:lambda:us-east-1:000000000000:layer:a:1","CodeSize":113}]"#);
    server.settle().await;
    let (function, list) = (
        server.get("/2015-03-31/functions/fn").await.json(),
        server.get("/2015-03-31/functions").await.json(),
    );
    assert_eq!(function["Configuration"]["Layers"], created["Layers"]);
    assert_eq!(list["Functions"][0]["Layers"], created["Layers"]);
}

#[tokio::test]
async fn layers_are_replaced_kept_or_taken_away() {
    let server = with_published(&["a", "b"]).await;
    server.create(with_layers(&["a:1"])).await;
    server.settle().await;
    let update = async |body: Value| {
        let updated = server.put(CONFIGURATION, body).await.json();
        server.settle().await;
        updated["Layers"]
            .as_array()
            .map(|layers| layers.iter().map(|layer| layer["Arn"].clone()).collect::<Vec<_>>())
    };
    assert_eq!(update(json!({ "Layers": [arn("b:1")] })).await, Some(vec![json!(arn("b:1"))]));
    assert_eq!(update(json!({ "Description": "other" })).await, Some(vec![json!(arn("b:1"))]));
    assert_eq!(update(json!({ "Layers": [] })).await, None);
}

#[tokio::test]
async fn a_version_of_a_function_keeps_the_layers_that_it_was_published_with() {
    let server = with_published(&["a", "b"]).await;
    server.create(with_layers(&["a:1"])).await;
    server.settle().await;
    let publish = async || server.post("/2015-03-31/functions/fn/versions", json!({})).await.json();
    assert_eq!(publish().await["Layers"][0]["Arn"], arn("a:1"));
    server.put(CONFIGURATION, json!({ "Layers": [arn("b:1")] })).await;
    server.settle().await;
    let second = publish().await;
    assert_eq!((&second["Version"], &second["Layers"][0]["Arn"]), (&json!("2"), &json!(arn("b:1"))));
    let first = server.get("/2015-03-31/functions/fn/configuration?Qualifier=1").await.json();
    assert_eq!(first["Layers"][0]["Arn"], arn("a:1"));
}

#[tokio::test]
async fn a_deleted_layer_stays_with_the_functions_that_have_it() {
    let server = with_published(&["a"]).await;
    server.create(with_layers(&["a:1"])).await;
    server.delete("/2018-10-31/layers/a/versions/1").await;
    server.settle().await;
    server.world.clock.advance(std::time::Duration::from_secs(3600));
    server.lambda.functions.packages().remove_garbage(&*server.world.storage.functions()).await.unwrap();
    let function = server.get("/2015-03-31/functions/fn").await.json();
    assert_eq!(function["Configuration"]["State"], "Active");
    assert_eq!(function["Configuration"]["Layers"][0]["Arn"], arn("a:1"));
    server.invoke("fn", &[], "{}").await;
    let invocations = server.world.invoker.invocations.lock().unwrap();
    let layers = &invocations[0].version.layers;
    assert_eq!(std::fs::read_to_string(layers[0].join("app.py")).unwrap(), "a");
}

#[tokio::test]
async fn layers_that_a_function_cannot_use() {
    let server = with_published(&["a", "a", "b"]).await;
    insta::assert_snapshot!(server.create(with_layers(&["c:1"])).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Layer version arn:aws:lambda:us-east-1:000000000000:layer:c:1 does not exist."}
        "#);
    insta::assert_snapshot!(server.create(with_layers(&["a:3"])).await.message(), @"Layer version arn:aws:lambda:us-east-1:000000000000:layer:a:3 does not exist.");
    insta::assert_snapshot!(server.create(with_layers(&["a:1", "b:1", "a:2"])).await.message(), @"Two different versions of the same layer are not allowed to be referenced in the same function. arn:aws:lambda:us-east-1:000000000000:layer:a:1 and arn:aws:lambda:us-east-1:000000000000:layer:a:2 are versions of the same layer.");
    insta::assert_snapshot!(server.create(with_layers(&["a:1"; 6])).await.message(), @"Cannot reference more than 5 layers.");
    let create = async |layer: &str| server.create(creation_with(json!({ "Layers": [layer] }))).await;
    let elsewhere = arn("a:1").replace("us-east-1", "eu-west-1");
    insta::assert_snapshot!(create(&elsewhere).await.message(), @"Layers are not in the same region as the function. Layers are expected to be in region us-east-1.");
    insta::assert_snapshot!(create(&elsewhere.replace("0000", "1111")).await.message(), @"User: arn:aws:iam::000000000000:root is not authorized to perform: lambda:GetLayerVersion on resource: arn:aws:lambda:eu-west-1:111111111111:layer:a:1 because no resource-based policy allows the lambda:GetLayerVersion action");
    insta::assert_snapshot!(create("arn:aws:lambda:::awslayer:AmazonLinux1803").await.message(), @"Layer version arn:aws:lambda:::awslayer:AmazonLinux1803 does not exist.");
    insta::assert_snapshot!(create(&arn("a")).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ValidationException
        content-type: application/json
        {
          "message": "1 validation error detected: Value '[arn:aws:lambda:us-east-1:000000000000:layer:a]' at 'layers' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: ((arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)), Member must not be null]"
        }
        "#);
    assert_eq!(server.get("/2015-03-31/functions").await.json()["Functions"], json!([]));
    server.create(with_layers(&[])).await;
    server.settle().await;
    let update = json!({ "Layers": [arn("a:3")] });
    insta::assert_snapshot!(server.put(CONFIGURATION, update).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Layer version arn:aws:lambda:us-east-1:000000000000:layer:a:3 does not exist."}
        "#);
}

#[tokio::test]
async fn code_and_layers_that_are_too_large_together() {
    let server = Server::new();
    server.keep_layer("full", UNZIPPED_SIZE_LIMIT - 1).await;
    server.keep_layer("a", UNZIPPED_SIZE_LIMIT - 100).await;
    server.keep_layer("b", 101).await;
    let with_code = |layers: &[&str], bytes: usize| {
        let mut body = with_layers(layers);
        body["Code"] = content(&"x".repeat(bytes));
        body
    };
    insta::assert_snapshot!(server.create(with_code(&["full:1"], 2)).await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 262144001 bytes."}
        "#);
    insta::assert_snapshot!(server.create(with_code(&["a:1", "b:1"], 2)).await.message(), @"Layers consume more than the available size of 262144000 bytes");
    // What fits exactly is not too much.
    server.create(with_code(&["a:1"], 100)).await;
    server.settle().await;
    let layers = json!({ "Layers": [arn("a:1"), arn("b:1")] });
    insta::assert_snapshot!(server.put(CONFIGURATION, layers).await.message(), @"Layers consume more than the available size of 262144000 bytes");
    let update = async |dry_run: bool| {
        let mut update = content(&"x".repeat(101));
        update["DryRun"] = json!(dry_run);
        server.put("/2015-03-31/functions/fn/code", update).await.message()
    };
    insta::assert_snapshot!(update(true).await, @"Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 262144001 bytes.");
    assert_eq!(update(false).await, update(true).await);
}

impl Server {
    /// A layer whose archive says that its file has so many bytes. It is unpacked already, so that nobody looks.
    async fn keep_layer(&self, name: &str, bytes: u64) {
        let zip = zip_of_promised_size(u32::try_from(bytes).unwrap());
        let sha256 = Sha256Digest::new([u8::try_from(name.len()).unwrap() ^ name.as_bytes()[0]; 32]);
        let code = self.world.storage.code();
        code.put_archive(sha256, Box::new(std::io::Cursor::new(zip))).await.unwrap();
        code.tree(sha256, Box::new(|_| Ok(()))).await.unwrap();
        let layer = LayerVersionRecord {
            layer: name.to_owned(),
            version: 1,
            description: String::new(),
            created: Timestamp::EPOCH,
            code: CodeRecord::new(sha256, 1),
            compatible_runtimes: None,
            compatible_architectures: None,
            license: None,
            policy: None,
        };
        let owner = Owner::of(&crate::testing::arn("any"));
        assert!(self.world.storage.resources().create(&owner, layer.into()).await.unwrap());
    }
}
