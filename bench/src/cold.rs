//! First calls: no environment exists when the request arrives.

use std::time::Duration;

use crate::client::invocation;
use crate::functions::Workload;
use crate::report::Report;
use crate::statistics::Sample;
use crate::{Arguments, Server};

/// What a deployment leaves to be done in the background, and what is made ahead again after a start, must not be
/// measured with the call that follows.
const AFTER_DEPLOYMENT: Duration = Duration::from_millis(150);

/// Nothing waits for a function but what is made once per server and runtime, such as a zygote.
const NOTHING_PARKED: [(&str, &str); 1] = [("HOB_PARKED_MAX", "0")];

pub fn measure(arguments: &Arguments, workloads: &[Workload], report: &mut Report) -> anyhow::Result<()> {
    for workload in workloads {
        for (pool, settings, goal) in [
            ("ready", [].as_slice(), workload.goals.cold_ready),
            ("empty", NOTHING_PARKED.as_slice(), workload.goals.cold_empty),
        ] {
            let server = Server::configured(&arguments.hob, settings)?;
            let sample = first_calls(&server, workload, arguments.repetitions(60))?;
            report.latency(&format!("cold start, {}, pool {pool}", workload.name), goal, &sample);
        }
    }
    Ok(())
}

fn first_calls(server: &Server, workload: &Workload, calls: usize) -> anyhow::Result<Sample> {
    // Looks up the interpreter, which is done once per server.
    let mut client = server.deployed(workload, 1, 1769)?;
    client.invoke(&invocation("f0"))?;
    std::thread::sleep(Duration::from_secs(2));
    let mut durations = Vec::new();
    for number in 1..=calls {
        let function = format!("f{number}");
        workload.deploy(&mut client, &function, 1769)?;
        std::thread::sleep(AFTER_DEPLOYMENT);
        durations.push(client.invoke(&invocation(&function))?);
    }
    Ok(Sample::of(durations))
}
