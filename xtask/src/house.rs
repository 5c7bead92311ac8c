//! The invariants of ARCHITECTURE.md that a program can check.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::run::{cargo, root};

/// Which of our crates a crate may depend on. What is not listed here may not exist.
const MAY_USE: &[(&str, &[&str])] = &[
    ("hob-types", &[]),
    ("hob-wire-codegen", &[]),
    ("hob-wire", &["hob-types"]),
    ("hob-storage", &["hob-types"]),
    ("hob-sandbox", &["hob-types"]),
    ("hob-runtimes", &["hob-types"]),
    ("hob-environment", &["hob-types", "hob-sandbox"]),
    ("hob-invoke", &["hob-types", "hob-sandbox", "hob-environment", "hob-runtimes"]),
    ("hob-delivery", &["hob-types"]),
    ("hob-sources", &["hob-types", "hob-delivery", "hob-storage"]),
    (
        "hob-lambda",
        &["hob-types", "hob-wire", "hob-delivery", "hob-storage", "hob-invoke", "hob-wire-codegen"],
    ),
    ("hob-logs", &["hob-types", "hob-wire", "hob-storage", "hob-wire-codegen"]),
    ("hob-s3", &["hob-types", "hob-wire", "hob-delivery", "hob-storage", "hob-wire-codegen"]),
    ("hob-sns", &["hob-types", "hob-wire", "hob-delivery", "hob-storage", "hob-wire-codegen"]),
    ("hob-sqs", &["hob-types", "hob-wire", "hob-delivery", "hob-storage", "hob-wire-codegen"]),
    ("hob-sts", &["hob-types", "hob-wire", "hob-wire-codegen"]),
    ("hob-bench", &[]),
    ("xtask", &[]),
];

/// Libraries that only one crate may use, so that what they do happens behind one door.
const ONE_DOOR: &[(&str, &str)] =
    &[("rusqlite", "hob-storage"), ("libc", "hob-sandbox"), ("seccompiler", "hob-sandbox")];

/// A file longer than this holds a second idea.
const LINES_MAX: usize = 600;

pub fn check() -> anyhow::Result<()> {
    let mut broken = dependencies()?;
    broken.extend(unexplained_dependencies()?);
    broken.extend(long_files()?);
    if !broken.is_empty() {
        bail!("{} house rules are broken:\n  {}", broken.len(), broken.join("\n  "));
    }
    Ok(())
}

fn dependencies() -> anyhow::Result<Vec<String>> {
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        MAY_USE.iter().map(|(name, uses)| (*name, uses.iter().copied().collect())).collect();
    let doors: BTreeMap<&str, &str> = ONE_DOOR.iter().copied().collect();
    let mut broken = Vec::new();
    for (package, uses) in workspace()? {
        for used in uses {
            let is_ours = allowed.contains_key(used.as_str());
            let may = package == "hob"
                || allowed.get(package.as_str()).is_some_and(|set| set.contains(used.as_str()));
            if is_ours && !may {
                broken.push(format!("{package} must not depend on {used}"));
            }
            if doors.get(used.as_str()).is_some_and(|door| *door != package) {
                broken.push(format!("only {} may use {used}, not {package}", doors[used.as_str()]));
            }
        }
    }
    Ok(broken)
}

/// Every package of the workspace with the names of what it depends on, tests left out.
fn workspace() -> anyhow::Result<Vec<(String, Vec<String>)>> {
    let output = cargo(&["metadata", "--no-deps", "--offline", "--format-version", "1"]).output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata says no JSON")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of = |package: &Value| {
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        let used =
            dependencies.filter(|dependency| dependency["kind"] != "dev").map(|used| text(&used["name"]));
        (text(&package["name"]), used.collect())
    };
    Ok(metadata["packages"].as_array().into_iter().flatten().map(of).collect())
}

/// Lines of `[workspace.dependencies]` that stand under no comment since the last empty line.
fn unexplained_dependencies() -> anyhow::Result<Vec<String>> {
    let manifest = fs::read_to_string(root().join("Cargo.toml"))?;
    let table = manifest.split("[workspace.dependencies]").nth(1).unwrap_or_default();
    let table = table.split("\n[").next().unwrap_or_default();
    let mut explained = false;
    let mut broken = Vec::new();
    for line in table.lines() {
        match line.trim() {
            "" => explained = false,
            comment if comment.starts_with('#') => explained = true,
            ours if ours.starts_with("hob-") => {}
            entry if !explained => broken.push(format!("the dependency table gives no reason for {entry}")),
            _ => {}
        }
    }
    Ok(broken)
}

fn long_files() -> anyhow::Result<Vec<String>> {
    let mut files = Vec::new();
    for folder in ["crates", "xtask", "bench"] {
        rust_files(&root().join(folder), &mut files)?;
    }
    let mut broken = Vec::new();
    for file in files {
        let lines = fs::read_to_string(&file)?.lines().count();
        if lines > LINES_MAX {
            broken.push(format!("{} has {lines} lines: split it", file.display()));
        }
    }
    Ok(broken)
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with("target") {
            rust_files(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(())
}
