//! How long a sandbox takes: `cargo run --release -p hob-sandbox --example creation -- [REPETITIONS]`.
//!
//! Three times: from nothing, where each repetition makes a sandbox, starts `/bin/true` in it, waits for its end and
//! removes it; from a sandbox that was made ahead; and for a hundred that are wanted at once.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use hob_sandbox::{Mount, Options, Program, SandboxSpec, Sandboxes, Specialisation};
use hob_types::{EnvironmentId, EphemeralStorageMib, MemoryMib, Random, SeededRandom};
use tokio::time::Instant;

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    if std::env::args().nth(1).as_deref() == Some("__launcher") {
        hob_sandbox::launcher_main();
    }
    let repetitions = std::env::args().nth(1).map_or(Ok(200), |text| text.parse())?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(measure(repetitions))
}

async fn measure(repetitions: usize) -> Outcome {
    let directory = std::env::temp_dir().join(format!("hob-creation-{}", std::process::id()));
    let random = Arc::new(SeededRandom::new(u64::from(std::process::id())));
    let options = Options {
        tier: None,
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
    from_nothing(&*sandboxes, &*random, repetitions).await?;
    made_ahead(&*sandboxes, &*random, repetitions).await?;
    at_once(&*sandboxes, &*random, repetitions.div_ceil(20)).await?;
    drop(sandboxes);
    Ok(std::fs::remove_dir_all(directory)?)
}

async fn from_nothing(sandboxes: &dyn Sandboxes, random: &dyn Random, repetitions: usize) -> Outcome {
    let mut steps = Steps::new("from nothing", ["create", "start", "exit", "remove"]);
    for _ in 0..repetitions {
        let mut watch = Watch::start();
        let mut sandbox = sandboxes.create(spec(random, &[])?).await?;
        watch.lap();
        sandbox.start(nothing()).await?;
        watch.lap();
        sandbox.exited().await;
        watch.lap();
        sandbox.remove().await;
        steps.add(watch);
    }
    steps.print();
    Ok(())
}

async fn made_ahead(sandboxes: &dyn Sandboxes, random: &dyn Random, repetitions: usize) -> Outcome {
    if !sandboxes.abilities().await.attach {
        return Ok(());
    }
    let mut steps = Steps::new("made ahead", ["attach", "start", "exit", "remove"]);
    for _ in 0..repetitions {
        let mut sandbox = sandboxes.create(spec(random, &["/var/task", "/opt"])?).await?;
        let code = Mount { sources: vec!["/usr/share".into()], target: "/var/task".into() };
        let specialisation = Specialisation { mounts: vec![code], memory: MemoryMib::try_from(512)? };
        let mut watch = Watch::start();
        sandbox.attach(specialisation).await?;
        watch.lap();
        sandbox.start(nothing()).await?;
        watch.lap();
        sandbox.exited().await;
        watch.lap();
        sandbox.remove().await;
        steps.add(watch);
    }
    steps.print();
    Ok(())
}

/// Many are wanted at the same moment, as by the first calls of a function that has just become popular.
async fn at_once(sandboxes: &dyn Sandboxes, random: &dyn Random, repetitions: usize) -> Outcome {
    const MANY: usize = 100;
    let mut steps = Steps::new("100 at once", ["create all", "remove all"]);
    for _ in 0..repetitions {
        let specs = (0..MANY).map(|_| spec(random, &[])).collect::<Result<Vec<_>, _>>()?;
        let mut watch = Watch::start();
        let made = join_all(specs.into_iter().map(|spec| sandboxes.create(spec))).await;
        let made = made.into_iter().collect::<Result<Vec<_>, _>>()?;
        watch.lap();
        join_all(made.into_iter().map(|sandbox| sandbox.remove())).await;
        steps.add(watch);
    }
    steps.print();
    Ok(())
}

async fn join_all<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut futures: Vec<_> = futures.map(Box::pin).collect();
    let mut results: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, result) in futures.iter_mut().zip(&mut results).filter(|(_, result)| result.is_none()) {
            if let Poll::Ready(value) = future.as_mut().poll(context) {
                *result = Some(value);
            }
        }
        if results.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    results.into_iter().flatten().collect()
}

fn spec(random: &dyn Random, slots: &[&str]) -> Result<SandboxSpec, Box<dyn Error>> {
    Ok(SandboxSpec {
        id: EnvironmentId::random(random),
        mounts: Vec::new(),
        slots: slots.iter().map(PathBuf::from).collect(),
        memory: MemoryMib::try_from(1769)?,
        ephemeral_storage: EphemeralStorageMib::default(),
    })
}

/// As little as a program can do.
fn nothing() -> Program {
    Program {
        path: "/bin/true".into(),
        arguments: vec!["true".into()],
        environment: Vec::new(),
        working_directory: "/".into(),
    }
}

/// The times of one repetition.
struct Watch {
    last: Instant,
    laps: Vec<Duration>,
}

impl Watch {
    fn start() -> Self {
        Self { last: Instant::now(), laps: Vec::new() }
    }

    fn lap(&mut self) {
        let now = Instant::now();
        self.laps.push(now - self.last);
        self.last = now;
    }
}

/// The times of all repetitions.
struct Steps<const N: usize> {
    title: &'static str,
    names: [&'static str; N],
    times: [Vec<Duration>; N],
}

impl<const N: usize> Steps<N> {
    fn new(title: &'static str, names: [&'static str; N]) -> Self {
        Self { title, names, times: std::array::from_fn(|_| Vec::new()) }
    }

    fn add(&mut self, mut watch: Watch) {
        watch.lap();
        for (times, lap) in self.times.iter_mut().zip(watch.laps) {
            times.push(lap);
        }
    }

    fn print(&mut self) {
        println!("{}", self.title);
        for (name, times) in self.names.iter().zip(&mut self.times) {
            times.sort_unstable();
            let at = |part: usize| milliseconds(times[times.len() * part / 100]);
            println!("  {name:<10} p50 {:>7.2} ms  p90 {:>7.2} ms  min {:>7.2} ms", at(50), at(90), at(0));
        }
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
