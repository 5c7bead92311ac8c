//! How long a copy of a Python zygote takes, and how much memory it costs:
//! `cargo run --release -p hob-sandbox --example zygote -- [REPETITIONS [SDK_FOLDER [snapshot]]]`.
//!
//! All sandboxes are made before. Each repetition puts a copy into one, waits for its `GET /hob/assignment`, answers that
//! with a function, and waits for its first `GET …/invocation/next`. All of them stay until the end. With `snapshot`,
//! they are copies of a function that has made a client of the SDK.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use hob_sandbox::{Mount, Options, Program, Sandbox, SandboxSpec, Sandboxes, Zygote, ZygoteSpec};
use hob_types::{EnvironmentId, EphemeralStorageMib, MemoryMib, Random, SeededRandom};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

const PYTHON: &str = "/usr/bin/python3";

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().nth(1).as_deref() == Some("__launcher") {
        hob_sandbox::launcher_main();
    }
    let repetitions = std::env::args().nth(1).map_or(Ok(100), |text| text.parse())?;
    let sdk = std::env::args().nth(2).map(PathBuf::from);
    let snapshot = std::env::args().nth(3).is_some();
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(measure(
        repetitions,
        sdk,
        snapshot,
    ))
}

async fn measure(repetitions: usize, sdk: Option<PathBuf>, snapshot: bool) -> Result<(), Box<dyn Error>> {
    let directory = std::env::temp_dir().join(format!("hob-zygote-{}", std::process::id()));
    let random = Arc::new(SeededRandom::new(u64::from(std::process::id())));
    let options = Options {
        tier: None,
        launcher: vec!["/proc/self/exe".into(), "__launcher".into()],
        runtime_directory: directory.join("run"),
        state_directory: directory.join("state"),
        random: random.clone(),
    };
    let (sandboxes, _) = hob_sandbox::open(options).await?;
    let mounts = mounts(&directory, sdk.as_deref(), snapshot)?;
    let starting = Instant::now();
    let mut spec = spec(&mounts, sdk.is_some());
    if snapshot {
        spec.from_first_copy = true;
        spec.program.environment.push(("HOB_SNAPSHOT".into(), "1".into()));
    }
    let zygote = sandboxes.zygote(spec).await?;
    let (mut first, listener) = sandbox(&*sandboxes, &*random, &mounts).await?;
    let _first = once(&mut *first, &listener, &*zygote, snapshot).await?;
    println!("zygote     {:>8.2} ms", milliseconds(starting.elapsed()));
    let mut made = Vec::new();
    for _ in 0..repetitions {
        made.push(sandbox(&*sandboxes, &*random, &mounts).await?);
    }
    // The launcher makes networks for the next ones.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let memory_before = memory();
    let mut steps: [Vec<Duration>; 2] = Default::default();
    let mut kept = Vec::new();
    for (mut sandbox, listener) in made {
        let (connection, taken) = once(&mut *sandbox, &listener, &*zygote, false).await?;
        kept.push((sandbox, connection));
        for (step, taken) in steps.iter_mut().zip(taken) {
            step.push(taken);
        }
    }
    for (name, times) in ["fork", "assignment"].iter().zip(&mut steps) {
        times.sort_unstable();
        let at = |part: usize| milliseconds(times[times.len() * part / 100]);
        println!("{name:<10} p50 {:>7.2} ms  p90 {:>7.2} ms  min {:>7.2} ms", at(50), at(90), at(0));
    }
    println!(
        "memory     {:>8} kB for each idle one, its sandbox not included",
        (memory() - memory_before) / repetitions as u64
    );
    drop((kept, zygote, sandboxes));
    Ok(fs::remove_dir_all(directory)?)
}

