//! boto3 and what it needs, by pip.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::{FETCH_TIMEOUT, SdkError, bootstrap, fetch_failed};
use crate::interpreter::{Interpreter, Language};
use crate::process;

pub(super) const PINS: &str = include_str!("../../../../runtimes/python/sdk/requirements.txt");

/// Marks the minor versions that the pack is compiled for.
const COMPILED: &str = ".compiled-for-";

pub(super) fn fetch(interpreter: &Interpreter, folder: &Path) -> Result<(), SdkError> {
    let pip = |arguments: &[&str]| {
        let mut command = Command::new(&interpreter.executable);
        command.args(["-m", "pip", "--disable-pip-version-check", "--no-input"]).args(arguments);
        command
    };
    if process::output(&mut pip(&["--version"]), Duration::from_secs(30)).is_err() {
        return Err(SdkError::NoPip(interpreter.executable.clone()));
    }
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, PINS)?;
    let mut install = pip(&["install", "--quiet", "--require-hashes", "--no-deps", "--only-binary=:all:"]);
    install.args(["--no-compile", "--target"]).arg(folder);
    install.arg("--requirement").arg(&requirements);
    process::output(&mut install, FETCH_TIMEOUT).map_err(|error| fetch_failed(Language::Python, error))?;
    Ok(())
}

pub(super) fn compile(interpreter: &Interpreter, pack: &Path) {
    let marker = pack.join(format!("{COMPILED}{}.{}", interpreter.version.major, interpreter.version.minor));
    if !marker.exists() {
        bootstrap::compile(interpreter, pack);
        // Without the marker it is compiled once more by the next server, which does no harm.
        let _ = fs::write(marker, "");
    }
}
