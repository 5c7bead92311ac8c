//! One command per file. Every command that concerns functions goes through the AWS API.

pub mod completions;
pub mod config;
pub mod deploy;
pub mod doctor;
pub mod invoke;
pub mod logs;
pub mod ls;
pub mod rm;
pub mod runtime;
pub mod sign;
pub mod up;
pub mod usage;

use std::future::Future;
use std::process::ExitCode;

use crate::cli::{Cli, Command};
use crate::failure::{OrFail as _, Outcome};

/// Runs one command to its exit code.
pub fn run(Cli { output, command }: Cli) -> Outcome<ExitCode> {
    let done = |outcome: Outcome| outcome.map(|()| ExitCode::SUCCESS);
    match command {
        Command::Up(arguments) => done(up::run(arguments)),
        Command::Deploy(arguments) => done(wait_for(deploy::run(arguments, output))?),
        Command::Invoke(arguments) => wait_for(invoke::run(arguments, output))?,
        Command::Logs(arguments) => done(wait_for(logs::run(arguments, output))?),
        Command::Ls(arguments) => done(wait_for(ls::run(arguments, output))?),
        Command::Usage(arguments) => done(wait_for(usage::run(arguments, output))?),
        Command::Rm(arguments) => done(wait_for(rm::run(arguments, output))?),
        Command::Doctor(arguments) => wait_for(doctor::run(arguments, output))?,
        Command::Config(arguments) => done(config::run(arguments, output)),
        Command::Sign(arguments) => done(sign::run(arguments, output)),
        Command::Runtime(arguments) => done(runtime::run(arguments, output)),
        Command::Completions(arguments) => done(completions::run(arguments)),
    }
}

/// A client command needs one thread and no more.
fn wait_for<T>(work: impl Future<Output = T>) -> Outcome<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.or_fail(|| "cannot start the I/O runtime".to_owned())?.block_on(work))
}
