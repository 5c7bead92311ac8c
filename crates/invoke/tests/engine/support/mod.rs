//! An engine whose sandboxes are in memory: a program is a task that speaks the Runtime API over loopback.

mod client;
mod sandbox;

use std::any::Any;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use hob_environment::{LogEvent, LogSink, LogStreamName};
use hob_invoke::{
    AheadConfiguration, AwsEndpoint, Collaborators, EndpointGuard, Engine, EngineConfiguration,
    EnvironmentIdentity, FunctionVersion, Invocation, InvocationResult, InvokeError, Invoker, Measured,
    RoleCredentials, RuntimeCatalogue, SessionKeys, UsageSink,
};
use hob_runtimes::{Ahead, Method, RuntimeError, RuntimeLaunch, RuntimeRequest};
use hob_sandbox::{Abilities, Peers};
use hob_types::{
    AccountId, Architecture, EnvironmentId, EphemeralStorageMib, FunctionArn, InvocationSource,
    LoggingConfiguration, ManualClock, MemoryMib, Random, Region, RequestId, RevisionId, Runtime,
    SeededRandom, Sha256Digest, TimeoutSeconds, Timestamp, Version,
};

pub use self::client::RuntimeClient;
pub use self::sandbox::{FakeSandboxes, Program, program};

pub struct Harness {
    pub engine: Arc<Engine>,
    pub sandboxes: Arc<FakeSandboxes>,
    pub credentials: Arc<Credentials>,
    pub version: FunctionVersion,
    pub usage: Arc<Counted>,
    logs: Arc<Logs>,
    random: Arc<SeededRandom>,
}

