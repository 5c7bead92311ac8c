//! What a caller sees, from the request's bytes to the answer's.

mod errors;
mod publishing;
mod route;
mod subscriptions;
mod topics;

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use hob_types::{ManualClock, SeededRandom};
use hob_wire::{App, Endpoint, Guard, NoKeys, Settings};
use http::Request;
use http_body_util::{BodyExt as _, Full};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::testing::{NOW, World};

const TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:t";
const FIFO_TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:t.fifo";
const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:q";

struct Client {
    app: App,
    world: World,
}

impl Client {
    fn new() -> Self {
        let world = World::new();
        let settings = Settings {
            clock: Arc::new(ManualClock::at(NOW)),
            random: Arc::new(SeededRandom::new(2)),
            keys: Arc::new(NoKeys),
            verify_signatures: false,
            guard: Guard::default(),
        };
        let app =
            App::new(settings).with_service(crate::service(world.sns.clone())).with_route(world.sns.route());
        Self { app, world }
    }

    async fn with_topics() -> Self {
        let client = Self::new();
        client.call("CreateTopic", &[("Name", "t")]).await;
        let fifo = [
            ("Name", "t.fifo"),
            ("Attributes.entry.1.key", "FifoTopic"),
            ("Attributes.entry.1.value", "true"),
        ];
        client.call("CreateTopic", &fifo).await;
        client
    }

    /// Status and body, with one element per line.
    async fn call(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        self.call_as("test", action, parameters).await
    }

    async fn call_as(&self, key: &str, action: &str, parameters: &[(&str, &str)]) -> String {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let mut body = format!("Action={action}&Version=2010-03-31");
        for (name, value) in parameters {
            body.push_str(&format!("&{name}={}", encode(value)));
        }
        let request = Request::post("/")
            .header("host", "localhost:4566")
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            .header(
                "authorization",
                format!(
                    "AWS4-HMAC-SHA256 Credential={key}/20260102/us-east-1/sns/aws4_request, SignedHeaders=host, \
                     Signature=00"
                ),
            );
        self.send(request.body(Full::<Bytes>::from(body)).unwrap()).await
    }

    async fn get(&self, url: &str) -> String {
        let path = url.strip_prefix("http://localhost:4566").unwrap();
        let request = Request::get(path).header("host", "localhost:4566");
        self.send(request.body(Full::<Bytes>::default()).unwrap()).await
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> String {
        let address = SocketAddr::from(([127, 0, 0, 1], 4566));
        let response = self.app.handle(&Endpoint::Network(address), address, request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&body).replace("><", ">\n<");
        let lines = body.lines().map(|line| match line.starts_with("<RequestId>") {
            true => "<RequestId>REQUEST-ID</RequestId>",
            false => line,
        });
        format!("{}\n{}", parts.status, lines.collect::<Vec<_>>().join("\n"))
    }

    /// The code and the message of what must fail.
    async fn refused(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        let answer = self.call(action, parameters).await;
        let element = |name: &str| element(&answer, name);
        format!("{}: {}", element("Code"), element("Message"))
    }

    async fn subscribe(&self, topic: &str, protocol: &str, endpoint: &str) -> String {
        let parameters = [
            ("TopicArn", topic),
            ("Protocol", protocol),
            ("Endpoint", endpoint),
            ("ReturnSubscriptionArn", "true"),
        ];
        element(&self.call("Subscribe", &parameters).await, "SubscriptionArn")
    }
}

fn element(xml: &str, name: &str) -> String {
    let start = format!("<{name}>");
    let rest = xml.split_once(&start).unwrap_or_else(|| panic!("no {name} in {xml}")).1;
    rest.split_once("</").unwrap().0.to_owned()
}
