//! How soon a server is ready, and what it needs while it does nothing.

use crate::Arguments;
use crate::memory::resident;
use crate::report::Report;
use crate::server::Server;
use crate::statistics::Sample;

pub fn measure(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let mut ready = Vec::new();
    let mut last = Server::start(&arguments.hob)?;
    for _ in 0..arguments.repetitions(20) {
        drop(last);
        last = Server::start(&arguments.hob)?;
        ready.push(last.ready_after);
    }
    report.latency("server ready", "≤ 50 ms", &Sample::of(ready));
    // Runtimes are looked for after readiness: let that end, too.
    std::thread::sleep(std::time::Duration::from_secs(2));
    report.number("server idle, RSS", "≤ 25 MiB", resident(last.pid())? as f64 / 1024.0, "MiB");
    let binary = std::fs::metadata(&arguments.hob)?.len();
    report.number("binary", "≤ 30 MiB", binary as f64 / f64::from(1 << 20), "MiB");
    Ok(())
}
