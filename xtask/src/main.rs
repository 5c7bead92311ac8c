//! Every task that a person or CI runs.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
mod chaos;
mod ci;
mod compatibility;
mod house;
mod java;
mod models;
mod run;
mod test;
mod vm;

#[derive(Parser)]
#[command(about = "Tasks of this repository")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Installs what the tests need, and runs all of them
    Test {
        /// Instead, boot Debian's kernel with pure cgroup v2 in an emulated machine and test the sandbox there
        #[arg(long)]
        vm: bool,
        /// Arguments for pytest in place of the whole suite, such as `tests/logs -k tail`
        #[arg(last = true)]
        pytest: Vec<String>,
    },
    /// Checks formatting, lints and documentation, and runs the tests
    Ci,
    /// Measures latency, throughput, cold starts and memory; prints a table and writes JSON
    Bench {
        /// Arguments for the benchmark, such as `--only warm`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Sends events through every path while the server is killed, and counts what became of them
    Chaos {
        /// How often the server is killed
        #[arg(long, default_value_t = 200)]
        kills: u32,
        /// Makes the plan of an earlier run again, which has printed it; by default a random one
        #[arg(long)]
        seed: Option<u32>,
        /// The kills end after so many, even if some are left
        #[arg(long, default_value_t = 30.0)]
        minutes: f64,
        /// Events of each path a second, at most
        #[arg(long, default_value_t = 10.0)]
        rate: f64,
    },
    /// Builds the runtime of Java functions, for which it needs a JDK; the next build of hob takes it up
    Java,
    /// Writes the table of operations in docs/compatibility.md, from a run of the tests
    Compatibility,
    /// Writes each service's model.json anew from the pinned botocore
    Models,
}

fn main() -> ExitCode {
    match run_task() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without the backtrace: the steps have said what failed.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_task() -> anyhow::Result<()> {
    match Arguments::parse().task {
        Task::Test { vm: true, .. } => vm::run(),
        Task::Test { pytest, .. } => test::run(&pytest),
        Task::Ci => ci::run(),
        Task::Bench { arguments } => bench::run(&arguments),
        Task::Chaos { kills, seed, minutes, rate } => chaos::run(kills, seed, minutes, rate),
        Task::Java => java::run(),
        Task::Compatibility => compatibility::write(),
        Task::Models => models::write_all(),
    }
}
