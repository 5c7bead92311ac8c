//! What was measured, as a table for a person and as JSON for a program.

use std::path::Path;

use anyhow::Context;
use serde_json::{Map, Value};

use crate::statistics::{Sample, show};

#[derive(Default)]
pub struct Report {
    rows: Vec<(String, String, String)>,
    json: Map<String, Value>,
}

impl Report {
    pub fn latency(&mut self, what: &str, goal: &str, sample: &Sample) {
        let shown = format!(
            "p50 {:>8}   p90 {:>8}   p99 {:>8}",
            show(sample.percentile(50)),
            show(sample.percentile(90)),
            show(sample.percentile(99))
        );
        self.add(what, goal, shown, sample.to_json());
    }

    pub fn number(&mut self, what: &str, goal: &str, value: f64, unit: &str) {
        let shown = if value < 100.0 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") };
        self.add(what, goal, shown, Value::from(value));
    }

    fn add(&mut self, what: &str, goal: &str, shown: String, json: Value) {
        eprintln!("{what}: {shown}");
        self.rows.push((what.to_owned(), shown, goal.to_owned()));
        self.json.insert(what.to_owned(), json);
    }

    pub fn print(&self) {
        println!("\n| what | measured | goal |\n|---|---|---|");
        for (what, shown, goal) in &self.rows {
            println!("| {what} | {shown} | {goal} |");
        }
    }

    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(&self.json)?;
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
        println!("\nThe same as JSON: {}", path.display());
        Ok(())
    }
}
