//! The binary: command line, configuration, and the composition of everything else.

mod billing;
mod cli;
mod client;
mod commands;
mod config;
mod doctor;
mod failure;
mod output;
mod package;
mod report;
mod server;
mod system;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::Cli;
use crate::output::Format;

/// The hidden command that makes sandboxes; see `hob_sandbox`.
const LAUNCHER: &str = "__launcher";

fn main() -> ExitCode {
    // Before anything else: the launcher must be single-threaded and must not have opened anything.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == LAUNCHER) {
        hob_sandbox::launcher_main();
    }
    let cli = Cli::parse();
    let format = cli.output;
    commands::run(cli).unwrap_or_else(|failure| {
        match format {
            Format::Text => output::note(failure.render().trim_end()),
            Format::Json => output::note(failure.to_json()),
        }
        ExitCode::FAILURE
    })
}
