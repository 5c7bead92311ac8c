//! The interpreters of this machine, as a deployment needs them: which runtime to ask for, and what installs
//! dependencies for it.

use std::path::{Path, PathBuf};
use std::process::Command;

use hob_runtimes::{Catalogue, CatalogueOptions, Interpreter, SearchPaths};

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

/// The interpreter whose `pip` installs for `runtime`: the one that will run it, or another of the same version
/// if that one has no `pip`. `None`: there is none with `pip`.
pub(super) fn python_with_pip(runtime: &str) -> Option<PathBuf> {
    let runner = runner(runtime);
    let version = runner
        .as_ref()
        .map_or(runtime.to_owned(), |found| format!("python{}.{}", found.version.major, found.version.minor));
    let others = [on_path(&version), on_path("python3")].into_iter().flatten();
    let same = others.filter(|path| runs(path).is_some_and(|found| format!("python{found}") == version));
    runner.map(|found| found.executable).into_iter().chain(same).find(|path| has_pip(path))
}

/// What a server on this machine would take.
fn runner(runtime: &str) -> Option<Interpreter> {
    let search = SearchPaths::from_environment(|name| std::env::var_os(name));
    let inventory = Catalogue::open(CatalogueOptions::new(std::env::temp_dir(), search)).inventory();
    let exact =
        inventory.interpreters.into_iter().find(|found| found.serves.iter().any(|name| name == runtime));
    let stand_in = || inventory.substituted.into_iter().find(|(name, _)| name == runtime);
    exact.map(|found| found.interpreter).or_else(|| stand_in().map(|(_, interpreter)| interpreter))
}

fn runs(path: &Path) -> Option<String> {
    python_version(&path.to_string_lossy())
}

fn has_pip(path: &Path) -> bool {
    answer(&path.to_string_lossy(), &["-m", "pip", "--version"]).is_some()
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
