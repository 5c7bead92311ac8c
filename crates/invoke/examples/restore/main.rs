//! How long the first invocation of an environment takes that is restored from a snapshot, in real sandboxes.
//!
//! ```sh
//! cargo build --release --example restore -p hob-invoke
//! target/release/examples/restore python3.11 50 [SDK_FOLDER]
//! ```
//!
//! Each invocation waits for the environment of the one before to have ended. With the SDK's folder, the function has
//! made a client of the SDK.

#[path = "../warm/collaborators.rs"]
mod collaborators;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hob_invoke::{Engine, EngineConfiguration, FunctionVersion, Invocation, Invoker, Snapshot};
use hob_types::{
    AccountId, Architecture, FunctionArn, InvocationSource, MemoryMib, Random, Region, RequestId, RevisionId,
    Runtime, SeededRandom, Sha256Digest, Version,
};
use tokio::time::Instant;

const HANDLER: &str = "\
import os
def handler(event, context):
    return os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']
";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [_, "__launcher", ..] => hob_sandbox::launcher_main(),
        [_, runtime, count] => measure(runtime, count.parse().expect("a number"), None),
        [_, runtime, count, sdk] => measure(runtime, count.parse().expect("a number"), Some(sdk.into())),
        _ => panic!("usage: restore RUNTIME COUNT [SDK_FOLDER]"),
    }
}

fn measure(runtime: &str, count: usize, sdk: Option<PathBuf>) {
    let shard = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let directory = tempfile::tempdir().expect("a directory");
    shard.block_on(async {
        let random: Arc<dyn Random> = Arc::new(SeededRandom::new(u64::from(std::process::id())));
        let collaborators = collaborators::new(directory.path(), None, Arc::clone(&random)).await;
        let configuration =
            EngineConfiguration { idle_timeout: Duration::from_millis(1), ..EngineConfiguration::default() };
        let engine = Engine::new(configuration, collaborators);
        let version = Arc::new(version(runtime, directory.path(), sdk, &*random));
        let began = Instant::now();
        let taken = engine.take_snapshot(&version).await;
        println!("{taken:?} after {:.1} ms", milliseconds(began.elapsed()));
        assert_eq!(taken, Ok(Snapshot::Taken));
        engine.anticipate(&version);
        let (mut whole, mut restores) = (Vec::new(), Vec::new());
        for _ in 0..count {
            tokio::time::sleep(Duration::from_millis(100)).await;
            while engine.statistics().environments > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let (took, restore) = invoke(&engine, &version, &*random).await;
            whole.push(took);
            restores.push(restore);
        }
        print("invocation", &mut whole);
        print("restore", &mut restores);
        engine.shutdown(Duration::from_secs(1)).await;
    });
}

async fn invoke(
    engine: &Engine,
    version: &Arc<FunctionVersion>,
    random: &dyn Random,
) -> (Duration, Duration) {
    let invocation = Invocation {
        request_id: RequestId::random(random),
        version: Arc::clone(version),
        source: InvocationSource::Invoke,
        invoked_function_arn: version.arn.to_string(),
        payload: Bytes::from_static(b"{}"),
        client_context: None,
        trace_header: None,
        log_tail: false,
    };
    let began = Instant::now();
    let result = engine.invoke(invocation).await.expect("the engine runs");
    let took = began.elapsed();
    assert_eq!(result.payload, Bytes::from_static(b"\"snap-start\""));
    (took, result.measured.restore.expect("it was restored"))
}

fn print(name: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |part: usize| milliseconds(times[(times.len() - 1) * part / 100]);
    println!("{name:<10} min {:.2} p50 {:.2} p90 {:.2} ms", at(0), at(50), at(90));
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn version(runtime: &str, directory: &Path, sdk: Option<PathBuf>, random: &dyn Random) -> FunctionVersion {
    let code = directory.join("code");
    std::fs::create_dir(&code).expect("a directory for the code");
    let client = if sdk.is_some() { "import boto3\nclient = boto3.client('s3', 'us-east-1')\n" } else { "" };
    std::fs::write(code.join("app.py"), format!("{client}{HANDLER}")).expect("a handler");
    FunctionVersion {
        logging: hob_types::LoggingConfiguration::default(),
        arn: FunctionArn {
            region: Region::local(),
            account: AccountId::local(),
            name: "restore".parse().expect("a function's name"),
        },
        version: Version::Published(1.try_into().expect("not zero")),
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
        layers: sdk.into_iter().collect(),
        role: "arn:aws:iam::000000000000:role/any".to_owned(),
        snap_start: true,
        log_group: "/aws/lambda/restore".to_owned(),
    }
}