fn mounts(directory: &Path, sdk: Option<&Path>, client: bool) -> io::Result<Vec<Mount>> {
    let code = directory.join("code");
    fs::create_dir_all(&code)?;
    let client = if client { "import boto3\nclient = boto3.client('s3', 'us-east-1')\n" } else { "" };
    fs::write(code.join("app.py"), format!("{client}def handler(event, context): return event\n"))?;
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../runtimes/python");
    let shown = [(code.as_path(), "/var/task"), (&runtime, "/var/runtime")];
    let sdk = sdk.map(|sdk| (sdk, "/opt"));
    let mount =
        |(source, target): (&Path, &str)| Mount { sources: vec![source.into()], target: target.into() };
    Ok(shown.into_iter().chain(sdk).map(mount).collect())
}

fn spec(mounts: &[Mount], sdk: bool) -> ZygoteSpec {
    let preload = sdk.then_some(("HOB_PRELOAD", "sdk"));
    let environment = [
        ("HOB_PARKED", "1"),
        ("AWS_LAMBDA_RUNTIME_API", "169.254.100.1:9001"),
        ("PYTHONPATH", "/var/runtime:/opt"),
        ("LC_CTYPE", "C.UTF-8"),
    ];
    let environment = environment.into_iter().chain(preload);
    ZygoteSpec {
        // Not the code, which no zygote sees.
        mounts: mounts[1..].to_vec(),
        program: Program {
            path: PYTHON.into(),
            arguments: [PYTHON, "-S", "/var/runtime/bootstrap.py"].map(Into::into).to_vec(),
            environment: environment.map(|(name, value)| (name.into(), value.into())).collect(),
            working_directory: "/".into(),
        },
        from_first_copy: false,
    }
}

async fn sandbox(
    sandboxes: &dyn Sandboxes,
    random: &dyn Random,
    mounts: &[Mount],
) -> Result<(Box<dyn Sandbox>, TcpListener), Box<dyn Error>> {
    let spec = SandboxSpec {
        id: EnvironmentId::random(random),
        mounts: mounts.to_vec(),
        slots: Vec::new(),
        memory: MemoryMib::try_from(1769)?,
        ephemeral_storage: EphemeralStorageMib::default(),
    };
    let mut sandbox = sandboxes.create(spec).await?;
    let listeners = sandbox.take_listeners().ok_or("a new sandbox has listeners")?;
    Ok((sandbox, TcpListener::from_std(listeners.runtime_api)?))
}

async fn once(
    sandbox: &mut dyn Sandbox,
    listener: &TcpListener,
    zygote: &dyn Zygote,
    snapshot: bool,
) -> Result<(TcpStream, [Duration; 2]), Box<dyn Error>> {
    let begin = Instant::now();
    let (forked, connection) = tokio::join!(sandbox.fork(zygote), connection(listener));
    let (_, mut connection) = (forked?, connection?);
    let forked = begin.elapsed();
    let kind = if snapshot { "snap-start" } else { "on-demand" };
    let body = format!(
        r#"{{"_HANDLER":"app.handler","LAMBDA_TASK_ROOT":"/var/task","AWS_LAMBDA_INITIALIZATION_TYPE":"{kind}"}}"#
    );
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    connection.write_all(answer.as_bytes()).await?;
    request(&mut connection).await?;
    Ok((connection, [forked, begin.elapsed() - forked]))
}

async fn connection(listener: &TcpListener) -> io::Result<TcpStream> {
    let (mut connection, _) = listener.accept().await?;
    connection.set_nodelay(true)?;
    request(&mut connection).await?;
    Ok(connection)
}

/// Reads a request without a body.
async fn request(connection: &mut TcpStream) -> io::Result<()> {
    let mut received = Vec::new();
    while !received.ends_with(b"\r\n\r\n") {
        if connection.read_buf(&mut received).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}

/// The proportional share of all processes of this program, in kB.
fn memory() -> u64 {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.path());
    processes.filter(|process| is_ours(process)).filter_map(|process| share(&process)).sum()
}

fn is_ours(process: &Path) -> bool {
    let command = fs::read_to_string(process.join("cmdline")).unwrap_or_default();
    command.contains("/var/runtime/bootstrap.py") || command.contains("__launcher")
}

fn share(process: &Path) -> Option<u64> {
    let rollup = fs::read_to_string(process.join("smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
