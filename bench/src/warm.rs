//! Calls of functions that are already running: one caller, then many.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::client::{Client, invocation};
use crate::functions::Workload;
use crate::report::Report;
use crate::statistics::Sample;
use crate::{Arguments, Part, Server};

pub fn measure(arguments: &Arguments, workloads: &[Workload], report: &mut Report) -> anyhow::Result<()> {
    for workload in workloads {
        for memory in [1769, 128] {
            let server = Server::start(&arguments.hob)?;
            let mut client = Client::connect(server.address)?;
            workload.deploy(&mut client, "echo", memory)?;
            if arguments.wants(Part::Warm) {
                let sample = one_caller(&mut client, "echo", arguments.repetitions(10_000))?;
                let goal = if memory == 1769 { workload.goals.warm } else { "" };
                report.latency(&format!("warm, {}, {memory} MB, 1 caller", workload.name), goal, &sample);
            }
            if arguments.wants(Part::Throughput) && memory == 1769 {
                throughput(arguments, workload, server.address, report)?;
            }
        }
    }
    Ok(())
}

/// At 64 callers at least 65 % of what 8 get is wanted.
fn throughput(
    arguments: &Arguments,
    workload: &Workload,
    address: SocketAddr,
    report: &mut Report,
) -> anyhow::Result<()> {
    let seconds = Duration::from_secs_f64(if arguments.quick { 0.5 } else { 4.0 });
    let few = many_callers(address, "echo", 8, seconds)?;
    let many = many_callers(address, "echo", 64, seconds)?;
    let what = |callers| format!("throughput, {}, {callers} callers", workload.name);
    report.number(&what(8), workload.goals.throughput, few, "/s");
    report.number(&what(64), &format!("≥ {:.0} /s", few * 0.65), many, "/s");
    Ok(())
}

pub fn one_caller(client: &mut Client, function: &str, calls: usize) -> anyhow::Result<Sample> {
    let request = invocation(function);
    for _ in 0..calls.div_ceil(10) {
        client.invoke(&request)?;
    }
    let durations: anyhow::Result<Vec<Duration>> = (0..calls).map(|_| client.invoke(&request)).collect();
    Ok(Sample::of(durations?))
}

/// Invocations a second, after every caller has an environment of its own.
pub fn many_callers(
    address: SocketAddr,
    function: &str,
    callers: usize,
    duration: Duration,
) -> anyhow::Result<f64> {
    let calls = |duration: Duration| -> anyhow::Result<u64> {
        std::thread::scope(|scope| {
            let call = || scope.spawn(|| caller(address, function, duration));
            let threads: Vec<_> = std::iter::repeat_with(call).take(callers).collect();
            threads.into_iter().map(|thread| thread.join().ok().context("a caller panicked")?).sum()
        })
    };
    calls(duration / 2)?;
    let start = Instant::now();
    let done = calls(duration)?;
    Ok(done as f64 / start.elapsed().as_secs_f64())
}

fn caller(address: SocketAddr, function: &str, duration: Duration) -> anyhow::Result<u64> {
    let mut client = Client::connect(address)?;
    let request = invocation(function);
    let start = Instant::now();
    let mut calls = 0;
    while start.elapsed() < duration {
        client.invoke(&request)?;
        calls += 1;
    }
    Ok(calls)
}
