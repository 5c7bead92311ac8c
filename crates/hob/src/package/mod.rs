//! From a folder or zip to what Lambda takes: a zip with its name, runtime and handler.

mod archive;
mod dependencies;
mod ignore;
mod infer;
mod interpreter;
mod tree;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use self::infer::Entry;
pub use self::infer::Language;
pub use self::interpreter::runtime_of_this_machine;
use crate::failure::{Failure, OrFail as _, Outcome};

/// What the user said about it; the rest is inferred.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    pub name: Option<String>,
    pub runtime: Option<String>,
    pub handler: Option<String>,
}

/// Ready to be uploaded.
#[derive(Debug)]
pub struct Package {
    pub name: String,
    pub runtime: String,
    pub handler: String,
    pub zip: Vec<u8>,
    pub files: usize,
}

/// The files of a package by their names in the zip, in order.
type Files = BTreeMap<String, tree::File>;

/// Makes the package; `progress` hears what is being done. Blocks.
pub fn prepare(path: &Path, wishes: Wishes, progress: &dyn Fn(&str)) -> Outcome<Package> {
    let metadata = std::fs::metadata(path)
        .or_fail(|| format!("cannot package {}", path.display()))
        .map_err(|failure| failure.advise("name a folder with the function's code, or a zip file"))?;
    let name = wishes.name.clone().map_or_else(|| infer::name(path), Ok)?;
    if metadata.is_dir() { from_folder(path, name, wishes, progress) } else { from_zip(path, name, wishes) }
}

fn from_folder(folder: &Path, name: String, wishes: Wishes, progress: &dyn Fn(&str)) -> Outcome<Package> {
    progress("reading the folder");
    let mut files = tree::collect(folder, ignore::Rules::Project { node_modules: false })?;
    if files.is_empty() {
        return Err(Failure::new(format!("{} holds nothing to deploy", folder.display())));
    }
    let read = |name: &str| files.get(name).and_then(|file| std::fs::read_to_string(&file.path).ok());
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let (runtime, handler) = decide(folder, &names, &read, &wishes)?;
    let needs = dependencies::needed(folder, &runtime)?;
    if !needs.npm {
        files = tree::collect(folder, ignore::Rules::Project { node_modules: true })?;
    }
    // The directory of installed dependencies must outlive the zipping.
    let installed = dependencies::install(folder, needs, &runtime, progress)?;
    if let Some(directory) = &installed {
        // What the user wrote wins over what a dependency brings.
        let mut all = tree::collect(directory.path(), ignore::Rules::Installed)?;
        all.append(&mut files);
        files = all;
    }
    progress("packaging");
    let zip = archive::write(&files)?;
    Ok(Package { name, runtime, handler, zip, files: files.len() })
}

fn from_zip(path: &Path, name: String, wishes: Wishes) -> Outcome<Package> {
    let zip = std::fs::read(path).or_fail(|| format!("cannot read {}", path.display()))?;
    let contents = archive::Contents::open(&zip)
        .or_fail(|| format!("{} is no zip file", path.display()))
        .map_err(|failure| failure.advise("name a folder with the function's code, or a zip file"))?;
    let names: Vec<&str> = contents.names().collect();
    let (runtime, handler) = decide(path, &names, &|name| contents.read(name), &wishes)?;
    let files = names.len();
    Ok(Package { name, runtime, handler, files, zip })
}

/// The runtime and handler: as wished, else as the files suggest.
fn decide(
    path: &Path,
    names: &[&str],
    read: &dyn Fn(&str) -> Option<String>,
    wishes: &Wishes,
) -> Outcome<(String, String)> {
    if let (Some(runtime), Some(handler)) = (&wishes.runtime, &wishes.handler) {
        return Ok((runtime.clone(), handler.clone()));
    }
    let language = wishes.runtime.as_deref().map(Language::of_runtime);
    let entry = infer::entry(names, read, language.flatten());
    let Entry { language, handler } = entry.ok_or_else(|| unknown(path, names))?;
    let runtime = wishes.runtime.clone().unwrap_or_else(|| interpreter::default_runtime(language));
    Ok((runtime, wishes.handler.clone().unwrap_or(handler)))
}

fn unknown(path: &Path, names: &[&str]) -> Failure {
    let failure = Failure::new(format!("cannot tell what {} is", path.display()));
    if infer::is_java_project(names) {
        return failure
            .because("it is a Java project, and what is deployed is the jar that its build makes")
            .advise(
                "build it (`mvn package`, `gradle build`), then: hob deploy target/NAME.jar --runtime java21 \
                 --handler package.Class",
            );
    }
    if infer::is_java(names) {
        return failure
            .because("it has classes, and any of them may be the handler")
            .advise("say which: --runtime java21 --handler package.Class, or package.Class::method");
    }
    failure
        .because("there is no app.py, lambda_function.py, index.js, index.mjs, handler.* or bootstrap in it")
        .advise("say it: --runtime python3.12 --handler module.function")
}

/// A program on PATH.
fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}
