use serde_json::Value;

use super::{Client, TOPIC};

const URL: &str = "http://127.0.0.1:9/hook";

/// The document that was sent last, of so many.
async fn sent(client: &Client, count: usize) -> Value {
    let sent = client.world.running(client.world.http.0.wait_for(count)).await;
    serde_json::from_str(&sent[count - 1].0.body).unwrap()
}

fn url(document: &Value, name: &str) -> String {
    document[name].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_endpoint_confirms_and_leaves_and_comes_back_by_its_urls() {
    let client = Client::with_topics().await;
    client.subscribe(TOPIC, "http", URL).await;
    let request = sent(&client, 1).await;
    insta::assert_snapshot!(client.get(&url(&request, "SubscribeURL")).await.replace(
        &client_subscription(&client).await, "SUBSCRIPTION"), @r#"
        200 OK
        <ConfirmSubscriptionResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <ConfirmSubscriptionResult>
        <SubscriptionArn>SUBSCRIPTION</SubscriptionArn>
        </ConfirmSubscriptionResult>
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </ConfirmSubscriptionResponse>
    "#);
    client.call("Publish", &[("TopicArn", TOPIC), ("Message", "m")]).await;
    let notification = sent(&client, 2).await;
    insta::assert_snapshot!(client.get(&url(&notification, "UnsubscribeURL")).await, @r#"
        200 OK
        <UnsubscribeResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
        <ResponseMetadata>
        <RequestId>REQUEST-ID</RequestId>
        </ResponseMetadata>
        </UnsubscribeResponse>
    "#);
    let farewell = sent(&client, 3).await;
    assert_eq!(farewell["Type"], "UnsubscribeConfirmation");
    client.call("Publish", &[("TopicArn", TOPIC), ("Message", "for nobody")]).await;
    assert!(client.get(&url(&farewell, "SubscribeURL")).await.starts_with("200"));
    client.call("Publish", &[("TopicArn", TOPIC), ("Message", "again")]).await;
    assert_eq!(sent(&client, 4).await["Message"], "again");
    let again = client.get(&url(&farewell, "SubscribeURL")).await;
    insta::assert_snapshot!(again, @r#"
        400 Bad Request
        Invalid parameter: Token
    "#);
}

async fn client_subscription(client: &Client) -> String {
    super::element(&client.call("ListSubscriptions", &[]).await, "SubscriptionArn")
}

#[tokio::test]
async fn who_wants_it_so_is_ended_by_nobody_else() {
    let client = Client::with_topics().await;
    client.subscribe(TOPIC, "http", URL).await;
    let request = sent(&client, 1).await;
    let token = url(&request, "Token");
    let confirm = [("TopicArn", TOPIC), ("Token", token.as_str()), ("AuthenticateOnUnsubscribe", "true")];
    assert!(client.call("ConfirmSubscription", &confirm).await.starts_with("200"));
    client.call("Publish", &[("TopicArn", TOPIC), ("Message", "m")]).await;
    let notification = sent(&client, 2).await;
    insta::assert_snapshot!(client.get(&url(&notification, "UnsubscribeURL")).await, @r#"
        403 Forbidden
        Not authorized
    "#);
    let wrong = [("TopicArn", TOPIC), ("Token", "x")];
    insta::assert_snapshot!(client.refused("ConfirmSubscription", &wrong).await, @"InvalidParameter: Invalid parameter: Token");
}

#[tokio::test]
async fn signatures_are_those_of_the_certificate() {
    let client = Client::with_topics().await;
    client.subscribe(TOPIC, "http", URL).await;
    let request = sent(&client, 1).await;
    let certificate = client.get(&url(&request, "SigningCertURL")).await;
    assert!(certificate.starts_with("200 OK\n-----BEGIN CERTIFICATE-----\n"), "{certificate}");
    assert!(client.get("http://localhost:4566/_hob/sns/other.pem").await.starts_with("404"));
}
