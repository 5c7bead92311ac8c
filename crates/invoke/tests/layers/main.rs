//! What functions of each language find in their layers: with real interpreters in real sandboxes of each tier, as this
//! user and, as root, again as an ordinary one; in environments that are made when they are needed, and in those that
//! were made ahead.
//!
//! Not a test like the others, because this program is the sandboxes' launcher, too. What this machine has not is left
//! out, and that is said.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may")]

#[path = "../../examples/warm/collaborators.rs"]
mod collaborators;
mod functions;

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hob_invoke::{
    AheadConfiguration, Engine, EngineConfiguration, FunctionVersion, Invocation, Invoker as _, Scope,
};
use hob_sandbox::Tier;
use hob_types::{InvocationSource, Random, RequestId, SeededRandom};

use self::functions::{Function, functions};

const NOBODY: u32 = 65534;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["__launcher", ..] => hob_sandbox::launcher_main(),
        ["as-ordinary-user"] => everything(),
        // Another test's name, or a list of them.
        [filter, ..] if !filter.starts_with("--") && !"layers".contains(filter) => {}
        ["--list", ..] => {}
        _ => {
            everything();
            as_ordinary_user();
        }
    }
}

fn as_ordinary_user() {
    if !is_root() {
        return;
    }
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.arg("as-ordinary-user").uid(NOBODY).gid(NOBODY).current_dir("/").env("HOME", "/nonexistent");
    match again.status() {
        Ok(status) => assert!(status.success(), "as an ordinary user: {status}"),
        Err(error) => println!("left out, another user cannot run this from here: {error}"),
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

fn everything() {
    let shard = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(directory.path(), open).unwrap();
    let functions = functions(directory.path());
    for tier in [Tier::Namespaces, Tier::Landlock] {
        for scope in [Scope::Nothing, Scope::Runtimes] {
            shard.block_on(in_engine(directory.path(), tier, scope, &functions));
        }
    }
}

async fn in_engine(directory: &Path, tier: Tier, scope: Scope, functions: &[Function]) {
    let random: Arc<dyn Random> = Arc::new(SeededRandom::new(u64::from(std::process::id())));
    let data = tempfile::Builder::new().prefix("data").tempdir_in(directory).unwrap();
    let collaborators = collaborators::new(data.path(), Some(tier), Arc::clone(&random)).await;
    let is_ahead = scope != Scope::Nothing && collaborators.sandboxes.abilities().await.attach;
    if scope != Scope::Nothing && !is_ahead {
        return;
    }
    let ahead = AheadConfiguration { scope, ..AheadConfiguration::default() };
    let engine = Engine::new(EngineConfiguration { ahead, ..EngineConfiguration::default() }, collaborators);
    for function in functions {
        let version = Arc::new(function.version(&*random));
        if is_ahead {
            made_ahead(&engine, &version).await;
        }
        let found = answer(&engine, &version, &*random).await;
        match found {
            Ok(found) => {
                assert_eq!(found, function.expected, "{} {tier:?} {scope:?}", function.name);
                println!("ok {} {tier:?} {scope:?}", function.name);
            }
            Err(error) if error.contains("InterpreterNotFound") || error.contains("Runtime.Unavailable") => {
                println!("left out {} {tier:?} {scope:?}: {error}", function.name);
            }
            Err(error) => panic!("{} {tier:?} {scope:?}: {error}", function.name),
        }
    }
    let hits: u64 = engine.ahead().kinds.iter().map(|kind| kind.hits).sum();
    assert_eq!(hits > 0, is_ahead, "{:?}", engine.ahead());
    engine.shutdown(Duration::from_secs(5)).await;
}

/// Waits until what the version can take is there, if anything of the kind is made.
async fn made_ahead(engine: &Engine, version: &Arc<FunctionVersion>) {
    engine.anticipate(version);
    let runtime = version.runtime.as_ref().unwrap().to_string();
    let ready = || {
        let kinds = engine.ahead().kinds;
        kinds.iter().any(|kind| kind.runtimes.contains(&runtime) && kind.ready > 0)
    };
    // None is, where the runtime is not installed.
    let _ = tokio::time::timeout(Duration::from_secs(5), async {
        while !ready() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

async fn answer(
    engine: &Engine,
    version: &Arc<FunctionVersion>,
    random: &dyn Random,
) -> Result<serde_json::Value, String> {
    let invocation = Invocation {
        request_id: RequestId::random(random),
        version: Arc::clone(version),
        source: InvocationSource::Invoke,
        invoked_function_arn: version.arn.to_string(),
        payload: Bytes::from_static(b"{}"),
        client_context: None,
        trace_header: None,
        log_tail: true,
    };
    let result = engine.invoke(invocation).await.map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&result.payload).into_owned();
    let log = String::from_utf8_lossy(&result.log_tail.unwrap_or_default()).into_owned();
    match result.function_error {
        true => Err(format!("{text}\n{log}")),
        false => serde_json::from_str(&text).map_err(|error| format!("{text}: {error}")),
    }
}
