use std::collections::{BTreeMap, HashMap};

use super::world::{EventWorld, Reply, on_failure};
use crate::event_invoke::EventInvokeSettings;

const DAY: u64 = 24 * 60 * 60;
const PERIOD: u64 = 30 * 60;
const FAILURES: &str = "arn:aws:sqs:us-east-1:000000000000:failures";
const ERROR: &str = r#"{"errorMessage":"no","errorType":"ValueError"}"#;

/// `night` cannot run for the first eight hours, `stuck` never.
fn script(name: &str, attempt: usize, at: u64) -> Reply {
    match name {
        "flaky" if attempt < 3 => Reply::Failure(7, ERROR),
        "failing" => Reply::Failure(3, ERROR),
        "night" if at < DAY / 3 => Reply::Throttled,
        "stuck" => Reply::Broken,
        _ => Reply::Answer(5, "1"),
    }
}

/// How each event ended: by function, how many.
fn endings(world: &EventWorld) -> BTreeMap<String, usize> {
    let mut endings = BTreeMap::new();
    for record in world.messages() {
        let record: serde_json::Value = serde_json::from_str(&record).unwrap();
        let context = &record["requestContext"];
        let function = context["functionArn"].as_str().unwrap().split(':').nth(6).unwrap();
        *endings.entry(format!("{function} {}", context["condition"].as_str().unwrap())).or_default() += 1;
    }
    endings
}

#[tokio::test(start_paused = true)]
async fn a_day_of_events_in_which_much_goes_wrong() {
    let world = EventWorld::new(|run| script(run.function.name.as_str(), run.attempt, run.at));
    let names = ["steady", "flaky", "failing", "night", "stuck"];
    for name in names {
        world.create(name).await;
        let maximum_event_age = (name == "stuck").then_some(3600);
        world.set(name, EventInvokeSettings { maximum_event_age, ..on_failure(FAILURES) }).await;
    }
    for _ in 0..DAY / PERIOD {
        for name in names {
            world.send(name, "1").await;
        }
        world.pass(PERIOD).await;
    }
    world.pass(6 * 60 * 60).await;
    assert!(world.is_empty().await);

    let mut runs: HashMap<_, Vec<u64>> = HashMap::new();
    for run in world.runs().iter().filter(|run| ["steady", "flaky"].contains(&run.function.name.as_str())) {
        runs.entry((run.function.name.to_string(), run.request_id)).or_default().push(run.at);
    }
    for ((name, _), at) in &runs {
        let waits: Vec<u64> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(waits, if name == "flaky" { vec![67, 127] } else { vec![] });
    }
    assert_eq!(runs.len(), 2 * (DAY / PERIOD) as usize);
    // What came in the first two hours of the night was six hours old before the morning.
    let expected =
        [("failing RetriesExhausted", 48), ("night EventAgeExceeded", 5), ("stuck EventAgeExceeded", 48)];
    assert_eq!(endings(&world), expected.map(|(ending, events)| (ending.to_owned(), events)).into());
}
