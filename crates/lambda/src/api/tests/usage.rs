use std::time::Duration;

use hob_invoke::{Measured, UsageSink as _};
use hob_types::InvocationSource;
use hob_wire::{App, Guard, NoKeys, Settings};
use tokio::task::JoinSet;

use super::*;
use crate::testing::version;
use crate::{UsageRoute, UsageWriter};

/// A server whose functions `a` and `b` have been used.
async fn answer(uri: &str) -> Answer {
    let mut server = Server::new();
    let world = &server.world;
    let writer = Arc::new(UsageWriter::new(world.storage.usage(), world.clock()));
    let settings = Settings {
        clock: world.clock(),
        random: world.random.clone(),
        keys: Arc::new(NoKeys),
        verify_signatures: false,
        guard: Guard::default(),
    };
    let route = UsageRoute { writer: writer.clone(), store: world.storage.usage(), clock: world.clock() };
    server.app = App::new(settings).with_server_route(route);

    let (duration, init) = (Duration::from_micros(133_610), Duration::from_millis(80));
    let cold = Measured { duration, billed: Duration::from_millis(214), init: Some(init), restore: None };
    writer.answered(&version("a", 1769, 1024), InvocationSource::Invoke, cold, true);
    writer.throttled(&version("b", 128, 512), InvocationSource::Invoke);
    let mut running = JoinSet::new();
    running.spawn(async move { writer.run().await });
    server.get(uri).await
}

#[tokio::test]
async fn what_was_used_this_month_is_told_at_once() {
    insta::assert_snapshot!(answer("/_hob/usage").await, @r#"
    200 OK
    content-type: application/json
    {
      "First": "2026-01-01",
      "Last": "2026-01-31",
      "Records": [
        {
          "FunctionName": "a",
          "Version": "$LATEST",
          "Architecture": "x86_64",
          "Source": "Invoke",
          "Day": "2026-01-02",
          "Requests": 1,
          "Errors": 1,
          "Throttles": 0,
          "BilledMs": 214,
          "InitMs": 80,
          "MemoryMibMs": 378566,
          "StorageMibMs": 109568
        },
        {
          "FunctionName": "b",
          "Version": "$LATEST",
          "Architecture": "x86_64",
          "Source": "Invoke",
          "Day": "2026-01-02",
          "Requests": 0,
          "Errors": 0,
          "Throttles": 1,
          "BilledMs": 0,
          "InitMs": 0,
          "MemoryMibMs": 0,
          "StorageMibMs": 0
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn other_days_may_be_asked_for() {
    let answer = answer("/_hob/usage?first=2025-12-31&last=2026-01-01").await;
    assert_eq!(answer.json(), json!({ "First": "2025-12-31", "Last": "2026-01-01", "Records": [] }));
}

#[tokio::test]
async fn what_is_no_day_is_refused() {
    insta::assert_snapshot!(answer("/_hob/usage?first=yesterday").await, @r#"
    400 Bad Request
    x-amzn-requestid: <uuid>
    x-amzn-errortype: InvalidParameterValueException
    content-type: application/json
    {"message":"first: \"yesterday\" is no day; write it as in 2026-01-31"}
    "#);
    let other = answer("/_hob/usage?since=2026-01-01").await;
    assert_eq!(other.message(), "since is no parameter of /_hob/usage");
}
