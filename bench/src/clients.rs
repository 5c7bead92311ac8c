//! AWS's own runtime clients, unmodified, in packages that bring their runtime.

use crate::functions::Workload;
use crate::report::Report;
use crate::warm::one_caller;
use crate::{Arguments, Server};

/// Name, handler, goal.
const CLIENTS: [(&str, &str, &str); 2] =
    [("awslambdaric", "app.handler", "p50 ≤ 260 µs"), ("aws-lambda-ric", "index.handler", "p50 ≤ 310 µs")];

/// Each is left out where its package could not be built.
pub fn measure(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    for (name, handler, goal) in CLIENTS {
        let folder = arguments.clients.join(name);
        if !folder.join("bootstrap").exists() {
            eprintln!("no {name}: left out");
            continue;
        }
        let workload = Workload::folder(name, handler, &folder)?;
        let server = Server::start(&arguments.hob)?;
        let mut client = server.deployed(&workload, 1, 1769)?;
        let sample = one_caller(&mut client, "f0", arguments.repetitions(10_000))?;
        report.latency(&format!("warm, {name}, 1769 MB, 1 caller"), goal, &sample);
    }
    Ok(())
}
