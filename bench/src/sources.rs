//! Event source mappings: how soon after a message was sent its function runs, and how fast a backlog is worked off.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::client::Client;
use crate::functions::Workload;
use crate::report::Report;
use crate::statistics::Sample;
use crate::{Arguments, Server};

/// So that each message comes alone.
const BETWEEN: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(120);
const FUNCTION: &str = "watch";

pub fn measure(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    latency(arguments, report)?;
    backlog(arguments, report)
}

fn latency(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let server = Server::kept(&arguments.hob, directory.path())?;
    let mut client = server.client()?;
    Workload::watch()?.deploy(&mut client, FUNCTION, 1769)?;
    let queue = create_queue(&mut client)?;
    map(&mut client)?;
    let (uncounted, counted) = (50, arguments.repetitions(1000));
    for _ in 0..uncounted + counted {
        let body = json!({ "QueueUrl": queue, "MessageBody": now()?.to_string() });
        client.operate("AmazonSQS.SendMessage", &body)?;
        std::thread::sleep(BETWEEN);
    }
    let all = wait_for("the last run", || {
        let found = latencies(&mut client)?;
        Ok((found.len() >= uncounted + counted).then_some(found))
    })?;
    let sample = Sample::of(all.into_iter().skip(uncounted).collect());
    report.latency("from SendMessage to the handler, Python", "p50 ≤ 5 ms", &sample);
    Ok(())
}

fn backlog(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let server = Server::kept(&arguments.hob, directory.path())?;
    let mut client = server.client()?;
    Workload::watch()?.deploy(&mut client, FUNCTION, 1769)?;
    let queue = create_queue(&mut client)?;
    let batches = arguments.repetitions(1000);
    for _ in 0..batches {
        let entry = |id: u32| json!({ "Id": id.to_string(), "MessageBody": "0" });
        let entries: Vec<Value> = (0..10).map(entry).collect();
        client.operate("AmazonSQS.SendMessageBatch", &json!({ "QueueUrl": queue, "Entries": entries }))?;
    }
    let start = Instant::now();
    map(&mut client)?;
    wait_for("the end of the backlog", || Ok((left(&mut client, &queue)? == 0).then_some(())))?;
    let rate = (batches * 10) as f64 / start.elapsed().as_secs_f64();
    report.number("messages of a backlog, Python, batches of 10", "", rate, "/s");
    Ok(())
}

fn create_queue(client: &mut Client) -> anyhow::Result<String> {
    // A queue's messages are hidden for at least as long as the function may run.
    let attributes = json!({ "VisibilityTimeout": "60" });
    let answer =
        client.operate("AmazonSQS.CreateQueue", &json!({ "QueueName": "q", "Attributes": attributes }))?;
    Ok(answer["QueueUrl"].as_str().context("a queue has no URL")?.to_owned())
}

/// Returns when the queue is polled.
fn map(client: &mut Client) -> anyhow::Result<()> {
    const MAPPINGS: &str = "/2015-03-31/event-source-mappings";
    let source = "arn:aws:sqs:us-east-1:000000000000:q";
    let body = json!({ "FunctionName": FUNCTION, "EventSourceArn": source }).to_string();
    let answer = client.call("POST", MAPPINGS, body.as_bytes())?;
    let mapping: Value = serde_json::from_slice(&answer.body)?;
    let id = mapping["UUID"].as_str().context("the mapping was not created")?;
    wait_for("the mapping to be enabled", || {
        let answer = client.call("GET", &format!("{MAPPINGS}/{id}"), b"")?;
        let mapping: Value = serde_json::from_slice(&answer.body)?;
        Ok((mapping["State"] == "Enabled").then_some(()))
    })
}

/// What the function printed, in order.
fn latencies(client: &mut Client) -> anyhow::Result<Vec<Duration>> {
    let mut found = Vec::new();
    let mut query = json!({ "logGroupName": format!("/aws/lambda/{FUNCTION}"), "filterPattern": "after" });
    loop {
        let page = client.operate("Logs_20140328.FilterLogEvents", &query)?;
        let events = page["events"].as_array().into_iter().flatten();
        let nanos = events.filter_map(|event| event["message"].as_str()?.trim().strip_prefix("after "));
        found.extend(nanos.filter_map(|nanos| nanos.parse().ok()).map(Duration::from_nanos));
        match page["nextToken"].as_str() {
            Some(token) => query["nextToken"] = token.into(),
            None => return Ok(found),
        }
    }
}

/// Messages that are in the queue, seen or not.
fn left(client: &mut Client, queue: &str) -> anyhow::Result<u64> {
    let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
    let body = json!({ "QueueUrl": queue, "AttributeNames": names });
    let answer = client.operate("AmazonSQS.GetQueueAttributes", &body)?;
    let number =
        |name: &str| answer["Attributes"][name].as_str().and_then(|number| number.parse::<u64>().ok());
    names.iter().map(|name| number(name)).sum::<Option<u64>>().context("a queue does not count its messages")
}

fn wait_for<T>(what: &str, mut condition: impl FnMut() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = condition()? {
            return Ok(answer);
        }
        if start.elapsed() > PATIENCE {
            bail!("{what} did not come");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn now() -> anyhow::Result<u128> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos())
}
