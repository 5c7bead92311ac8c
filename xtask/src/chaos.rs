//! `cargo xtask chaos`: the crash test in full length.
//!
//! A producer sends numbered events through every path (asynchronous invocation, destinations, queues, topics,
//! buckets) while the server is killed with `kill -9` at random moments, processes of environments are killed, and the
//! disk, a small one of the test's own, is made full and freed. In the end every acknowledged event was processed or is
//! in its dead-letter queue, and FIFO groups are in order; a table says so, and how many duplicates there were. As root
//! only, the disk is filled. The test itself is `tests/chaos/events`, and a short run of it is part of
//! `cargo xtask test`.
//!
//! What is tested is the build with debug assertions, unless `HOB_BINARY` names another one.

use std::path::PathBuf;

use crate::run::{cargo, command, root, succeed, target};
use crate::test;

pub fn run(kills: u32, seed: Option<u32>, minutes: f64, rate: f64) -> anyhow::Result<()> {
    test::set_up()?;
    let mut program = command(&test::venv().join("bin/python").to_string_lossy(), &["-m", "chaos.events"]);
    program.env("PYTHONPATH", root().join("tests")).env("PYTHONDONTWRITEBYTECODE", "1");
    program.arg("--hob").arg(binary()?);
    program.args(["--kills", &kills.to_string(), "--minutes", &minutes.to_string()]);
    program.args(["--rate", &rate.to_string()]);
    if let Some(seed) = seed {
        program.args(["--seed", &seed.to_string()]);
    }
    succeed(&mut program)
}

fn binary() -> anyhow::Result<PathBuf> {
    if let Some(given) = std::env::var_os("HOB_BINARY") {
        return Ok(given.into());
    }
    succeed(&mut cargo(&["build", "--quiet", "--package", "hob"]))?;
    Ok(target().join("debug/hob"))
}
