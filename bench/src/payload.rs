//! The largest events and answers.

use std::time::Instant;

use crate::client::invocation_of;
use crate::functions::Workload;
use crate::report::Report;
use crate::{Arguments, Server};

/// Just below the 6 MiB that a synchronous event may have.
const SIZE: usize = 6 * (1 << 20) - 1024;

/// Through the server's memory four times: received and sent on, to the function and back to the caller.
const PASSES: usize = 4;

pub fn measure(arguments: &Arguments, native: &Workload, report: &mut Report) -> anyhow::Result<()> {
    let server = Server::start(&arguments.hob)?;
    let mut client = server.deployed(native, 1, 10_240)?;
    let event = [b"\"".as_slice(), &vec![b'x'; SIZE], b"\""].concat();
    let request = invocation_of("f0", &event);
    for _ in 0..3 {
        client.invoke(&request)?;
    }
    let calls = arguments.repetitions(100);
    let start = Instant::now();
    for _ in 0..calls {
        client.invoke(&request)?;
    }
    let bytes = (calls * SIZE * PASSES) as f64;
    let rate = bytes / start.elapsed().as_secs_f64() / 1e9;
    report.number("6 MB in and out, native, through the server's memory", "≥ 1 GB/s", rate, "GB/s");
    Ok(())
}
