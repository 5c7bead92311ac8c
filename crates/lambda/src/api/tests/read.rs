use std::time::Duration;

use hob_storage::{CodeRecord, LayerVersionRecord, Owner};
use hob_types::{AccountId, Region, Sha256Digest, Timestamp};
use serde_json::{Value, json};

use super::{Server, creation, creation_with, without_ids};
use crate::testing::zip_of;

#[tokio::test]
async fn a_settled_function() {
    let server = Server::with_functions(&["fn"]).await;
    insta::assert_snapshot!(server.get("/2015-03-31/functions/fn").await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "Configuration": {
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
            "State": "Active",
            "LastUpdateStatus": "Successful",
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
          },
          "Code": {
            "RepositoryType": "S3",
            "Location": "http://127.0.0.1:4566/_hob/code/47a9e64cb98bfce77e6a9dcd14316ab170478d21fabb1ebfdfd7cf1c08af76eb?Expires=1767323645&Signature=i5AdhqF3EweGy9m2setUEnxzEAjVKk5cRMUtUutUX8o"
          }
        }
        "#);
}

#[tokio::test]
async fn the_configuration_alone_is_the_same() {
    let server = Server::with_functions(&["fn"]).await;
    let function = server.get("/2015-03-31/functions/fn").await.json();
    let configuration = server.get("/2015-03-31/functions/fn/configuration").await.json();
    assert_eq!(function["Configuration"], configuration);
}

#[tokio::test]
async fn the_arn_has_the_qualifier_that_was_asked_for() {
    let server = Server::with_functions(&["fn"]).await;
    let arn = async |path: &str| {
        let configuration = server.get(path).await.json();
        configuration["FunctionArn"].as_str().unwrap().to_owned()
    };
    let plain = arn("/2015-03-31/functions/fn/configuration").await;
    assert_eq!(plain, "arn:aws:lambda:us-east-1:000000000000:function:fn");
    let qualified = arn("/2015-03-31/functions/fn/configuration?Qualifier=$LATEST").await;
    assert_eq!(qualified, format!("{plain}:$LATEST"));
    let by_arn = plain.replace(':', "%3A");
    assert_eq!(arn(&format!("/2015-03-31/functions/{by_arn}%3A$LATEST/configuration")).await, qualified);
}

#[tokio::test]
async fn tags_are_shown_with_the_function() {
    let server = Server::new();
    server.create(creation_with(json!({ "Tags": { "team": "a" } }))).await;
    server.settle().await;
    let function = server.get("/2015-03-31/functions/fn").await.json();
    assert_eq!(function["Tags"], json!({ "team": "a" }));
}

