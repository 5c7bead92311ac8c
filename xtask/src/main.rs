//! Every task that a person or CI runs.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
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
        Task::Java => java::run(),
        Task::Compatibility => compatibility::write(),
        Task::Models => models::write_all(),
    }
}
