//! Many idle environments, and whether one more still answers as fast.

use std::time::Duration;

use crate::client::{Client, invocation};
use crate::functions::Workload;
use crate::memory::proportional;
use crate::report::Report;
use crate::statistics::Sample;
use crate::{Arguments, Server};

pub fn measure(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let workload = Workload::python()?;
    let environments = arguments.repetitions(500);
    // So many functions of this size are more than the machine's memory, but idle ones use little of it.
    let server = Server::start(&arguments.hob)?;
    let mut client = server.deployed(&workload, environments + 1, 128)?;
    workload.deploy(&mut client, "one-more", 1769)?;
    let before = warm(&mut client, arguments)?;
    for number in 0..environments {
        client.invoke(&invocation(&format!("f{number}")))?;
    }
    std::thread::sleep(Duration::from_secs(2));
    let after = warm(&mut client, arguments)?;
    report.latency("warm, Python, alone", "", &before);
    report.latency(&format!("warm, Python, beside {environments} idle environments"), "unchanged", &after);
    let memory = proportional(server.pid()) as f64 / 1024.0;
    report.number(&format!("{environments} idle environments, PSS of all"), "", memory, "MiB");
    Ok(())
}

fn warm(client: &mut Client, arguments: &Arguments) -> anyhow::Result<Sample> {
    let request = invocation("one-more");
    for _ in 0..200 {
        client.invoke(&request)?;
    }
    let calls = (0..arguments.repetitions(5000)).map(|_| client.invoke(&request));
    Ok(Sample::of(calls.collect::<anyhow::Result<_>>()?))
}
