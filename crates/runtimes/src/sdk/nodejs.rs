//! The clients of the AWS SDK for JavaScript, by npm.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{FETCH_TIMEOUT, SdkError, fetch_failed};
use crate::interpreter::{Interpreter, Language};
use crate::process;

const PACKAGE: &str = include_str!("../../../../runtimes/nodejs/sdk/package.json");
pub(super) const PINS: &str = include_str!("../../../../runtimes/nodejs/sdk/package-lock.json");

pub(super) fn fetch(interpreter: &Interpreter, path: &[PathBuf], folder: &Path) -> Result<(), SdkError> {
    let beside = interpreter.executable.parent().map(Path::to_owned);
    let folders: Vec<PathBuf> = beside.into_iter().chain(path.iter().cloned()).collect();
    let npm = folders.iter().map(|folder| folder.join("npm")).find(|npm| npm.is_file());
    let npm = npm.ok_or_else(|| SdkError::NoNpm(interpreter.executable.clone()))?;
    fs::write(folder.join("package.json"), PACKAGE)?;
    fs::write(folder.join("package-lock.json"), PINS)?;
    let mut command = Command::new(npm);
    command.args(["ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev"]);
    // npm is a script for whichever `node` comes first.
    command.current_dir(folder).env("PATH", env::join_paths(&folders).unwrap_or_default());
    process::output(&mut command, FETCH_TIMEOUT).map_err(|error| fetch_failed(Language::Nodejs, error))?;
    remove_type_declarations(&folder.join("node_modules"))?;
    Ok(())
}

/// A tenth of the pack, and nothing reads them at run time.
fn remove_type_declarations(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            continue;
        }
        if entry.file_name() == "dist-types" {
            fs::remove_dir_all(entry.path())?;
        } else {
            remove_type_declarations(&entry.path())?;
        }
    }
    Ok(())
}
