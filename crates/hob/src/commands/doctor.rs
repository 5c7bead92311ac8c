use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::config::{Config, Layer};
use crate::doctor::{self, Finding, Grade};
use crate::failure::Outcome;
use crate::output::Format;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  hob doctor
  hob doctor --output json | jq '.[] | select(.grade != \"ok\")'

The exit code is 1 if something does not work.")]
pub struct Arguments {
    /// The configuration file; ./hob.toml by default, if there is one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub async fn run(arguments: Arguments, format: Format) -> Outcome<ExitCode> {
    let config = Config::load(arguments.config.as_deref(), Layer::default())?;
    let findings = doctor::examine(&config).await?;
    format.show(&findings, |findings| text(findings));
    let failed = findings.iter().any(|finding| finding.grade == Grade::Fail);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn text(findings: &[Finding]) -> String {
    findings.iter().map(Finding::render).collect::<Vec<_>>().join("\n")
}
