//! Many first calls at once.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::client::invocation;
use crate::functions::Workload;
use crate::report::Report;
use crate::statistics::Sample;
use crate::{Arguments, Server};

const CALLERS: usize = 100;
const LARGE_FUNCTIONS: u8 = 6;
const LARGE_MEGABYTES: usize = 40;

pub fn measure(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let python = Workload::python()?;
    let bursts = (0..arguments.repetitions(10)).map(|_| hundred_first_calls(arguments, &python));
    let bursts = Sample::of(bursts.collect::<anyhow::Result<_>>()?);
    report.latency("100 first calls of one Python function at once, all answered", "≤ 250 ms", &bursts);
    large_packages(arguments, report)
}

/// On a server that has run one other Python function before.
fn hundred_first_calls(arguments: &Arguments, workload: &Workload) -> anyhow::Result<Duration> {
    let server = Server::start(&arguments.hob)?;
    let mut client = server.deployed(workload, 2, 1769)?;
    client.invoke(&invocation("f0"))?;
    thread::sleep(Duration::from_secs(2));
    at_once(&server, &vec!["f1".to_owned(); CALLERS])
}

/// The ratio says whether one large function's start holds up another's.
fn large_packages(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for _ in 0..arguments.repetitions(10) {
        let server = Server::start(&arguments.hob)?;
        let mut client = server.client()?;
        for number in 0..=LARGE_FUNCTIONS {
            let workload = Workload::large(number, LARGE_MEGABYTES)?;
            workload.deploy(&mut client, &format!("f{number}"), 1769)?;
        }
        thread::sleep(Duration::from_secs(2));
        alone.push(client.invoke(&invocation("f0"))?);
        thread::sleep(Duration::from_secs(1));
        let functions: Vec<_> = (1..=LARGE_FUNCTIONS).map(|number| format!("f{number}")).collect();
        together.push(at_once(&server, &functions)?);
    }
    let (alone, together) = (Sample::of(alone), Sample::of(together));
    report.latency("first call of a function of 40 MB", "", &alone);
    report.latency("six of them at once, all answered", "", &together);
    let ratio = together.percentile(50).as_secs_f64() / alone.percentile(50).as_secs_f64();
    report.number("ratio of the two", "≤ 1.5", ratio, "");
    Ok(())
}

/// Each function called by a caller of its own; how long until the last is answered.
fn at_once(server: &Server, functions: &[String]) -> anyhow::Result<Duration> {
    let barrier = Barrier::new(functions.len() + 1);
    thread::scope(|scope| {
        let callers: Vec<_> = functions
            .iter()
            .map(|function| {
                let mut client = server.client()?;
                let request = invocation(function);
                let barrier = &barrier;
                Ok(scope.spawn(move || {
                    barrier.wait();
                    client.invoke(&request)
                }))
            })
            .collect::<anyhow::Result<_>>()?;
        barrier.wait();
        let start = Instant::now();
        for caller in callers {
            caller.join().ok().context("a caller panicked")??;
        }
        Ok(start.elapsed())
    })
}
