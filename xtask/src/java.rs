//! `cargo xtask java`: builds what runs Java functions, for `hob` to carry.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, bail};

use crate::run::{command, has, root, succeed, target};

/// What runs on every Java that AWS has.
const OPTIONS: [&str; 5] = ["--release", "8", "-encoding", "UTF-8", "-Xlint:all,-options"];

pub fn run() -> anyhow::Result<()> {
    if !has("javac") {
        bail!("Java's runtime needs a JDK to be built (Debian: apt-get install openjdk-17-jdk-headless)");
    }
    build()
}

/// Before `hob` is built, which takes it up. Without a JDK, Java functions answer with an error that says so.
pub fn run_if_possible() -> anyhow::Result<()> {
    if has("javac") {
        return build();
    }
    eprintln!("no JDK: Java functions will not run");
    Ok(())
}

/// The runtime's own tests, which need nothing but the JDK either.
pub fn test() -> anyhow::Result<()> {
    let place = target().join("java-tests");
    let _ = fs::remove_dir_all(&place);
    let sources = root().join("runtimes/java");
    compile(&sources.join("src"), &place, &[])?;
    compile(&sources.join("test"), &place, &["-cp".into(), place.clone()])?;
    succeed(command("java", &["-cp"]).arg(&place).arg("hob.runtime.Tests"))
}

fn build() -> anyhow::Result<()> {
    let (sources, built) = (root().join("runtimes/java"), target().join("java"));
    let archive = built.join("hob-runtime.jar");
    if modified(&archive).is_some_and(|then| newest(&sources).is_some_and(|newest| newest < then)) {
        return Ok(());
    }
    let classes = built.join("classes");
    let _ = fs::remove_dir_all(&classes);
    compile(&sources.join("src"), &classes, &[])?;
    // What a function's own class loader loads is not at the archive's top.
    compile(&sources.join("function"), &classes.join("function"), &["-cp".into(), classes.clone()])?;
    compile(&sources.join("rehearsal"), &built, &["-cp".into(), classes.join("function")])?;
    library(&sources.join("native/process.c"), &built.join("libhob-runtime.so"))?;
    // Uncompressed, because it is opened at every start.
    let mut jar = command("jar", &["--create", "--no-manifest", "--no-compress", "--file"]);
    succeed(jar.arg(&archive).arg("-C").arg(&classes).arg("."))?;
    Ok(fs::remove_dir_all(&classes)?)
}

fn compile(sources: &Path, classes: &Path, more: &[PathBuf]) -> anyhow::Result<()> {
    let mut javac = command("javac", &OPTIONS);
    succeed(javac.args(more).arg("-d").arg(classes).args(files(sources)))
}

/// With the C compiler that also links what Rust compiles.
fn library(source: &Path, library: &Path) -> anyhow::Result<()> {
    let headers = java_home()?.join("include");
    let mut cc =
        command("cc", &["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Wno-unused-parameter", "-s"]);
    cc.arg("-I").arg(&headers).arg("-I").arg(headers.join("linux"));
    succeed(cc.arg("-o").arg(library).arg(source))
}

/// Of the `javac` that is used.
fn java_home() -> anyhow::Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let javac = std::env::split_paths(&path).map(|folder| folder.join("javac")).find(|javac| javac.is_file());
    let javac = javac.context("there is no javac on the PATH")?.canonicalize()?;
    Ok(javac.ancestors().nth(2).context("javac is in no JDK")?.to_owned())
}

fn newest(folder: &Path) -> Option<SystemTime> {
    files(folder).iter().filter_map(|file| modified(file)).max()
}

fn modified(file: &Path) -> Option<SystemTime> {
    file.metadata().and_then(|metadata| metadata.modified()).ok()
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
