//! SQS over HTTP, every answer on disk: messages in and out, in batches and one by one.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::{Value, json};

use crate::client::Client;
use crate::report::Report;
use crate::{Arguments, Server};

const CALLERS: usize = 8;

pub fn measure(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let duration = Duration::from_secs_f64(if arguments.quick { 0.5 } else { 4.0 });
    for (batch, goal) in [(10, "≥ 10000 /s"), (1, "")] {
        let directory = tempfile::tempdir()?;
        let server = Server::kept(&arguments.hob, directory.path())?;
        Caller::connect(server.address)?.call("CreateQueue", &json!({ "QueueName": "q" }))?;
        let what = |does: &str| format!("queues, {does}, batches of {batch}, {CALLERS} callers");
        let mut rate = |does: &str, work: fn(&mut Caller, usize) -> anyhow::Result<usize>| {
            let done = together(server.address, duration, batch, work)?;
            report.number(&what(does), goal, done, "messages/s");
            anyhow::Ok(())
        };
        rate("in and out", |caller, batch| {
            caller.send(batch)?;
            caller.receive_and_delete(batch)
        })?;
        rate("send", Caller::send)?;
        rate("receive and delete", Caller::receive_and_delete)?;
    }
    Ok(())
}

/// Messages a second of all callers.
fn together(
    address: SocketAddr,
    duration: Duration,
    batch: usize,
    work: fn(&mut Caller, usize) -> anyhow::Result<usize>,
) -> anyhow::Result<f64> {
    let start = Instant::now();
    let one = || {
        let mut caller = Caller::connect(address)?;
        let mut messages = 0;
        while start.elapsed() < duration {
            match work(&mut caller, batch)? {
                0 => break,
                done => messages += done,
            }
        }
        anyhow::Ok(messages)
    };
    let messages: anyhow::Result<usize> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(one)).collect();
        callers.into_iter().map(|caller| caller.join().ok().context("a caller panicked")?).sum()
    });
    Ok(messages? as f64 / start.elapsed().as_secs_f64())
}

struct Caller(Client);

impl Caller {
    fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        Client::connect(address).map(Self)
    }

    fn call(&mut self, operation: &str, body: &Value) -> anyhow::Result<Value> {
        self.0.operate(&format!("AmazonSQS.{operation}"), body)
    }

    /// Messages of a hundred bytes.
    fn send(&mut self, batch: usize) -> anyhow::Result<usize> {
        let body = "x".repeat(100);
        if batch == 1 {
            self.call("SendMessage", &json!({ "QueueUrl": "q", "MessageBody": body }))?;
            return Ok(1);
        }
        let entry = |number: usize| json!({ "Id": number.to_string(), "MessageBody": body });
        let entries: Vec<Value> = (0..batch).map(entry).collect();
        self.call("SendMessageBatch", &json!({ "QueueUrl": "q", "Entries": entries }))?;
        Ok(batch)
    }

    fn receive_and_delete(&mut self, batch: usize) -> anyhow::Result<usize> {
        let wish = json!({ "QueueUrl": "q", "MaxNumberOfMessages": batch });
        let received = self.call("ReceiveMessage", &wish)?;
        let messages = received["Messages"].as_array().map_or(&[][..], Vec::as_slice);
        let handles = messages.iter().map(|message| &message["ReceiptHandle"]);
        if batch == 1 {
            for handle in handles {
                self.call("DeleteMessage", &json!({ "QueueUrl": "q", "ReceiptHandle": handle }))?;
            }
        } else if !messages.is_empty() {
            let entry =
                |(id, handle): (usize, &Value)| json!({ "Id": id.to_string(), "ReceiptHandle": handle });
            let entries: Vec<Value> = handles.enumerate().map(entry).collect();
            self.call("DeleteMessageBatch", &json!({ "QueueUrl": "q", "Entries": entries }))?;
        }
        Ok(messages.len())
    }
}
