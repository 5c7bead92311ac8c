//! Measures Hob as a client sees it, on this machine, load generator included. See bench/README.md.
#![expect(clippy::disallowed_methods, reason = "measuring is what the ambient clock is for")]

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

mod burst;
mod client;
mod clients;
mod cold;
mod density;
mod events;
mod functions;
mod many;
mod memory;
mod objects;
mod payload;
mod peers;
mod queues;
mod report;
mod server;
mod sources;
mod start;
mod statistics;
mod warm;

use crate::functions::Workload;
use crate::report::Report;
use crate::server::Server;

#[derive(Parser)]
pub struct Arguments {
    /// The hob binary, built with --release
    #[arg(long)]
    hob: PathBuf,
    /// The native runtime, built from bench/native
    #[arg(long)]
    native: PathBuf,
    /// Where packages with AWS's own runtime clients lie, if there are any
    #[arg(long, default_value = "target/bench-clients")]
    clients: PathBuf,
    /// Where other systems are installed, for a comparison
    #[arg(long, default_value = "target/bench-peers")]
    peers: PathBuf,
    /// Only these parts
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// A tenth of the repetitions, to see that everything runs
    #[arg(long)]
    quick: bool,
    /// Where the JSON goes
    #[arg(long, default_value = "target/bench.json")]
    json: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Start,
    Warm,
    Throughput,
    Clients,
    Payload,
    Cold,
    Burst,
    Memory,
    Density,
    Many,
    Events,
    Sources,
    Objects,
    Queues,
    /// Only when it is named: other systems, in comparison
    Peers,
}

impl Arguments {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    /// How often to repeat what is worth repeating `full` times.
    fn repetitions(&self, full: usize) -> usize {
        if self.quick { full.div_ceil(10) } else { full }
    }
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut report = Report::default();
    if arguments.wants(Part::Start) {
        start::measure(&arguments, &mut report)?;
    }
    let usual = Workload::usual(&arguments.native)?;
    if arguments.wants(Part::Warm) || arguments.wants(Part::Throughput) {
        warm::measure(&arguments, &usual, &mut report)?;
    }
    if arguments.wants(Part::Clients) {
        clients::measure(&arguments, &mut report)?;
    }
    if arguments.wants(Part::Payload) {
        payload::measure(&arguments, &Workload::native(&arguments.native)?, &mut report)?;
    }
    if arguments.wants(Part::Memory) {
        memory::measure(&arguments, &usual, &mut report)?;
    }
    if arguments.wants(Part::Cold) {
        let all: Vec<_> = usual.into_iter().chain(Workload::heavy()?).collect();
        cold::measure(&arguments, &all, &mut report)?;
    }
    if arguments.wants(Part::Burst) {
        burst::measure(&arguments, &mut report)?;
    }
    if arguments.wants(Part::Density) {
        density::measure(&arguments, &mut report)?;
    }
    if arguments.wants(Part::Many) {
        many::measure(&arguments, &mut report)?;
    }
    if arguments.wants(Part::Events) {
        events::measure(&arguments, &mut report)?;
    }
    if arguments.wants(Part::Sources) {
        sources::measure(&arguments, &mut report)?;
    }
    if arguments.wants(Part::Objects) {
        objects::measure(&arguments, &mut report)?;
    }
    if arguments.wants(Part::Queues) {
        queues::measure(&arguments, &mut report)?;
    }
    if arguments.only.contains(&Part::Peers) {
        peers::measure(&arguments, &mut report)?;
    }
    report.print();
    report.write(&arguments.json)
}
