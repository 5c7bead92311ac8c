//! Whole answers of each operation, as a client sees them, in both protocols. Ids are replaced by `<uuid>`.

mod batches;
mod errors;
mod fifo;
mod messages;
mod moves;
mod permissions;
mod query;
mod queues;
mod refused_attributes;
mod refused_messages;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hob_storage::Storage;
use hob_types::{ManualClock, RequestId, SeededRandom, Timestamp};
use hob_wire::{App, Body, Endpoint, Guard, NoKeys, Settings};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use serde_json::{Value, json};

use crate::Queues;

const START: Timestamp = Timestamp::from_millis(1_767_323_045_678);

/// A server without a socket.
struct Server {
    app: App,
    clock: Arc<ManualClock>,
    queues: Arc<Queues>,
    _storage: Storage,
}

impl Server {
    fn new() -> Self {
        let storage = Storage::in_memory().unwrap();
        let clock = Arc::new(ManualClock::at(START));
        let random = Arc::new(SeededRandom::new(1));
        let settings = Settings {
            clock: clock.clone(),
            random: random.clone(),
            keys: Arc::new(NoKeys),
            verify_signatures: false,
            guard: Guard::default(),
        };
        let queues = Queues::new(storage.queues(), clock.clone(), random);
        let app = App::new(settings).with_service(super::service(queues.clone()));
        Self { app, clock, queues, _storage: storage }
    }

    /// With queues that are as queues are; those whose names say so are FIFO.
    async fn with(names: &[&str]) -> Self {
        let server = Self::new();
        for name in names {
            let attributes = match name.ends_with(".fifo") {
                true => json!({ "FifoQueue": "true" }),
                false => json!({}),
            };
            server.call("CreateQueue", json!({ "QueueName": name, "Attributes": attributes })).await;
        }
        server
    }

    fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// JSON 1.0.
    async fn json(&self, operation: &str, body: Value) -> Answer {
        let target = format!("AmazonSQS.{operation}");
        let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", &target)];
        self.request("POST", "/", &headers, body.to_string().into()).await
    }

    /// What an operation answers that must succeed.
    async fn call(&self, operation: &str, body: Value) -> Value {
        let answer = self.json(operation, body).await;
        assert!(answer.head.starts_with("200"), "{answer}");
        serde_json::from_slice(&answer.body).unwrap()
    }

    /// The code and the text of what must fail.
    async fn refused(&self, operation: &str, body: Value) -> String {
        let answer = self.json(operation, body).await;
        assert!(!answer.head.starts_with("200"), "{answer}");
        let error: Value = serde_json::from_slice(&answer.body).unwrap();
        format!("{}: {}", error["__type"].as_str().unwrap(), error["message"].as_str().unwrap())
    }

    /// A form.
    async fn form(&self, path: &str, parameters: &str) -> Answer {
        let headers = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
        self.request("POST", path, &headers, parameters.to_owned().into()).await
    }

    async fn request(&self, method: &str, uri: &str, headers: &[(&str, &str)], body: Bytes) -> Answer {
        let authorization = "AWS4-HMAC-SHA256 Credential=test/20260102/us-east-1/sqs/aws4_request, \
                             SignedHeaders=host, Signature=0";
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header("host", "localhost:3000")
            .header("authorization", authorization);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let peer = "127.0.0.1:1".parse().unwrap();
        let request = request.body(Full::new(body)).unwrap();
        Answer::read(self.app.handle(&Endpoint::Network(peer), peer, request).await).await
    }

    async fn send(&self, queue: &str, body: &str) {
        self.call("SendMessage", json!({ "QueueUrl": url(queue), "MessageBody": body })).await;
    }

    /// Everything that there is of up to ten messages.
    async fn receive(&self, queue: &str) -> Vec<Value> {
        let wish = json!({
            "QueueUrl": url(queue),
            "MaxNumberOfMessages": 10,
            "MessageSystemAttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
        });
        let answer = self.call("ReceiveMessage", wish).await;
        answer["Messages"].as_array().cloned().unwrap_or_default()
    }

    async fn receipt(&self, queue: &str) -> String {
        self.receive(queue).await[0]["ReceiptHandle"].as_str().unwrap().to_owned()
    }
}

fn url(queue: &str) -> String {
    format!("http://localhost:3000/000000000000/{queue}")
}

fn arn(queue: &str) -> String {
    format!("arn:aws:sqs:us-east-1:000000000000:{queue}")
}

struct Answer {
    head: String,
    body: Bytes,
}

impl Answer {
    async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let mut head = parts.status.to_string();
        for (name, value) in parts.headers.iter().filter(|(name, _)| *name != "x-amzn-requestid") {
            head.push_str(&format!("\n{name}: {}", value.to_str().unwrap()));
        }
        Self { head, body: body.collect().await.unwrap().to_bytes() }
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{}\n{}", self.head, String::from_utf8_lossy(&self.body));
        // An element a line, where it is XML.
        f.write_str(&without_ids(&text.replace("><", ">\n<")))
    }
}

fn without_ids(text: &str) -> String {
    let mut rest = text;
    let mut replaced = String::new();
    while let Some(next) = rest.chars().next() {
        let id = rest.get(..36).filter(|id| id.parse::<RequestId>().is_ok());
        let (shown, length) = match id {
            Some(_) => ("<uuid>", 36),
            None => (&rest[..next.len_utf8()], next.len_utf8()),
        };
        replaced.push_str(shown);
        rest = &rest[length..];
    }
    replaced
}
