//! First calls: no environment exists when the request arrives.

use std::time::Duration;

use crate::client::{Client, invocation};
use crate::functions::Workload;
use crate::report::Report;
use crate::statistics::Sample;
use crate::{Arguments, Server};

/// What a deployment leaves to be done in the background must not be measured with the call that follows.
const AFTER_DEPLOYMENT: Duration = Duration::from_millis(50);

pub fn measure(arguments: &Arguments, workloads: &[Workload], report: &mut Report) -> anyhow::Result<()> {
    for workload in workloads {
        let server = Server::start(&arguments.hob)?;
        let mut client = Client::connect(server.address)?;
        // Looks up the interpreter, which is done once per server.
        workload.deploy(&mut client, "first", 1769)?;
        client.invoke(&invocation("first"))?;
        let mut durations = Vec::new();
        for number in 0..arguments.repetitions(60) {
            let function = format!("f{number}");
            workload.deploy(&mut client, &function, 1769)?;
            std::thread::sleep(AFTER_DEPLOYMENT);
            durations.push(client.invoke(&invocation(&function))?);
        }
        let goal = match workload.name {
            "native" => "p50 ≤ 5 ms",
            "Python" => "p50 ≤ 40 ms",
            _ => "p50 ≤ 60 ms",
        };
        report.latency(&format!("cold start, {}", workload.name), goal, &Sample::of(durations));
    }
    Ok(())
}
