//! The initialisation of a function whose environments will be copies of it.

use std::ffi::OsString;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use hob_sandbox::{Exit, Peers, Sandbox};
use hob_types::Clock;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::environment::FunctionSettings;
use crate::function_log::FunctionLog;
use crate::initialization::Initialization;
use crate::output::Output;
use crate::phase::{InitPhase, InvalidTransition};
use crate::platform_event::{InitStart, PlatformEvent, Status, init_end};
use crate::runtime_api::{self, Answer, Api, CONNECTIONS_MAX, Call, posted_error};
use crate::{FunctionError, LogSink, LogStreamName, Parked};

/// With this type a runtime says that no copy would be what it is, for the reason in its message.
const IMPOSSIBLE: &str = "Runtime.SnapshotNotPossible";

/// What it takes to initialise a function that is to be copied.
pub struct Initialisation {
    /// Of the Runtime API; in non-blocking mode.
    pub runtime_api: TcpListener,
    /// The runtime that becomes the function's.
    pub runtime: Parked,
    /// That it gets.
    pub variables: Vec<(OsString, OsString)>,
    pub function: FunctionSettings,
    pub log_stream: LogStreamName,
    /// How long it may take.
    pub limit: Duration,
    pub logs: Arc<dyn LogSink>,
    pub clock: Arc<dyn Clock>,
}

/// Why there is nothing to copy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InitialisationError {
    /// The function's code or one of its hooks failed.
    #[error("{error_type}: {message}")]
    Function { error_type: String, message: String },
    /// No copy would be what the function is now.
    #[error("{0}")]
    NotPossible(String),
}

/// How far an initialisation has come.
enum Progress {
    Goes,
    Over(Result<(), InitialisationError>),
}

struct Initialising<'a> {
    sandbox: &'a mut dyn Sandbox,
    output: Output,
    listener: tokio::net::TcpListener,
    calls: mpsc::Receiver<Call>,
    sender: mpsc::Sender<Call>,
    connections: JoinSet<()>,
    bodies: Arc<Semaphore>,
    log: FunctionLog,
}

impl Initialisation {
    /// Returns when the runtime waits to be copied, and never runs again by itself.
    pub async fn run(self, sandbox: &mut dyn Sandbox) -> Result<(), InitialisationError> {
        let began = Instant::now();
        let (limit, function) = (self.limit, self.function.clone());
        let instance_id = self.log_stream.stream.clone();
        let mut initialising = self.begin(sandbox).map_err(|error| failed(error.to_string()))?;
        initialising.log.report([PlatformEvent::InitStart(InitStart {
            runtime_version: function.runtime_description.as_deref(),
            region: &function.region,
            function_name: &function.name,
            function_version: function.version,
            instance_id: &instance_id,
            memory: function.memory,
            initialization: Initialization::SnapStart,
        })]);
        let outcome = tokio::time::timeout(limit, initialising.finish()).await;
        initialising.log.write(initialising.output.drain());
        let (outcome, status) = match &outcome {
            Ok(outcome) => (outcome.clone(), status(outcome)),
            Err(_) => (Err(timed_out(limit)), Some(Status::Timeout)),
        };
        if let Some(status) = status {
            let ends = init_end(Initialization::SnapStart, InitPhase::Snapshot, began.elapsed(), status);
            initialising.log.report(ends);
        }
        outcome
    }

    fn begin(self, sandbox: &mut dyn Sandbox) -> std::io::Result<Initialising<'_>> {
        let (sender, calls) = mpsc::channel(CONNECTIONS_MAX);
        self.runtime.assign(&self.variables)?;
        let mut initialising = Initialising {
            sandbox,
            output: Output::new(self.runtime.output)?,
            listener: tokio::net::TcpListener::from_std(self.runtime_api)?,
            calls,
            sender,
            connections: JoinSet::new(),
            bodies: runtime_api::body_budget(),
            log: FunctionLog::new(self.log_stream, self.function.logging, self.logs, self.clock),
        };
        initialising.connected(TcpStream::from_std(self.runtime.connection)?);
        Ok(initialising)
    }
}

impl Initialising<'_> {
    async fn finish(&mut self) -> Result<(), InitialisationError> {
        loop {
            if let Progress::Over(outcome) = self.step().await {
                return outcome;
            }
        }
    }

    async fn step(&mut self) -> Progress {
        tokio::select! {
            biased;
            Some(call) = self.calls.recv() => return answer(call),
            exit = self.sandbox.exited() => return Progress::Over(Err(exited(exit))),
            Ok((stream, _)) = self.listener.accept(), if self.connections.len() < CONNECTIONS_MAX => {
                self.connected(stream);
            }
            lines = self.output.lines() => self.log.write(lines),
            Some(_) = self.connections.join_next() => {}
        }
        Progress::Goes
    }

    fn connected(&mut self, stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        let api = Api { calls: self.sender.clone(), bodies: Arc::clone(&self.bodies) };
        let peers: Peers = self.sandbox.peers();
        self.connections.spawn(async move {
            if peers.admit(&stream).await {
                runtime_api::serve(stream, api, |call| call).await;
            }
        });
    }
}

fn answer(call: Call) -> Progress {
    let not_allowed = |to| Answer::NotAllowed(InvalidTransition { from: "Started", to });
    match call {
        Call::RestoreNext { .. } => return Progress::Over(Ok(())),
        Call::InitError { posted, verdict } => {
            let _ = verdict.send(Ok(()));
            return Progress::Over(Err(match posted_error(Some(posted)) {
                (error_type, message) if error_type == IMPOSSIBLE => {
                    InitialisationError::NotPossible(message)
                }
                (error_type, message) => InitialisationError::Function { error_type, message },
            }));
        }
        Call::Next { reply } => {
            let _ = reply.send(Err(not_allowed("Ready")));
            let text = "The runtime does not wait to be restored.";
            return Progress::Over(Err(InitialisationError::NotPossible(text.to_owned())));
        }
        Call::Outcome { verdict, .. } => drop(verdict.send(Err(Answer::InvalidRequestId))),
        Call::RestoreError { verdict, .. } => {
            drop(verdict.send(Err(not_allowed("RuntimeRestoreErrorState"))));
        }
    }
    Progress::Goes
}

/// AWS writes INIT_REPORT of every such initialisation. It is none if the function will start otherwise.
fn status(outcome: &Result<(), InitialisationError>) -> Option<Status<'_>> {
    match outcome {
        Ok(()) => Some(Status::Success),
        Err(InitialisationError::Function { error_type, .. }) => Some(Status::Error(error_type)),
        Err(InitialisationError::NotPossible(_)) => None,
    }
}

fn exited(exit: Exit) -> InitialisationError {
    of(&FunctionError::Exited(exit))
}

fn timed_out(limit: Duration) -> InitialisationError {
    of(&FunctionError::TimedOut { timeout: limit })
}

fn of(error: &FunctionError) -> InitialisationError {
    let (error_type, message) = (error.reported_type().to_owned(), error.message().into_owned());
    InitialisationError::Function { error_type, message }
}

fn failed(text: String) -> InitialisationError {
    InitialisationError::NotPossible(text)
}
