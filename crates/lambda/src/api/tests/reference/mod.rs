//! A long random sequence of operations: the server answers as a simple model does, on either storage, and goes on so
//! after a restart. `HOB_REFERENCE_STEPS` says how many, `HOB_REFERENCE_SEED` which ones.

mod model;
mod operation;

use std::path::Path;

use hob_storage::Storage;
use hob_types::{Random, SeededRandom};
use serde_json::{Value, json};

use self::model::Model;
use self::operation::Operation;
use super::{Answer, Server};
use crate::testing::World;

const STEPS: usize = 1500;
/// A restart comes after so many steps on average.
const STEPS_BETWEEN_RESTARTS: u64 = 200;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// Below `limit`.
fn number(random: &dyn Random, limit: u64) -> u64 {
    u64::from_le_bytes(random.array()) % limit
}

/// Where the server keeps what it keeps, so that it can be started again.
enum Place<'a> {
    Memory(Storage),
    Disk(&'a Path),
}

impl Place<'_> {
    fn start(&self) -> Server {
        let storage = match self {
            Self::Memory(storage) => storage.clone(),
            Self::Disk(directory) => Storage::open(directory, &SeededRandom::new(1)).unwrap(),
        };
        Server::of(World { storage, ..World::new() })
    }
}

async fn follow(place: Place<'_>) {
    let (steps, seed) = (setting("HOB_REFERENCE_STEPS", STEPS as u64), setting("HOB_REFERENCE_SEED", 1));
    let random = SeededRandom::new(seed);
    let mut model = Model::default();
    let mut server = place.start();
    for step in 0..steps {
        if number(&random, STEPS_BETWEEN_RESTARTS) == 0 {
            drop(server);
            server = place.start();
        }
        let operation = Operation::random(&random);
        let (method, path, body) = operation.request();
        let answer = match method {
            "SETTLE" => {
                server.settle().await;
                json!(null)
            }
            method => shown(&server.send(method, &path, &[], body.to_string().into()).await),
        };
        let expected = model.apply(&operation);
        assert_eq!(answer, expected, "seed {seed}, step {step}: {operation:?}");
    }
}

/// What the model knows of an answer: its status, and the members that it keeps.
fn shown(answer: &Answer) -> Value {
    let status: u64 = answer.head[..3].parse().unwrap();
    if status >= 300 || answer.body.is_empty() {
        return json!({ "status": status });
    }
    let body = answer.json();
    let mut kept = serde_json::Map::from_iter([("status".to_owned(), json!(status))]);
    for (name, value) in body.as_object().unwrap() {
        match name.as_str() {
            "Versions" | "Functions" | "Aliases" => kept.insert("items".to_owned(), names(value)),
            "Version"
            | "Description"
            | "MemorySize"
            | "FunctionVersion"
            | "RoutingConfig"
            | "ReservedConcurrentExecutions" => kept.insert(name.clone(), value.clone()),
            _ => None,
        };
    }
    Value::Object(kept)
}

fn names(items: &Value) -> Value {
    let name = |item: &Value| item.get("AliasArn").or_else(|| item.get("FunctionArn")).cloned();
    let last = |arn: Value| arn.as_str().unwrap().split_once("function:").unwrap().1.to_owned();
    items.as_array().unwrap().iter().filter_map(name).map(last).collect()
}

#[tokio::test(start_paused = true)]
async fn in_memory_the_server_answers_as_the_model() {
    follow(Place::Memory(Storage::in_memory().unwrap())).await;
}

#[tokio::test(start_paused = true)]
async fn on_disk_the_server_answers_as_the_model() {
    let directory = tempfile::tempdir().unwrap();
    follow(Place::Disk(directory.path())).await;
}
