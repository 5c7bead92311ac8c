//! Whole answers of each operation, as a client sees them. Ids are replaced by `<uuid>`.

mod aliases;
mod broken;
mod capacity;
mod code_from_s3;
mod concurrency;
mod configuration;
mod create;
mod delete;
mod event_invoke;
mod every_operation;
mod function_url;
mod invoke;
mod layer_policy;
mod layers;
mod layers_used;
mod mapping;
mod mapping_source;
mod members;
mod policies;
mod provisioned;
mod read;
mod recorded;
mod recursion;
mod reference;
mod refused_configuration;
mod request_quotas;
mod requests;
mod resource_policies;
mod runtime_management;
mod scaling;
mod signing_configs;
mod tag;
mod update;
mod usage;
mod versions;

use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use hob_storage::{FunctionStore, ResourceStore};
use hob_wire::{App, Body, Endpoint, Guard, NoKeys, Settings};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use serde_json::{Value, json};

use super::{Lambda, LambdaOptions, RequestQuotas};
use crate::Limits;
use crate::signing::SigningProfiles;
use crate::testing::{World, zip_of};

use self::broken::Broken;

/// A server without a socket.
struct Server {
    world: World,
    lambda: Arc<Lambda>,
    app: App,
}

impl Server {
    fn new() -> Self {
        Self::of(World::new())
    }

    fn of(world: World) -> Self {
        Self::with_limit(world, Limits::CODE_STORAGE)
    }

    /// Accounts may keep so many bytes of packages in a region.
    fn with_code_storage(code_storage: u64) -> Self {
        Self::with_limit(World::new(), code_storage)
    }

    fn with_limit(world: World, code_storage: u64) -> Self {
        let (functions, resources) = (world.storage.functions(), world.storage.resources());
        Self::on(world, functions, resources, code_storage, SigningProfiles::default())
    }

    fn with_signing_profiles(world: World, profiles: SigningProfiles) -> Self {
        let (functions, resources) = (world.storage.functions(), world.storage.resources());
        Self::on(world, functions, resources, Limits::CODE_STORAGE, profiles)
    }

    fn with_broken_stores() -> Self {
        let profiles = SigningProfiles::default();
        Self::on(World::new(), Arc::new(Broken), Arc::new(Broken), Limits::CODE_STORAGE, profiles)
    }

    fn on(
        world: World,
        functions: Arc<dyn FunctionStore>,
        resources: Arc<dyn ResourceStore>,
        code_storage: u64,
        signing_profiles: SigningProfiles,
    ) -> Self {
        let lambda = Lambda::new(LambdaOptions {
            functions,
            resources,
            code: world.storage.code(),
            events: world.storage.events(),
            invoker: world.invoker.clone(),
            neighbours: world.neighbours.clone(),
            clock: world.clock(),
            random: world.random.clone(),
            limits: Limits { concurrency: 1000, code_storage },
            signing_profiles,
            secret: [7; 32],
        });
        let app = App::new(settings(&world)).with_service(lambda.service()).with_route(lambda.code_route());
        Self { world, lambda, app }
    }

    /// Nothing has been counted yet.
    fn limit_requests(&mut self, quotas: RequestQuotas) {
        let service = quotas.around(self.lambda.service(), self.world.clock());
        self.app = App::new(settings(&self.world)).with_service(service);
    }

    /// With an active function of each name.
    async fn with_functions(names: &[&str]) -> Self {
        let server = Self::new();
        for name in names {
            server.create(creation(name)).await;
        }
        server.settle().await;
        server
    }

    async fn settle(&self) {
        self.lambda.functions.settle_now().await;
        for mapping in self.lambda.mappings().await.unwrap() {
            self.lambda.settle_mapping(&mapping).await.unwrap();
        }
    }

    async fn create(&self, body: Value) -> Answer {
        self.post("/2015-03-31/functions", body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], Bytes::new()).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], Bytes::new()).await
    }

    async fn put(&self, path: &str, body: Value) -> Answer {
        self.send("PUT", path, &[], body.to_string().into()).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, &[], body.to_string().into()).await
    }

    async fn invoke(&self, name: &str, headers: &[(&str, &str)], payload: impl Into<Bytes>) -> Answer {
        let path = format!("/2015-03-31/functions/{name}/invocations");
        self.send("POST", &path, headers, payload.into()).await
    }

    async fn get_as(&self, account: &str, path: &str) -> Answer {
        self.send_as(account, "GET", path, &[], Bytes::new()).await
    }

    async fn create_as(&self, account: &str, body: Value) -> Answer {
        self.send_as(account, "POST", "/2015-03-31/functions", &[], body.to_string().into()).await
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Bytes) -> Answer {
        self.send_as("test", method, path, headers, body).await
    }

    /// An account's number does for the id of its key.
    async fn send_as(
        &self,
        key: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Answer {
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={key}/20260102/us-east-1/lambda/aws4_request, SignedHeaders=host, \
             Signature=0"
        );
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "127.0.0.1:4566")
            .header("authorization", authorization);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let address = SocketAddr::from(([127, 0, 0, 1], 4566));
        let request = request.body(Full::new(body)).unwrap();
        let answer = Answer::read(self.app.handle(&Endpoint::Network(address), address, request).await).await;
        recorded::record(method, path, &answer.head);
        answer
    }
}

fn settings(world: &World) -> Settings {
    Settings {
        clock: world.clock(),
        random: world.random.clone(),
        keys: Arc::new(NoKeys),
        verify_signatures: false,
        guard: Guard::default(),
    }
}

struct Answer {
    head: String,
    body: Bytes,
}

impl Answer {
    async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let mut head = parts.status.to_string();
        for (name, value) in &parts.headers {
            head.push_str(&format!("\n{name}: {}", value.to_str().unwrap()));
        }
        Self { head, body: body.collect().await.unwrap().to_bytes() }
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The body's text alone, for errors of which only that is of interest.
    fn message(&self) -> String {
        let body = self.json();
        let message = body.get("message").or_else(|| body.get("Message"));
        message.and_then(Value::as_str).unwrap_or("no message").to_owned()
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body = match serde_json::from_slice::<Value>(&self.body) {
            Ok(json) if self.body.len() > 400 => serde_json::to_string_pretty(&json).unwrap(),
            _ => String::from_utf8_lossy(&self.body).into_owned(),
        };
        f.write_str(&without_ids(&format!("{}\n{body}", self.head)))
    }
}

fn without_ids(text: &str) -> String {
    let mut rest = text;
    let mut replaced = String::new();
    while let Some(next) = rest.chars().next() {
        let id = rest.get(..36).filter(|id| id.parse::<hob_types::RequestId>().is_ok());
        let (shown, length) = match id {
            Some(_) => ("<uuid>", 36),
            None => (&rest[..next.len_utf8()], next.len_utf8()),
        };
        replaced.push_str(shown);
        rest = &rest[length..];
    }
    replaced
}

/// What CreateFunction needs and no more.
fn creation(name: &str) -> Value {
    json!({
        "FunctionName": name,
        "Runtime": "python3.12",
        "Role": "arn:aws:iam::000000000000:role/any",
        "Handler": "app.handler",
        "Code": { "ZipFile": BASE64.encode(zip_of("def handler(event, context): return event")) },
    })
}

/// `creation`, with members added or replaced.
fn creation_with(members: Value) -> Value {
    let mut body = creation("fn");
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}
