//! The rest of a server, as little of it as there can be.

use std::ffi::OsString;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use hob_environment::{LogEvent, LogSink, LogStreamName};
use hob_invoke::{
    AwsEndpoint, Collaborators, EndpointGuard, EnvironmentIdentity, FunctionVersion, Measured,
    RoleCredentials, SessionKeys, UsageSink,
};
use hob_runtimes::{Catalogue, CatalogueOptions, SearchPaths};
use hob_sandbox::{Peers, Tier};
use hob_types::{Clock, EnvironmentId, FunctionArn, InvocationSource, Random, Timestamp};

struct Nothing;

impl LogSink for Nothing {
    fn write(&self, _: &LogStreamName, _: Vec<LogEvent>) {}
}

impl UsageSink for Nothing {
    fn answered(&self, _: &FunctionVersion, _: InvocationSource, _: Measured, _: bool) {}

    fn throttled(&self, _: &FunctionVersion, _: InvocationSource) {}
}

impl RoleCredentials for Nothing {
    fn mint(&self, _: &str, _: &FunctionArn, _: EnvironmentId) -> SessionKeys {
        let key = || "key".to_owned();
        SessionKeys { access_key_id: key(), secret_access_key: key(), session_token: key() }
    }

    fn revoke(&self, _: EnvironmentId) {}
}

impl AwsEndpoint for Nothing {
    fn serve(&self, listener: TcpListener, _: Peers, _: EnvironmentIdentity) -> EndpointGuard {
        Box::new(listener)
    }
}

struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is a clock")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::EPOCH + since
    }
}

pub async fn new(directory: &Path, tier: Option<Tier>, random: Arc<dyn Random>) -> Collaborators {
    let launcher: Vec<OsString> =
        vec![std::env::current_exe().expect("this program's path").into(), "__launcher".into()];
    let options = hob_sandbox::Options {
        tier,
        launcher,
        runtime_directory: hob_sandbox::runtime_directory(None),
        state_directory: directory.join("state"),
        random: Arc::clone(&random),
    };
    let (sandboxes, report) = hob_sandbox::open(options).await.expect("a sandbox");
    println!("isolation {:?}", report.tier);
    let search = SearchPaths::from_environment(|name| std::env::var_os(name));
    let mut catalogue = CatalogueOptions::new(directory, search);
    catalogue.sdk_on_first_need = false;
    Collaborators {
        sandboxes,
        runtimes: Arc::new(Catalogue::open(catalogue)),
        credentials: Arc::new(Nothing),
        aws_endpoint: Arc::new(Nothing),
        logs: Arc::new(Nothing),
        usage: Arc::new(Nothing),
        clock: Arc::new(SystemClock),
        random,
    }
}
