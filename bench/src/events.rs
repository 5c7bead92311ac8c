//! Asynchronous invocation: how fast events are accepted, each on disk before its caller is answered, and how fast
//! functions run for them.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::client::{Client, event_of};
use crate::functions::Workload;
use crate::report::Report;
use crate::{Arguments, Server};

const CALLERS: usize = 64;
const PATIENCE: Duration = Duration::from_secs(300);

pub fn measure(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    accept(arguments, report)?;
    run(arguments, report)
}

/// While the function is at its limit.
fn accept(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let server = Server::kept(&arguments.hob, directory.path())?;
    let mut client = server.client()?;
    Workload::sleeper()?.deploy(&mut client, "busy", 128)?;
    let reserved = br#"{"ReservedConcurrentExecutions":1}"#;
    client.call("PUT", "/2017-10-31/functions/busy/concurrency", reserved)?;
    let (accepted, took) = send(server.address, "busy", duration(arguments))?;
    let rate = accepted as f64 / took.as_secs_f64();
    report.number("events accepted, 64 callers", "≥ 10000 /s", rate, "/s");
    Ok(())
}

/// As fast as it can, from the first that is accepted to the last that has run.
fn run(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let server = Server::kept(&arguments.hob, directory.path())?;
    let mut client = server.client()?;
    Workload::native(&arguments.native)?.deploy(&mut client, "echo", 1769)?;
    let start = Instant::now();
    let (accepted, _) = send(server.address, "echo", duration(arguments))?;
    while invocations(&mut client)? < accepted {
        if start.elapsed() > PATIENCE {
            bail!("the function has not run for all {accepted} events");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let rate = accepted as f64 / start.elapsed().as_secs_f64();
    report.number("events accepted and run, native, 64 callers", "", rate, "/s");
    Ok(())
}

fn duration(arguments: &Arguments) -> Duration {
    Duration::from_secs_f64(if arguments.quick { 0.5 } else { 4.0 })
}

/// By all callers together: how many, and in what time.
fn send(address: SocketAddr, function: &str, duration: Duration) -> anyhow::Result<(u64, Duration)> {
    let start = Instant::now();
    let accepted: anyhow::Result<u64> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..CALLERS).map(|_| scope.spawn(|| caller(address, function, duration))).collect();
        threads.into_iter().map(|thread| thread.join().ok().context("a caller panicked")?).sum()
    });
    Ok((accepted?, start.elapsed()))
}

fn caller(address: SocketAddr, function: &str, duration: Duration) -> anyhow::Result<u64> {
    let mut client = Client::connect(address)?;
    let request = event_of(function, br#"{"message":"hello world"}"#);
    let (start, mut accepted) = (Instant::now(), 0);
    while start.elapsed() < duration {
        client.send(&request)?;
        accepted += 1;
    }
    Ok(accepted)
}

fn invocations(client: &mut Client) -> anyhow::Result<u64> {
    let answer = client.call("GET", "/_hob/statistics", b"")?;
    let statistics: serde_json::Value = serde_json::from_slice(&answer.body)?;
    statistics["Invocations"].as_u64().context("the statistics count no invocations")
}
