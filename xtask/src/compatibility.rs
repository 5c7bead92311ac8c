//! The table in docs/compatibility.md: which operations are served, and which of their errors tests have provoked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::run::{cargo, root, succeed, target};

/// To which the tests of the Lambda service append each operation that they called and the code it answered.
pub const VARIABLE: &str = "HOB_RECORD_ANSWERS";

const BEGIN: &str = "<!-- operations: written by `cargo xtask compatibility` -->\n";
const END: &str = "<!-- end of operations -->\n";

/// The code that stands for a success.
const SUCCESS: &str = "-";

pub fn page() -> PathBuf {
    root().join("docs/compatibility.md")
}

/// An empty file to record into.
pub fn recording() -> anyhow::Result<PathBuf> {
    let file = target().join("recorded-answers");
    std::fs::write(&file, "").with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

/// Runs the tests that record, and writes the page anew.
pub fn write() -> anyhow::Result<()> {
    let recording = recording()?;
    let mut tests = cargo(&["test", "--quiet", "--package", "hob-lambda", "--lib", "api::tests"]);
    succeed(tests.env(VARIABLE, &recording))?;
    std::fs::write(page(), with_table(&std::fs::read_to_string(page())?)?).context("cannot write the page")
}

/// Whether the page says what a run of the tests has recorded.
pub fn check() -> anyhow::Result<()> {
    let found = std::fs::read_to_string(page())?;
    ensure!(found == with_table(&found)?, "docs/compatibility.md is stale: run `cargo xtask compatibility`");
    Ok(())
}

fn with_table(page: &str) -> anyhow::Result<String> {
    let (before, rest) = page.split_once(BEGIN).context("the page has no place for the table")?;
    let (_, after) = rest.split_once(END).context("the table in the page has no end")?;
    Ok(format!("{before}{BEGIN}{}{END}{after}", table()?))
}

fn table() -> anyhow::Result<String> {
    let model = std::fs::read_to_string(root().join("crates/lambda/model.json"))?;
    let model: Value = serde_json::from_str(&model)?;
    let recorded = std::fs::read_to_string(target().join("recorded-answers"))?;
    let mut answers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (operation, code) in recorded.lines().filter_map(|line| line.split_once(' ')) {
        answers.entry(operation).or_default().insert(code);
    }
    let operations = model["operations"].as_object().context("operations")?;
    let mut rows = String::from(
        "| operation | served | modelled errors that tests provoke | not provoked |\n|---|---|---|---|\n",
    );
    let (mut provoked_all, mut modelled_all) = (0, 0);
    for (name, operation) in operations {
        let modelled: BTreeSet<&str> = errors(operation).collect();
        let seen = answers.remove(name.as_str()).unwrap_or_default();
        let served = if seen.contains(SUCCESS) { "yes" } else { "refused" };
        let missing: Vec<&str> = modelled.difference(&seen).map(|code| short(code)).collect();
        let provoked = modelled.len() - missing.len();
        provoked_all += provoked;
        modelled_all += modelled.len();
        writeln!(rows, "| {name} | {served} | {provoked} of {} | {} |", modelled.len(), missing.join(", "))?;
    }
    writeln!(
        rows,
        "\n{} operations; tests provoke {provoked_all} of {modelled_all} modelled errors.",
        operations.len()
    )?;
    let unserved = model["unserved"].as_object().context("unserved")?.keys().cloned().collect::<Vec<_>>();
    writeln!(rows, "\nNot served yet, which is what they answer: {}.", unserved.join(", "))?;
    Ok(rows)
}

fn errors(operation: &Value) -> impl Iterator<Item = &str> {
    operation["errors"].as_array().into_iter().flatten().filter_map(|error| error["shape"].as_str())
}

fn short(code: &str) -> &str {
    code.strip_suffix("Exception").unwrap_or(code)
}
