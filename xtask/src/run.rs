//! Running other programs, and adding up what they say.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// The repository's root.
pub fn root() -> PathBuf {
    let xtask = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().map_or(xtask.clone(), PathBuf::from)
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A command in the repository's root.
pub fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

pub fn cargo(arguments: &[&str]) -> Command {
    command(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()), arguments)
}

/// Runs to success, or says which command failed.
pub fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let shown = format!("{command:?}");
    let status = command.status().with_context(|| format!("cannot start {shown}"))?;
    if !status.success() {
        bail!("{shown} ended with {status}");
    }
    Ok(())
}

/// Whether a program can be started at all.
pub fn has(program: &str) -> bool {
    let quiet = std::process::Stdio::null;
    let status = Command::new(program).arg("--version").stdout(quiet()).stderr(quiet()).status();
    status.is_ok()
}

/// Named steps, all of which run even if one fails; their outcome is printed at the end.
#[derive(Default)]
pub struct Steps(Vec<(&'static str, Duration, Result<(), String>)>);

impl Steps {
    #[expect(clippy::disallowed_methods, reason = "how long a step took is shown to a person")]
    pub fn step(&mut self, name: &'static str, run: impl FnOnce() -> anyhow::Result<()>) -> bool {
        eprintln!("\n== {name}");
        let start = Instant::now();
        let outcome = run().map_err(|error| format!("{error:#}"));
        let succeeded = outcome.is_ok();
        if let Err(error) = &outcome {
            eprintln!("== {name} failed: {error}");
        }
        self.0.push((name, start.elapsed(), outcome));
        succeeded
    }

    /// Prints one line for each step and the closing summary; an error if any failed.
    pub fn finish(self) -> anyhow::Result<()> {
        println!();
        for (name, took, outcome) in &self.0 {
            let verdict = if outcome.is_ok() { "passed" } else { "FAILED" };
            println!("{verdict}  {:>6.1} s  {name}", took.as_secs_f64());
        }
        let failed = self.0.iter().filter(|(_, _, outcome)| outcome.is_err()).count();
        println!("\n{} passed, {failed} failed", self.0.len() - failed);
        if failed > 0 {
            bail!("{failed} of {} steps failed", self.0.len());
        }
        Ok(())
    }
}