/// What was counted, in order.
#[derive(Default)]
pub struct Counted(pub Mutex<Vec<&'static str>>);

impl UsageSink for Counted {
    fn answered(&self, _: &FunctionVersion, _: InvocationSource, _: Measured, failed: bool) {
        self.0.lock().unwrap().push(if failed { "failed" } else { "answered" });
    }

    fn throttled(&self, _: &FunctionVersion, _: InvocationSource) {
        self.0.lock().unwrap().push("throttled");
    }
}

#[derive(Default)]
struct Logs(Mutex<Vec<String>>);

impl LogSink for Logs {
    fn write(&self, stream: &LogStreamName, events: Vec<LogEvent>) {
        assert_eq!(stream.group, "/aws/lambda/hello");
        self.0.lock().unwrap().extend(events.into_iter().map(|event| event.message));
    }
}

/// Counts the environments whose keys work.
#[derive(Default)]
pub struct Credentials(pub Mutex<Vec<EnvironmentId>>);

impl RoleCredentials for Credentials {
    fn mint(&self, _: &str, _: &FunctionArn, environment: EnvironmentId) -> SessionKeys {
        self.0.lock().unwrap().push(environment);
        SessionKeys {
            access_key_id: "ASIAKEY".to_owned(),
            secret_access_key: "secret".to_owned(),
            session_token: "token".to_owned(),
        }
    }

    fn revoke(&self, environment: EnvironmentId) {
        self.0.lock().unwrap().retain(|minted| *minted != environment);
    }
}

struct NoEndpoint;

impl AwsEndpoint for NoEndpoint {
    fn serve(&self, listener: TcpListener, _: Peers, _: EnvironmentIdentity) -> EndpointGuard {
        Box::new(listener) as Box<dyn Any + Send>
    }
}

struct OneRuntime(Option<Ahead>);

impl RuntimeCatalogue for OneRuntime {
    fn resolve(&self, request: &RuntimeRequest<'_>) -> Result<RuntimeLaunch, RuntimeError> {
        if request.runtime.as_str() != "python3.12" {
            return Err(RuntimeError {
                error_type: "Runtime.NotInstalled".to_owned(),
                message: format!("{} is not installed", request.runtime),
            });
        }
        Ok(RuntimeLaunch {
            mounts: Vec::new(),
            function_mounts: Vec::new(),
            program: PathBuf::from("/var/lang/bin/python"),
            arguments: vec!["python".into()],
            environment: vec![("PYTHONPATH".to_owned(), "/var/runtime".to_owned())],
            description: Some("python:3.12.v1".to_owned()),
            note: None,
            ahead: self.0.clone(),
        })
    }
}

impl Harness {
    pub fn new(program: Program) -> Self {
        Self::configured(EngineConfiguration::default(), program)
    }

    pub fn configured(configuration: EngineConfiguration, program: Program) -> Self {
        Self::with(configuration, FakeSandboxes::new(program), None)
    }

    pub fn that_cannot_freeze(program: Program) -> Self {
        let mut sandboxes = FakeSandboxes::new(program);
        sandboxes.can.freeze = false;
        Self::with(EngineConfiguration::default(), sandboxes, None)
    }

    /// Its sandboxes and runtimes can be made ahead.
    pub fn ahead(ahead: AheadConfiguration, method: Method, program: Program) -> Self {
        let configuration = EngineConfiguration { ahead, ..EngineConfiguration::default() };
        let mut sandboxes = FakeSandboxes::new(program);
        sandboxes.can = Abilities { attach: true, fork: method == Method::Fork, freeze: true };
        let arguments = vec!["python".into(), "wait".into()];
        Self::with(configuration, sandboxes, Some(Ahead { arguments, environment: Vec::new(), method }))
    }

    fn with(configuration: EngineConfiguration, sandboxes: FakeSandboxes, ahead: Option<Ahead>) -> Self {
        let usage = Arc::new(Counted::default());
        let (sandboxes, logs) = (Arc::new(sandboxes), Arc::new(Logs::default()));
        let (random, credentials) = (Arc::new(SeededRandom::new(1)), Arc::new(Credentials::default()));
        let collaborators = Collaborators {
            sandboxes: Arc::clone(&sandboxes) as _,
            runtimes: Arc::new(OneRuntime(ahead)),
            credentials: Arc::clone(&credentials) as _,
            aws_endpoint: Arc::new(NoEndpoint),
            logs: Arc::clone(&logs) as _,
            usage: Arc::clone(&usage) as _,
            clock: Arc::new(ManualClock::at(Timestamp::from_millis(1_767_323_045_678))),
            random: Arc::clone(&random) as _,
        };
        let engine = Engine::new(configuration, collaborators);
        let version = version(&*random);
        Self { engine, sandboxes, credentials, usage, version, logs, random }
    }

    pub fn invocation(&self, payload: &str) -> Invocation {
        Invocation {
            request_id: RequestId::random(&*self.random),
            version: Arc::new(self.version.clone()),
            source: InvocationSource::Invoke,
            invoked_function_arn: self.version.arn.to_string(),
            payload: Bytes::copy_from_slice(payload.as_bytes()),
            client_context: None,
            trace_header: None,
            log_tail: false,
        }
    }

    pub async fn invoke(&self, payload: &str) -> Result<InvocationResult, InvokeError> {
        self.engine.invoke(self.invocation(payload)).await
    }

    /// The payload, with `!` before it if it is a function error, and ids replaced.
    pub async fn answer(&self, payload: &str) -> String {
        match self.invoke(payload).await {
            Ok(result) => {
                let mark = if result.function_error { "!" } else { "" };
                format!("{mark}{}", redacted(&String::from_utf8_lossy(&result.payload)))
            }
            Err(error) => format!("{error}"),
        }
    }

    /// Everything logged, ids and durations replaced. Waits until the last invocation's report is written.
    pub async fn logs(&self) -> String {
        self.settle().await;
        redacted(&self.logs.0.lock().unwrap().concat())
    }

    /// Lets every environment do what it has to.
    pub async fn settle(&self) {
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
    }

    /// Lets everything go on until the condition holds.
    pub async fn until(&self, mut condition: impl FnMut(&Self) -> bool) {
        soon(async {
            while !condition(self) {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Another revision of the same version, as an update makes it.
    pub fn next_revision(&mut self) -> RevisionId {
        self.version.revision = self.revision();
        self.version.revision
    }

    pub fn revision(&self) -> RevisionId {
        RevisionId::random(&*self.random as &dyn Random)
    }
}

fn version(random: &dyn Random) -> FunctionVersion {
    FunctionVersion {
        arn: FunctionArn {
            region: Region::local(),
            account: AccountId::local(),
            name: "hello".parse().unwrap(),
        },
        version: Version::Latest,
        revision: RevisionId::random(random),
        runtime: Some(Runtime::new("python3.12")),
        handler: "app.handler".to_owned(),
        memory: MemoryMib::default(),
        timeout: TimeoutSeconds::default(),
        ephemeral_storage: EphemeralStorageMib::default(),
        architecture: Architecture::X86_64,
        environment: [("TZ", "Europe/Berlin"), ("AWS_REGION", "no"), ("STAGE", "test")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        code_sha256: Sha256Digest::new([0; 32]),
        code: PathBuf::from("/code"),
        layers: Vec::new(),
        role: "arn:aws:iam::000000000000:role/any".to_owned(),
        snap_start: false,
        log_group: "/aws/lambda/hello".to_owned(),
        logging: LoggingConfiguration::default(),
    }
}

/// Replaces ids by `<id>` and measured numbers by `<n>`.
pub fn redacted(text: &str) -> String {
    let is_id = |word: &str| word.parse::<RequestId>().is_ok();
    let is_number = |word: &str| word.contains('.') && word.parse::<f64>().is_ok();
    let replace = |word: &str| {
        if is_id(word) {
            "<id>".to_owned()
        } else if is_number(word) {
            "<n>".to_owned()
        } else if word.len() == 64 || word.starts_with("arn:aws:lambda:us-east-1::runtime:") {
            "<arn>".to_owned()
        } else {
            word.to_owned()
        }
    };
    let billed = |line: &str| match line.split_once("Billed Duration: ") {
        Some((before, after)) => {
            format!("{before}Billed Duration: <n>{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        None => line.to_owned(),
    };
    let line = |line: &str| {
        let words: String = line
            .split_inclusive(|c: char| " \t\n\"".contains(c))
            .map(|word| {
                let end = word.trim_end_matches([' ', '\t', '\n', '"']);
                format!("{}{}", replace(end), &word[end.len()..])
            })
            .collect();
        billed(&words)
    };
    text.split_inclusive('\n').map(line).collect::<String>().replace('\t', "|")
}

/// So that a test ends rather than hangs.
pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), future).await.expect("this takes microseconds")
}
