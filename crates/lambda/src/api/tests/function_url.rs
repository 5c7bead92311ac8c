use std::time::Duration;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::Server;

const URL: &str = "/2021-10-31/functions/fn/url";
const LIST: &str = "/2021-10-31/functions/fn/urls";

/// With a function that has the aliases `live` and `test`.
async fn server() -> Server {
    let server = Server::with_functions(&["fn"]).await;
    for name in ["live", "test"] {
        let alias = json!({ "Name": name, "FunctionVersion": "$LATEST" });
        server.post("/2015-03-31/functions/fn/aliases", alias).await;
    }
    server
}

fn public() -> Value {
    json!({ "AuthType": "NONE" })
}

#[tokio::test]
async fn a_url_is_told_as_briefly_as_it_was_asked_for() {
    let server = server().await;
    assert_snapshot!(server.post(URL, public()).await, @r#"
    201 Created
    x-amzn-requestid: <uuid>
    content-type: application/json
    {"FunctionUrl":"https://1ldwwqvz0hpc2g2w35mgty4i3xhty1k8.lambda-url.us-east-1.on.aws/","FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn","AuthType":"NONE","CreationTime":"2026-01-02T03:04:05.678Z"}
    "#);
    server.world.clock.advance(Duration::from_secs(60));
    assert_snapshot!(server.get(URL).await, @r#"
    200 OK
    x-amzn-requestid: <uuid>
    content-type: application/json
    {"FunctionUrl":"https://1ldwwqvz0hpc2g2w35mgty4i3xhty1k8.lambda-url.us-east-1.on.aws/","FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn","AuthType":"NONE","CreationTime":"2026-01-02T03:04:05.678Z","LastModifiedTime":"2026-01-02T03:04:05.678Z","InvokeMode":"BUFFERED"}
    "#);
    assert_snapshot!(server.put(URL, json!({ "AuthType": "AWS_IAM" })).await, @r#"
    200 OK
    x-amzn-requestid: <uuid>
    content-type: application/json
    {"FunctionUrl":"https://1ldwwqvz0hpc2g2w35mgty4i3xhty1k8.lambda-url.us-east-1.on.aws/","FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn","AuthType":"AWS_IAM","CreationTime":"2026-01-02T03:04:05.678Z","LastModifiedTime":"2026-01-02T03:05:05.678Z"}
    "#);
    assert_snapshot!(server.delete(URL).await, @r#"
    204 No Content
    x-amzn-requestid: <uuid>
    "#);
}

#[tokio::test]
async fn a_url_of_an_alias_with_all_there_is() {
    let server = server().await;
    let all = json!({
        "AuthType": "AWS_IAM",
        "InvokeMode": "RESPONSE_STREAM",
        "Cors": {
            "AllowCredentials": true,
            "AllowHeaders": ["date"],
            "AllowMethods": ["GET", "*"],
            "AllowOrigins": ["https://example.com"],
            "ExposeHeaders": [],
            "MaxAge": 86400,
        },
    });
    assert_snapshot!(server.post(&format!("{URL}?Qualifier=live"), all).await, @r#"
    201 Created
    x-amzn-requestid: <uuid>
    content-type: application/json
    {
      "FunctionUrl": "https://1ldwwqvz0hpc2g2w35mgty4i3xhty1k8.lambda-url.us-east-1.on.aws/",
      "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn:live",
      "AuthType": "AWS_IAM",
      "Cors": {
        "AllowCredentials": true,
        "AllowHeaders": [
          "date"
        ],
        "AllowMethods": [
          "GET",
          "*"
        ],
        "AllowOrigins": [
          "https://example.com"
        ],
        "ExposeHeaders": [],
        "MaxAge": 86400
      },
      "CreationTime": "2026-01-02T03:04:05.678Z",
      "InvokeMode": "RESPONSE_STREAM"
    }
    "#);
    let by_name = server.get("/2021-10-31/functions/fn:live/url").await;
    assert_eq!(by_name.json(), server.get(&format!("{URL}?Qualifier=live")).await.json());
    let buffered = server.put(&format!("{URL}?Qualifier=live"), json!({ "InvokeMode": "BUFFERED" })).await;
    assert_eq!(buffered.json()["InvokeMode"], "BUFFERED");
    assert_eq!(buffered.json()["Cors"], by_name.json()["Cors"]);
}

#[tokio::test]
async fn cors_settings_that_say_nothing_remove_those_that_there_were() {
    let server = server().await;
    let with_cors = json!({ "AuthType": "NONE", "Cors": { "MaxAge": 0 } });
    assert_eq!(server.post(URL, with_cors).await.json()["Cors"], json!({ "MaxAge": 0 }));
    assert_eq!(server.put(URL, json!({})).await.json()["Cors"], json!({ "MaxAge": 0 }));
    assert_eq!(server.put(URL, json!({ "Cors": {} })).await.json().get("Cors"), None);
    assert_eq!(server.get(URL).await.json().get("Cors"), None);
}

#[tokio::test]
async fn a_list_of_urls_comes_in_pages() {
    let server = server().await;
    for qualifier in ["?Qualifier=test", "", "?Qualifier=live"] {
        server.post(&format!("{URL}{qualifier}"), public()).await;
    }
    let page = async |query: &str| {
        let page = server.get(&format!("{LIST}{query}")).await.json();
        let arns = page["FunctionUrlConfigs"].as_array().unwrap().iter();
        let arns: Vec<String> = arns.map(|url| url["FunctionArn"].as_str().unwrap().to_owned()).collect();
        (arns.join(" "), page["NextMarker"].as_str().map(str::to_owned))
    };
    let arn = "arn:aws:lambda:us-east-1:000000000000:function:fn";
    let all = format!("{arn} {arn}:live {arn}:test");
    assert_eq!(page("").await, (all, None));
    let (first, marker) = page("?MaxItems=1").await;
    assert_eq!(first, arn);
    let rest = format!("{arn}:live {arn}:test");
    assert_eq!(page(&format!("?Marker={}", marker.unwrap())).await, (rest, None));
    let first = server.get(&format!("{LIST}?MaxItems=1")).await.json();
    assert_snapshot!(first["FunctionUrlConfigs"][0], @r#"{"FunctionUrl":"https://rfc0x27x15jnx4fcdzt67wpl4ljzq5ay.lambda-url.us-east-1.on.aws/","FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:fn","CreationTime":"2026-01-02T03:04:05.678Z","LastModifiedTime":"2026-01-02T03:04:05.678Z","AuthType":"NONE","InvokeMode":"BUFFERED"}"#);
    assert_eq!(server.get(&format!("{LIST}?Marker=no")).await.message(), "Invalid Marker.");
    assert_snapshot!(server.get(&format!("{LIST}?MaxItems=51")).await, @r#"
    400 Bad Request
    x-amzn-requestid: <uuid>
    x-amzn-errortype: ValidationException
    content-type: application/json
    {"message":"1 validation error detected: Value '51' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 50"}
    "#);
}

#[tokio::test]
async fn a_second_url_is_refused() {
    let server = server().await;
    server.post(URL, public()).await;
    assert_snapshot!(server.post(URL, public()).await, @r#"
    409 Conflict
    x-amzn-requestid: <uuid>
    x-amzn-errortype: ResourceConflictException
    content-type: application/json
    {"Type":"User","message":"Failed to create function url config for [functionArn = arn:aws:lambda:us-east-1:000000000000:function:fn]. Error message:  FunctionUrlConfig exists for this Lambda function"}
    "#);
    server.post(&format!("{URL}?Qualifier=live"), public()).await;
    let again = server.post(&format!("{URL}?Qualifier=live"), public()).await;
    assert_snapshot!(again.message(), @"Failed to create function url config for [functionArn = arn:aws:lambda:us-east-1:000000000000:function:fn:live]. Error message:  FunctionUrlConfig exists for this Lambda function");
}

#[tokio::test]
async fn what_does_not_exist_has_no_url() {
    let server = server().await;
    assert_snapshot!(server.post("/2021-10-31/functions/nope/url", public()).await, @r#"
    404 Not Found
    x-amzn-requestid: <uuid>
    x-amzn-errortype: ResourceNotFoundException
    content-type: application/json
    {"Type":"User","Message":"Function does not exist"}
    "#);
    assert_snapshot!(server.get(URL).await, @r#"
    404 Not Found
    x-amzn-requestid: <uuid>
    x-amzn-errortype: ResourceNotFoundException
    content-type: application/json
    {"Type":"User","Message":"The resource you requested does not exist."}
    "#);
    let none = "Function does not exist";
    assert_eq!(server.post(&format!("{URL}?Qualifier=nope"), public()).await.message(), none);
    assert_eq!(server.get("/2021-10-31/functions/nope/urls").await.message(), none);
    let none = "The resource you requested does not exist.";
    for path in ["/2021-10-31/functions/nope/url", "/2021-10-31/functions/fn/url?Qualifier=nope", URL] {
        assert_eq!(server.get(path).await.message(), none);
        assert_eq!(server.put(path, json!({})).await.message(), none);
        assert_eq!(server.delete(path).await.message(), none);
    }
    assert_eq!(server.get(LIST).await.json(), json!({ "FunctionUrlConfigs": [] }));
}

#[tokio::test]
async fn versions_have_no_urls() {
    let server = server().await;
    assert_snapshot!(server.post(&format!("{URL}?Qualifier=1"), public()).await, @r#"
    400 Bad Request
    x-amzn-requestid: <uuid>
    x-amzn-errortype: ValidationException
    content-type: application/json
    {"message":"1 validation error detected: Value '1' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)"}
    "#);
    let message = async |path: &str| server.post(path, public()).await.message();
    assert_snapshot!(message(&format!("{URL}?Qualifier=$LATEST")).await, @r"1 validation error detected: Value '$LATEST' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: ((?!^\d+$)^[0-9a-zA-Z-_]+$)");
    assert_snapshot!(message("/2021-10-31/functions/fn:1/url").await, @r"1 validation error detected: Value 'fn:1' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]{1,64})(:((?!\d+$)[0-9a-zA-Z-_]+))?");
    assert_snapshot!(message("/2021-10-31/functions/fn:live/url?Qualifier=test").await, @"The derived qualifier from the function name does not match the specified qualifier.");
}

#[tokio::test]
async fn what_the_model_does_not_admit_is_refused() {
    let server = server().await;
    let message = async |body: Value| server.post(URL, body).await.message();
    assert_snapshot!(message(json!({})).await, @"1 validation error detected: Value null at 'authType' failed to satisfy constraint: Member must not be null");
    assert_snapshot!(message(json!({ "AuthType": "JWT" })).await, @"1 validation error detected: Value 'JWT' at 'authType' failed to satisfy constraint: Member must satisfy enum value set: [NONE, AWS_IAM]");
    assert_snapshot!(message(json!({ "AuthType": "NONE", "InvokeMode": "FAST" })).await, @"1 validation error detected: Value 'FAST' at 'invokeMode' failed to satisfy constraint: Member must satisfy enum value set: [RESPONSE_STREAM, BUFFERED]");
    let cors = async |cors: Value| message(json!({ "AuthType": "NONE", "Cors": cors })).await;
    assert_snapshot!(cors(json!({ "MaxAge": 86401 })).await, @"1 validation error detected: Value '86401' at 'cors.maxAge' failed to satisfy constraint: Member must have value less than or equal to 86400");
    assert_snapshot!(cors(json!({ "AllowMethods": ["OPTIONS"] })).await, @"1 validation error detected: Value '[OPTIONS]' at 'cors.allowMethods' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 6, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: .*, Member must not be null]");
    assert_snapshot!(cors(json!({ "AllowMethods": ["A", "B", "C", "D", "E", "F", "G"] })).await, @"1 validation error detected: Value '[A, B, C, D, E, F, G]' at 'cors.allowMethods' failed to satisfy constraint: Member must have length less than or equal to 6");
    assert_snapshot!(cors(json!({ "AllowOrigins": [""] })).await, @"1 validation error detected: Value '[]' at 'cors.allowOrigins' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 253, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: .*, Member must not be null]");
}

#[tokio::test]
async fn a_url_goes_with_what_it_leads_to() {
    let server = server().await;
    server.post(URL, public()).await;
    server.post(&format!("{URL}?Qualifier=live"), public()).await;
    server.delete("/2015-03-31/functions/fn/aliases/live").await;
    assert!(server.get(&format!("{URL}?Qualifier=live")).await.head.starts_with("404"));
    assert!(server.get(URL).await.head.starts_with("200"));
    server.delete("/2015-03-31/functions/fn").await;
    assert!(server.get(URL).await.head.starts_with("404"));
}

#[tokio::test]
async fn a_url_that_is_made_again_is_another_one() {
    let server = server().await;
    let first = server.post(URL, public()).await.json();
    server.delete(URL).await;
    assert_ne!(server.post(URL, public()).await.json()["FunctionUrl"], first["FunctionUrl"]);
}

#[tokio::test]
async fn of_two_who_make_a_url_at_once_one_gets_it() {
    let server = server().await;
    let (one, other) = tokio::join!(server.post(URL, public()), server.post(URL, public()));
    let statuses = [one, other].map(|answer| answer.head[..3].to_owned());
    assert!(statuses.contains(&"201".to_owned()) && statuses.contains(&"409".to_owned()), "{statuses:?}");
}
