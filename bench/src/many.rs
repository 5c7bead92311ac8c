//! The control plane of an account with many functions, each with versions.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::client::Client;
use crate::functions::Workload;
use crate::memory::resident;
use crate::report::Report;
use crate::statistics::Sample;
use crate::{Arguments, Server};

const FUNCTIONS: usize = 10_000;
const VERSIONS: usize = 3;
const CREATORS: usize = 8;
const ROOT: &str = "/2015-03-31/functions";

pub fn measure(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let functions = arguments.repetitions(FUNCTIONS);
    let directory = tempfile::tempdir()?;
    let server = Server::kept(&arguments.hob, directory.path())?;
    let workload = Workload::python()?;
    let before = resident(server.pid())?;
    create_all(server.address, &workload, functions)?;
    let grown = resident(server.pid())?.saturating_sub(before);
    let versions = functions * (VERSIONS + 1);
    report.number("memory growth, a version", "≤ 2 KiB", grown as f64 / versions as f64, "KiB");

    let mut client = server.client()?;
    let calls = arguments.repetitions(1000);
    let what = |operation: &str| format!("{operation}, {functions} functions with {VERSIONS} versions each");
    let page = timed(&mut client, calls, 200, |_| ("GET", format!("{ROOT}?MaxItems=50"), Vec::new()))?;
    report.latency(&what("ListFunctions, a page of 50"), "≤ 20 ms", &page);
    let all = format!("{ROOT}?MaxItems=50&FunctionVersion=ALL");
    let page = timed(&mut client, calls, 200, |_| ("GET", all.clone(), Vec::new()))?;
    report.latency(&what("ListFunctions of all versions, a page of 50"), "≤ 20 ms", &page);
    let get = timed(&mut client, calls, 200, |call| {
        ("GET", format!("{ROOT}/{}?Qualifier=2", name(call * 7 % functions)), Vec::new())
    })?;
    report.latency(&what("GetFunction"), "p50 ≤ 5 ms", &get);
    let create = timed(&mut client, calls, 201, |call| {
        ("POST", ROOT.to_owned(), workload.creation(&format!("new-{call}"), 128, false))
    })?;
    report.latency(&what("CreateFunction"), "p50 ≤ 5 ms", &create);
    drop((client, server));

    let starts: anyhow::Result<Vec<Duration>> = (0..arguments.repetitions(10))
        .map(|_| Ok(Server::kept(&arguments.hob, directory.path())?.ready_after))
        .collect();
    report.latency(&what("server ready"), "≤ 100 ms", &Sample::of(starts?));
    Ok(())
}

fn name(number: usize) -> String {
    format!("function-{number:05}")
}

/// By several callers at once, who share commits.
fn create_all(address: SocketAddr, workload: &Workload, functions: usize) -> anyhow::Result<()> {
    std::thread::scope(|scope| {
        let creators: Vec<_> = (0..CREATORS)
            .map(|first| {
                scope.spawn(move || create_some(address, workload, (first..functions).step_by(CREATORS)))
            })
            .collect();
        creators.into_iter().try_for_each(|creator| creator.join().ok().context("a creator panicked")?)
    })
}

fn create_some(
    address: SocketAddr,
    workload: &Workload,
    numbers: impl Iterator<Item = usize>,
) -> anyhow::Result<()> {
    let mut client = Client::connect(address)?;
    for number in numbers {
        let function = name(number);
        expect(&mut client, 201, "POST", ROOT, &workload.creation(&function, 128, true))?;
        for version in 2..=VERSIONS {
            let configuration = format!("{ROOT}/{function}/configuration");
            // Answers once the function is settled, and so may be changed.
            expect(&mut client, 200, "GET", &configuration, b"")?;
            let change = format!(r#"{{"Description":"version {version}"}}"#);
            expect(&mut client, 200, "PUT", &configuration, change.as_bytes())?;
            expect(&mut client, 200, "GET", &configuration, b"")?;
            expect(&mut client, 201, "POST", &format!("{ROOT}/{function}/versions"), b"{}")?;
        }
    }
    Ok(())
}

fn timed(
    client: &mut Client,
    calls: usize,
    status: u16,
    request: impl Fn(usize) -> (&'static str, String, Vec<u8>),
) -> anyhow::Result<Sample> {
    let durations: anyhow::Result<Vec<Duration>> = (0..calls)
        .map(|call| {
            let (method, path, body) = request(call);
            let start = Instant::now();
            expect(client, status, method, &path, &body)?;
            Ok(start.elapsed())
        })
        .collect();
    Ok(Sample::of(durations?))
}

fn expect(client: &mut Client, status: u16, method: &str, path: &str, body: &[u8]) -> anyhow::Result<()> {
    let answer = client.call(method, path, body)?;
    if answer.status != status {
        bail!("{method} {path} answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
    }
    Ok(())
}
