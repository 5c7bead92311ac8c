//! How long a sandbox takes, from nothing to a program's first byte:
//! `cargo run --release -p hob-sandbox --example creation -- [REPETITIONS]`.
//!
//! Each repetition makes a sandbox, starts `/bin/true` in it, waits for its end and removes the sandbox.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use hob_sandbox::{Options, Program, SandboxSpec, Sandboxes};
use hob_types::{EnvironmentId, EphemeralStorageMib, MemoryMib, Random, SeededRandom};
use tokio::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().nth(1).as_deref() == Some("__launcher") {
        hob_sandbox::launcher_main();
    }
    let repetitions = std::env::args().nth(1).map_or(Ok(200), |text| text.parse())?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(measure(repetitions))
}

async fn measure(repetitions: usize) -> Result<(), Box<dyn Error>> {
    let directory = std::env::temp_dir().join(format!("hob-creation-{}", std::process::id()));
    let random = Arc::new(SeededRandom::new(u64::from(std::process::id())));
    let options = Options {
        launcher: vec!["/proc/self/exe".into(), "__launcher".into()],
        runtime_directory: directory.join("run"),
        state_directory: directory.join("state"),
        random: random.clone(),
    };
    let opening = Instant::now();
    let (sandboxes, report) = hob_sandbox::open(options).await?;
    println!("open      {:>8.2} ms", milliseconds(opening.elapsed()));
    for finding in report.findings {
        println!("  {:?}: {}", finding.subject, finding.state);
    }
    let mut steps: [Vec<Duration>; 4] = Default::default();
    for _ in 0..repetitions {
        for (step, taken) in steps.iter_mut().zip(once(&*sandboxes, &*random).await?) {
            step.push(taken);
        }
    }
    for (name, times) in ["create", "start", "exit", "remove"].iter().zip(&mut steps) {
        times.sort_unstable();
        let at = |part: usize| milliseconds(times[times.len() * part / 100]);
        println!("{name:<8} p50 {:>7.2} ms  p90 {:>7.2} ms  min {:>7.2} ms", at(50), at(90), at(0));
    }
    drop(sandboxes);
    Ok(std::fs::remove_dir_all(directory)?)
}

async fn once(sandboxes: &dyn Sandboxes, random: &dyn Random) -> Result<[Duration; 4], Box<dyn Error>> {
    let spec = SandboxSpec {
        id: EnvironmentId::random(random),
        mounts: Vec::new(),
        slots: Vec::new(),
        memory: MemoryMib::try_from(1769)?,
        ephemeral_storage: EphemeralStorageMib::default(),
    };
    let program = Program {
        path: "/bin/true".into(),
        arguments: vec!["true".into()],
        environment: Vec::new(),
        working_directory: "/".into(),
    };
    let begin = Instant::now();
    let mut sandbox = sandboxes.create(spec).await?;
    let created = begin.elapsed();
    sandbox.start(program).await?;
    let started = begin.elapsed();
    sandbox.exited().await;
    let ended = begin.elapsed();
    sandbox.remove().await;
    Ok([created, started - created, ended - started, begin.elapsed() - ended])
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
