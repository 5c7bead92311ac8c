//! What an idle environment needs.

use std::collections::HashMap;

use anyhow::Context;

use crate::client::invocation;
use crate::functions::Workload;
use crate::report::Report;
use crate::{Arguments, Server};

const ENVIRONMENTS: usize = 20;

pub fn measure(arguments: &Arguments, workloads: &[Workload], report: &mut Report) -> anyhow::Result<()> {
    for workload in workloads {
        // What is made ahead is refilled while this measures, and would count as the environments'.
        let server = Server::configured(&arguments.hob, &[("HOB_PARKED_MAX", "0")])?;
        let mut client = server.deployed(workload, ENVIRONMENTS + 1, 1769)?;
        // The first start also makes what all environments share.
        client.invoke(&invocation("f0"))?;
        let before = proportional(server.pid());
        for number in 1..=ENVIRONMENTS {
            client.invoke(&invocation(&format!("f{number}")))?;
        }
        let each = (proportional(server.pid()) as f64 - before as f64) / ENVIRONMENTS as f64 / 1024.0;
        let what = format!("idle environment, {}, PSS", workload.name);
        report.number(&what, workload.goals.memory, each, "MiB");
    }
    Ok(())
}

/// The resident memory of one process, in KiB.
pub fn resident(pid: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    kib(&status, "VmRSS:").context("no VmRSS")
}

/// The memory of everything below a process, shared pages shared out, in KiB. The process itself is left out.
pub fn proportional(pid: u32) -> u64 {
    let rollup = |pid: &u32| std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    descendants(pid).iter().filter_map(|pid| kib(&rollup(pid), "Pss:")).sum()
}

fn kib(text: &str, key: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.starts_with(key))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn descendants(pid: u32) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(child) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
        children.entry(parent.unwrap_or(0)).or_default().push(child);
    }
    let mut found = children.remove(&pid).unwrap_or_default();
    let mut next = 0;
    while let Some(parent) = found.get(next) {
        let more = children.remove(parent).unwrap_or_default();
        found.extend(more);
        next += 1;
    }
    found
}
