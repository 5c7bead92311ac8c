//! The interpreters of this machine, as a deployment needs them: which runtime to ask for, and what installs
//! dependencies for it.

use std::path::PathBuf;
use std::process::Command;

use super::infer::Language;
use super::on_path;

/// The runtime of the interpreter that this machine has; it will run the function.
pub fn runtime_of_this_machine(language: Language) -> Option<String> {
    match language {
        Language::Python => python_version("python3").map(|version| format!("python{version}")),
        Language::Nodejs => node_major().map(|major| format!("nodejs{major}.x")),
        Language::Provided => Some(newest(language).to_owned()),
    }
}

pub(super) fn default_runtime(language: Language) -> String {
    runtime_of_this_machine(language).unwrap_or_else(|| newest(language).to_owned())
}

/// What to ask for where nothing is found.
fn newest(language: Language) -> &'static str {
    match language {
        Language::Python => "python3.13",
        Language::Nodejs => "nodejs22.x",
        Language::Provided => "provided.al2023",
    }
}

/// The interpreter whose `pip` installs for `runtime`: that very version, else any Python 3 of this machine.
pub(super) fn python(runtime: &str) -> Option<PathBuf> {
    let exact = on_path(runtime).filter(|path| python_version(&path.to_string_lossy()).is_some());
    exact.or_else(|| on_path("python3"))
}

/// As in `3.12`; `None` also where a version manager's shim says that this version is not installed.
fn python_version(program: &str) -> Option<String> {
    answer(program, &["-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
}

fn node_major() -> Option<String> {
    let version = answer("node", &["--version"])?;
    Some(version.trim_start_matches('v').split('.').next()?.to_owned())
}

fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}
