//! How long a warm invocation takes from the engine's door and back, in a real sandbox.
//!
//! ```sh
//! cargo build --release --example warm -p hob-invoke
//! taskset -c 0 target/release/examples/warm native 20000
//! taskset -c 0 target/release/examples/warm python3.11 20000
//! target/release/examples/warm native 20000 8
//! ```
//!
//! The last number is that of callers, 1 unless given. Prints percentiles in microseconds. `native` is this program itself as a `bootstrap`.

mod bootstrap;
mod collaborators;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hob_invoke::{Engine, EngineConfiguration, FunctionVersion, Invocation, Invoker};
use hob_types::{
    AccountId, Architecture, FunctionArn, InvocationSource, MemoryMib, Random, Region, RequestId, RevisionId,
    Runtime, SeededRandom, Sha256Digest, Version,
};
use tokio::task::JoinSet;
use tokio::time::Instant;

const PAYLOAD: &[u8] = br#"{"name":"the quick fox"}"#;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [_, "__launcher", ..] => hob_sandbox::launcher_main(),
        [program, ..] if program.ends_with("bootstrap") => bootstrap::run(),
        [_, runtime, count] => measure(runtime, number(count), 1),
        [_, runtime, count, callers] => measure(runtime, number(count), number(callers)),
        _ => panic!("usage: warm native|RUNTIME COUNT [CALLERS]"),
    }
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}

fn measure(runtime: &str, count: usize, callers: usize) {
    let shard = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let directory = tempfile::tempdir().expect("a directory");
    shard.block_on(async {
        let random: Arc<dyn Random> = Arc::new(SeededRandom::new(u64::from(std::process::id())));
        let collaborators = collaborators::new(directory.path(), None, Arc::clone(&random)).await;
        let engine = Engine::new(EngineConfiguration::default(), collaborators);
        let version = Arc::new(version(runtime, directory.path(), &*random));
        let cold = invoke(&engine, &version, &*random).await;
        println!("cold {:.2} ms", cold.as_secs_f64() * 1e3);
        let mut tasks = JoinSet::new();
        let began = Instant::now();
        for _ in 0..callers {
            tasks.spawn(call(
                Arc::clone(&engine),
                Arc::clone(&version),
                Arc::clone(&random),
                count / callers,
            ));
        }
        let mut times = tasks.join_all().await.concat();
        println!("{:.0} invocations a second", count as f64 / began.elapsed().as_secs_f64());
        print(&mut times);
        println!("{:?}", engine.statistics());
        engine.shutdown(Duration::from_secs(1)).await;
    });
}

/// One invocation after another.
async fn call(
    engine: Arc<Engine>,
    version: Arc<FunctionVersion>,
    random: Arc<dyn Random>,
    count: usize,
) -> Vec<Duration> {
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        times.push(invoke(&engine, &version, &*random).await);
    }
    // The first ones wait for environments and caches.
    times.split_off(count / 10)
}

async fn invoke(engine: &Engine, version: &Arc<FunctionVersion>, random: &dyn Random) -> Duration {
    let invocation = Invocation {
        request_id: RequestId::random(random),
        version: Arc::clone(version),
        source: InvocationSource::Invoke,
        invoked_function_arn: version.arn.to_string(),
        payload: Bytes::from_static(PAYLOAD),
        client_context: None,
        trace_header: None,
        log_tail: false,
    };
    let began = Instant::now();
    let result = engine.invoke(invocation).await.expect("the engine runs");
    let took = began.elapsed();
    assert!(!result.function_error, "{}", String::from_utf8_lossy(&result.payload));
    took
}

fn print(times: &mut [Duration]) {
    times.sort_unstable();
    let at = |fraction: f64| times[((times.len() - 1) as f64 * fraction) as usize].as_secs_f64() * 1e6;
    let (min, p50, p90, p99) = (at(0.0), at(0.5), at(0.9), at(0.99));
    println!("warm min {min:.1} p50 {p50:.1} p90 {p90:.1} p99 {p99:.1} µs");
}

fn version(runtime: &str, directory: &Path, random: &dyn Random) -> FunctionVersion {
    let code = directory.join("code");
    std::fs::create_dir(&code).expect("a directory for the code");
    let runtime = if runtime == "native" {
        let program = std::env::current_exe().expect("this program's path");
        std::fs::copy(program, code.join("bootstrap")).expect("a copy of this program");
        "provided.al2023"
    } else {
        std::fs::write(code.join("app.py"), "def handler(event, context):\n    return event\n")
            .expect("a handler");
        std::fs::write(code.join("app.js"), "exports.handler = async (event) => event\n").expect("a handler");
        runtime
    };
    FunctionVersion {
        arn: FunctionArn {
            region: Region::local(),
            account: AccountId::local(),
            name: "warm".parse().expect("a function's name"),
        },
        version: Version::Latest,
        revision: RevisionId::random(random),
        runtime: Some(Runtime::new(runtime)),
        handler: "app.handler".to_owned(),
        memory: MemoryMib::try_from(1769).expect("within the limits"),
        timeout: Default::default(),
        ephemeral_storage: Default::default(),
        architecture: Architecture::X86_64,
        environment: Default::default(),
        code_sha256: Sha256Digest::new([0; 32]),
        code,
        layers: Vec::new(),
        role: "arn:aws:iam::000000000000:role/any".to_owned(),
        snap_start: false,
        log_group: "/aws/lambda/warm".to_owned(),
        logging: Default::default(),
    }
}
