//! Installs what `requirements.txt` and `package.json` ask for into a folder of its own.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::{Language, interpreter, on_path};
use crate::failure::{Failure, OrFail as _, Outcome};

/// Which installers a folder needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Needed {
    pub(super) pip: bool,
    pub(super) npm: bool,
}

/// A custom runtime's package is taken as its own build left it: only that knows what it needs, and for which
/// interpreter.
pub(super) fn needed(folder: &Path, runtime: &str) -> Outcome<Needed> {
    if Language::of_runtime(runtime) == Some(Language::Provided) {
        return Ok(Needed::default());
    }
    let requirements = fs::read_to_string(folder.join("requirements.txt")).unwrap_or_default();
    let package = fs::read_to_string(folder.join("package.json")).unwrap_or_default();
    Ok(Needed { pip: asks_for_something(&requirements), npm: has_dependencies(&package)? })
}

fn asks_for_something(requirements: &str) -> bool {
    requirements.lines().map(str::trim).any(|line| !line.is_empty() && !line.starts_with('#'))
}

fn has_dependencies(package: &str) -> Outcome<bool> {
    if package.is_empty() {
        return Ok(false);
    }
    let package: serde_json::Value =
        serde_json::from_str(package).or_fail(|| "package.json is no JSON".to_owned())?;
    let dependencies = package.get("dependencies").and_then(serde_json::Value::as_object);
    Ok(dependencies.is_some_and(|dependencies| !dependencies.is_empty()))
}

/// The folder with what was installed. `None`: nothing had to be.
pub(super) fn install(
    folder: &Path,
    needed: Needed,
    runtime: &str,
    progress: &dyn Fn(&str),
) -> Outcome<Option<TempDir>> {
    if !needed.pip && !needed.npm {
        return Ok(None);
    }
    let target = tempfile::tempdir().or_fail(|| "cannot make a temporary folder".to_owned())?;
    if needed.pip {
        progress("installing requirements.txt");
        pip(folder, target.path(), runtime)?;
    }
    if needed.npm {
        progress("installing package.json");
        npm(folder, target.path())?;
    }
    Ok(Some(target))
}

fn pip(folder: &Path, target: &Path, runtime: &str) -> Outcome {
    let python = interpreter::python_with_pip(runtime).ok_or_else(|| {
        Failure::new("cannot install requirements.txt")
            .because(format!("this machine has no Python with pip for {runtime}"))
            .advise(
                "`apt install python3-pip` on Debian and Ubuntu, or deploy a folder that already holds its \
                 dependencies",
            )
    })?;
    let mut command = Command::new(python);
    command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]);
    command.arg("--target").arg(target).args(["-r", "requirements.txt"]).current_dir(folder);
    run(command, "requirements.txt")
}

/// In the target, so that the user's own `node_modules` stay as they are.
fn npm(folder: &Path, target: &Path) -> Outcome {
    let npm = on_path("npm").ok_or_else(|| {
        Failure::new("cannot install package.json")
            .because("there is no npm on PATH")
            .advise("install Node.js, or remove `dependencies` and deploy with your own node_modules")
    })?;
    for name in ["package.json", "package-lock.json", "npm-shrinkwrap.json", ".npmrc"] {
        if folder.join(name).is_file() {
            fs::copy(folder.join(name), target.join(name)).or_fail(|| format!("cannot copy {name}"))?;
        }
    }
    let install = if target.join("package-lock.json").is_file() { "ci" } else { "install" };
    let mut command = Command::new(npm);
    command.args([install, "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(target);
    run(command, "package.json")
}

fn run(mut command: Command, what: &str) -> Outcome {
    let failed = || Failure::new(format!("cannot install {what}"));
    let output = command.stdin(Stdio::null()).output().map_err(|error| failed().because(error))?;
    if output.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    let told = if told.trim().is_empty() { String::from_utf8_lossy(&output.stdout) } else { told };
    let last = told.trim().lines().rev().take(12).collect::<Vec<_>>();
    Err(failed().because(last.into_iter().rev().collect::<Vec<_>>().join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_runtime_brings_its_own_dependencies() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("requirements.txt"), "requests\n").unwrap();
        assert_eq!(needed(folder.path(), "python3.12").unwrap(), Needed { pip: true, npm: false });
        assert_eq!(needed(folder.path(), "provided.al2023").unwrap(), Needed::default());
    }

    #[test]
    fn only_what_names_a_dependency_needs_an_installer() {
        assert!(asks_for_something("# web\nrequests==2.32\n"));
        assert!(!asks_for_something("\n  # nothing yet\n"));
        assert!(has_dependencies(r#"{"dependencies": {"uuid": "^9"}}"#).unwrap());
        assert!(!has_dependencies(r#"{"devDependencies": {"jest": "*"}, "dependencies": {}}"#).unwrap());
        assert!(!has_dependencies("").unwrap());
        assert!(has_dependencies("{").is_err());
    }
}