#[tokio::test]
async fn the_location_leads_to_the_zip_for_ten_minutes() {
    let server = Server::with_functions(&["fn"]).await;
    let function = server.get("/2015-03-31/functions/fn").await.json();
    let location = function["Code"]["Location"].as_str().unwrap();
    let path = location.strip_prefix("http://127.0.0.1:4566").unwrap();
    let zip = server.get(path).await;
    assert!(zip.head.starts_with("200 OK"));
    assert_eq!(zip.body, zip_of("def handler(event, context): return event"));
    insta::assert_snapshot!(server.get(&path.replace("Expires=1", "Expires=2")).await, @r#"
        403 Forbidden
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>
        "#);
    server.world.clock.advance(Duration::from_secs(601));
    insta::assert_snapshot!(server.get(path).await, @r#"
        403 Forbidden
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>
        "#);
}

#[tokio::test]
async fn functions_that_do_not_exist() {
    let server = Server::with_functions(&["fn"]).await;
    insta::assert_snapshot!(server.get("/2015-03-31/functions/nope").await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope"}
        "#);
    let message = async |path: &str| server.get(path).await.message();
    insta::assert_snapshot!(message("/2015-03-31/functions/nope?Qualifier=PROD").await, @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope:PROD");
    insta::assert_snapshot!(message("/2015-03-31/functions/fn?Qualifier=1").await, @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:1");
    insta::assert_snapshot!(message("/2015-03-31/functions/fn?Qualifier=$latest").await, @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:$latest");
    insta::assert_snapshot!(message("/2015-03-31/functions/fn:PROD?Qualifier=BETA").await, @"The derived qualifier from the function name does not match the specified qualifier.");
    insta::assert_snapshot!(message("/2015-03-31/functions/a.b").await, @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:a.b");
    let long = "x".repeat(65);
    insta::assert_snapshot!(message(&format!("/2015-03-31/functions/{long}")).await, @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    let elsewhere = "arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Afn";
    insta::assert_snapshot!(message(&format!("/2015-03-31/functions/{elsewhere}")).await, @"Functions from 'eu-west-1' are not reachable in this region ('us-east-1')");
}

#[tokio::test]
async fn a_list_shows_no_states() {
    let server = Server::with_functions(&["fn"]).await;
    insta::assert_snapshot!(server.get("/2015-03-31/functions/").await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {
          "Functions": [
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
              "LoggingConfig": {
                "LogFormat": "Text",
                "LogGroup": "/aws/lambda/fn"
              }
            }
          ]
        }
        "#);
}

#[tokio::test]
async fn a_list_of_all_versions_has_qualified_arns() {
    let server = Server::with_functions(&["fn"]).await;
    let list = server.get("/2015-03-31/functions/?FunctionVersion=ALL").await.json();
    let arn = &list["Functions"][0]["FunctionArn"];
    assert_eq!(arn, "arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST");
}

#[tokio::test]
async fn a_list_comes_in_pages() {
    let server = Server::with_functions(&["a", "b", "c"]).await;
    let page = async |query: String| {
        let page = server.get(&format!("/2015-03-31/functions/?MaxItems=2{query}")).await.json();
        let names = page["Functions"].as_array().unwrap().iter().map(|f| f["FunctionName"].clone());
        (names.collect::<Vec<Value>>(), page["NextMarker"].as_str().map(str::to_owned))
    };
    let (first, marker) = page(String::new()).await;
    assert_eq!(first, ["a", "b"]);
    let (second, end) = page(format!("&Marker={}", marker.unwrap())).await;
    assert_eq!((second, end), (vec![json!("c")], None));
    insta::assert_snapshot!(server.get("/2015-03-31/functions/?Marker=b").await, @r#"
        400 Bad Request
        x-amzn-requestid: <uuid>
        x-amzn-errortype: InvalidParameterValueException
        content-type: application/json
        {"Type":"User","message":"Invalid Marker."}
        "#);
}

#[tokio::test]
async fn a_page_has_at_most_50_functions() {
    let server = Server::new();
    for n in 0..51 {
        server.create(creation(&format!("fn{n}"))).await;
    }
    let list = server.get("/2015-03-31/functions/?MaxItems=10000").await.json();
    assert_eq!(list["Functions"].as_array().unwrap().len(), 50);
    assert!(list["NextMarker"].is_string());
}

#[tokio::test]
async fn what_an_account_holds() {
    let server = Server::with_functions(&["a", "b"]).await;
    insta::assert_snapshot!(server.get("/2016-08-19/account-settings").await, @r#"
        200 OK
        x-amzn-requestid: <uuid>
        content-type: application/json
        {"AccountLimit":{"TotalCodeSize":80530636800,"CodeSizeUnzipped":262144000,"CodeSizeZipped":52428800,"ConcurrentExecutions":1000,"UnreservedConcurrentExecutions":1000},"AccountUsage":{"TotalCodeSize":300,"FunctionCount":2}}
        "#);
}

#[tokio::test]
async fn an_account_holds_versions_and_layers_too() {
    let server = Server::with_functions(&["fn"]).await;
    server.post("/2015-03-31/functions/fn/versions", json!({})).await;
    let layer = LayerVersionRecord {
        layer: "tools".to_owned(),
        version: 1,
        description: String::new(),
        created: Timestamp::EPOCH,
        code: CodeRecord::new(Sha256Digest::new([0; 32]), 1000),
        compatible_runtimes: None,
        compatible_architectures: None,
        license: None,
        policy: None,
    };
    let owner = Owner::new(&AccountId::local(), &Region::local());
    assert!(server.world.storage.resources().create(&owner, layer.into()).await.unwrap());
    let settings = server.get("/2016-08-19/account-settings").await.json();
    assert_eq!(settings["AccountUsage"], json!({ "TotalCodeSize": 150 + 150 + 1000, "FunctionCount": 1 }));
}

#[test]
fn only_ids_are_replaced() {
    let text = "ü 123e4567-e89b-42d3-a456-426614174000 and 123e4567";
    assert_eq!(without_ids(text), "ü <uuid> and 123e4567");
}
