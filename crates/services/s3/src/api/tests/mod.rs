//! Whole answers of each operation, as a client sees them. Ids of requests are replaced by `<id>`.

mod buckets;
mod lists;
mod multipart;
mod objects;
mod versions;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hob_delivery::Neighbours;
use hob_storage::Storage;
use hob_types::{ManualClock, SeededRandom, Timestamp};
use hob_wire::{App, Body, Endpoint, Guard, NoKeys, Settings};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};

use crate::{S3, S3Options};

const NOW: Timestamp = Timestamp::from_millis(1_767_323_045_678);

/// A server without a socket.
struct Server {
    app: App,
    clock: Arc<ManualClock>,
    _storage: Storage,
}

impl Server {
    fn new() -> Self {
        let storage = Storage::in_memory().unwrap();
        let clock = Arc::new(ManualClock::at(NOW));
        let random = Arc::new(SeededRandom::new(1));
        let s3 = Arc::new(S3::new(S3Options {
            storage: storage.clone(),
            neighbours: Arc::new(Neighbours::default()),
            clock: clock.clone(),
            random: random.clone(),
        }));
        let settings = Settings {
            clock: clock.clone(),
            random,
            keys: Arc::new(NoKeys),
            verify_signatures: false,
            guard: Guard::default(),
        };
        Self { app: App::new(settings).with_service(super::service(s3)), clock, _storage: storage }
    }

    /// With a bucket `bucket`.
    async fn with_bucket() -> Self {
        let server = Self::new();
        server.send("PUT", "/bucket", &[], "").await;
        server
    }

    async fn with_versions() -> Self {
        let server = Self::with_bucket().await;
        let body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
        server.send("PUT", "/bucket?versioning", &[], body).await;
        server
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], "").await
    }

    /// A second after the one before.
    async fn put(&self, path: &str, body: &str) -> Answer {
        self.clock.advance(Duration::from_secs(1));
        self.send("PUT", path, &[], body).await
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let authorization = "AWS4-HMAC-SHA256 Credential=test/20260102/us-east-1/s3/aws4_request, \
             SignedHeaders=host, Signature=0";
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "127.0.0.1:4566")
            .header("authorization", authorization);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let address = SocketAddr::from(([127, 0, 0, 1], 4566));
        let request = request.body(Full::new(Bytes::from(body.to_owned()))).unwrap();
        Answer::read(self.app.handle(&Endpoint::Network(address), address, request).await).await
    }
}

struct Answer {
    head: String,
    body: String,
}

impl Answer {
    async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let mut head = parts.status.to_string();
        for (name, value) in parts.headers.iter().filter(|(name, _)| !name.as_str().starts_with("x-amz-id-2"))
        {
            let value = match name.as_str() {
                "x-amz-request-id" => "<id>",
                _ => value.to_str().unwrap(),
            };
            head.push_str(&format!("\n{name}: {value}"));
        }
        let body = body.collect().await.unwrap().to_bytes();
        Self { head, body: shown(&String::from_utf8_lossy(&body)) }
    }

    /// What stands in an element of the body.
    fn element(&self, name: &str) -> String {
        let (_, rest) = self.body.split_once(&format!("<{name}>")).unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    }

    /// The first line and the code, for refusals of which only that is of interest.
    fn refusal(&self) -> String {
        let status = self.head.lines().next().unwrap_or_default();
        format!("{status}: {}", self.element("Code"))
    }
}

/// XML with a line for each element.
fn shown(body: &str) -> String {
    let lines = body.replace("><", ">\n<");
    let lines = lines.lines().filter(|line| !line.starts_with("<HostId>"));
    let line = |line: &str| match line.starts_with("<RequestId>") {
        true => "<RequestId><id></RequestId>".to_owned(),
        false => line.to_owned(),
    };
    lines.map(line).collect::<Vec<_>>().join("\n")
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n{}", self.head, self.body)
    }
}
