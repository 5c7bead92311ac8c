//! The handle of an execution environment, and what it is made of.

use std::any::Any;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hob_sandbox::{Program, Sandbox};
use hob_types::{
    Clock, EnvironmentId, FunctionName, LoggingConfiguration, MemoryMib, Random, Region, RequestId, Version,
};
use tokio::sync::{mpsc, oneshot};

use crate::driver::{Driver, Message};
use crate::initialization::Initialization;
use crate::parked::Parked;
use crate::runtime_api::CONNECTIONS_MAX;
use crate::{FunctionError, LogSink, LogStreamName, Refusal};

/// Hands invocations to one environment. Cheap to clone; the environment itself is the future of [`Inbox::run`].
#[derive(Clone, Debug)]
pub struct Environment {
    id: EnvironmentId,
    messages: mpsc::Sender<Message>,
}

/// The receiving end of an [`Environment`]. What is handed over before it runs waits in it.
#[derive(Debug)]
pub struct Inbox {
    messages: mpsc::Receiver<Message>,
    /// For the connections of the Runtime API, whose calls arrive the same way.
    sender: mpsc::WeakSender<Message>,
}

/// An environment that does not exist yet, and the handle that will reach it.
pub fn environment(id: EnvironmentId) -> (Environment, Inbox) {
    // Each connection waits for its answer before it sends again, and there is one invocation at a time, so
    // nobody ever finds the queue full, not even while an ended program's calls are still in it.
    let (sender, receiver) = mpsc::channel(2 * CONNECTIONS_MAX + 8);
    let inbox = Inbox { messages: receiver, sender: sender.downgrade() };
    (Environment { id, messages: sender }, inbox)
}

/// One invocation, assigned to one environment.
pub struct Assignment {
    pub request_id: RequestId,
    /// As the caller named the function.
    pub invoked_function_arn: String,
    pub payload: Bytes,
    /// JSON, already decoded from base64.
    pub client_context: Option<String>,
    /// Complete: see [`trace_header`](crate::trace_header).
    pub trace_header: String,
    /// Return the last 4 KB of this invocation's log.
    pub log_tail: bool,
    /// Gets the answer, exactly once, unless nobody waits any more. Without one the environment's task has died.
    pub reply: oneshot::Sender<Result<Outcome, Unavailable>>,
    /// Dropped when the invocation is answered.
    pub permit: Box<dyn Any + Send>,
    /// Told how the invocation ended, before its caller is; not if it never ran.
    pub meter: Meter,
}

/// What an invocation is billed by.
pub type Meter = Box<dyn FnOnce(&Outcome) + Send>;

/// How an invocation ended. A function error is an outcome, too.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The runtime's bytes, or the error document.
    pub payload: Bytes,
    pub function_error: bool,
    /// If it was asked for.
    pub log_tail: Option<Bytes>,
    /// The trace header that the function saw.
    pub trace_header: String,
    pub measured: Measured,
}

/// What an invocation took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    pub duration: Duration,
    /// Rounded up to whole milliseconds, initialisation included where AWS bills it.
    pub billed: Duration,
    /// Set on a cold start.
    pub init: Option<Duration>,
    /// Set on a start from a snapshot.
    pub restore: Option<Duration>,
}

/// The function was not run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// The machine or the server failed it. The text may be shown to the caller.
    #[error("{0}")]
    Failed(String),
    /// There are as many environments as there can be.
    #[error("the machine has no room for another environment")]
    NoRoom,
    /// The function failed when it was restored from its snapshot, such as in a hook.
    #[error("{error_type}: {message}")]
    NotRestored { error_type: String, message: String },
    /// That took too long.
    #[error("the restore took longer than {} seconds", limit.as_secs())]
    RestoreTimedOut { limit: Duration },
}

/// At whose fault an init failed that nobody waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InitFault {
    /// The function's; its log says more.
    Function,
    /// The machine's or the server's.
    Unavailable(Unavailable),
}

/// Everything an environment is made of, once it is there.
pub struct Setup {
    pub sandbox: Box<dyn Sandbox>,
    /// Of the Runtime API; in non-blocking mode.
    pub runtime_api: TcpListener,
    /// Started by the first invocation or [before it](Self::init_ahead), and anew by the first one after it has ended.
    pub program: Program,
    /// Takes the place of the program's first start.
    pub parked: Option<Parked>,
    pub function: FunctionSettings,
    pub log_stream: LogStreamName,
    /// Initialises before any invocation, within this time. An environment whose init fails ends, and so does one whose
    /// program ends later: whoever wants it initialised makes another. `None`: the first invocation initialises it, and
    /// whichever invocation comes after the program has ended.
    pub init_ahead: Option<Duration>,
    /// How long the environment is kept without an invocation. `None`: until it is told to end.
    pub idle_timeout: Option<Duration>,
    /// How long what runs in the environment goes on without an invocation. `None`: it is never frozen, because its
    /// sandbox [cannot](hob_sandbox::Abilities::freeze) or nobody wants it.
    pub freeze_after: Option<Duration>,
    pub logs: Arc<dyn LogSink>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub keeper: Arc<dyn Keeper>,
    /// Sent, or dropped, when the first init is over.
    pub initialised: Option<oneshot::Sender<()>>,
    /// Dropped when the environment has ended.
    pub guards: Box<dyn Any + Send>,
}

/// The part of a function's configuration that its environment needs.
#[derive(Clone, Debug)]
pub struct FunctionSettings {
    pub name: FunctionName,
    pub version: Version,
    pub region: Region,
    pub memory: MemoryMib,
    pub timeout: Duration,
    pub initialization: Initialization,
    pub logging: LoggingConfiguration,
    /// For the INIT_START line, such as `python:3.12.v1`. `None`: there is no such line.
    pub runtime_description: Option<String>,
    /// A line that the log gets once, after INIT_START.
    pub note: Option<String>,
}

/// Whoever decides which environment gets which invocation. Called from the environment's own task: must not block.
pub trait Keeper: Send + Sync {
    /// The invocation is being answered; unless something goes wrong, [`available`](Self::available) follows soon.
    fn answered(&self);

    /// Another invocation may be handed over.
    fn available(&self);

    /// The most memory that the environment has used so far, in bytes. Told after each invocation, but not more often
    /// than is worth it.
    fn measured(&self, _memory_peak: u64) {}

    /// Nothing in the environment runs any more, or does again. It is as available as before.
    fn frozen(&self, _frozen: bool) {}

    /// The init [before any invocation](Setup::init_ahead) has failed. [`closed`](Self::closed) follows.
    fn init_failed(&self, _fault: InitFault) {}

    /// Nobody has used the environment for its idle timeout, or it is of no use. `true`: nobody will, and it ends.
    fn expire(&self) -> bool;

    /// The environment has ended.
    fn closed(&self);
}

impl Environment {
    pub fn id(&self) -> EnvironmentId {
        self.id
    }

    /// Hands over an invocation. Only for an environment that is new or has been reported as
    /// [available](Keeper::available) since its last invocation. Gives it back if the environment has ended.
    pub fn assign(&self, assignment: Box<Assignment>) -> Result<(), Box<Assignment>> {
        let message = Message::Assign(assignment);
        self.messages.try_send(message).map_err(|refused| match refused.into_inner() {
            Message::Assign(assignment) => assignment,
            _ => unreachable!("the message that was sent comes back"),
        })
    }

    /// Ends the environment now. An invocation that it has is answered with [`Unavailable`].
    pub fn end(&self) {
        let _ = self.messages.try_send(Message::End);
    }
}

impl Inbox {
    /// Lives the environment's life. Dropping the future kills what runs in it.
    pub async fn run(self, setup: Setup) {
        let listener = setup.runtime_api.try_clone().and_then(tokio::net::TcpListener::from_std);
        match listener {
            Ok(listener) => Driver::new(self.messages, self.sender, listener, setup).run().await,
            Err(error) => {
                self.fail(&Unavailable::Failed(format!("cannot serve the Runtime API: {error}")));
                setup.keeper.closed();
            }
        }
    }

    /// There is no environment, by fault of the function: answers the invocation that waits for it. If none does, the
    /// function's log is told.
    pub fn refuse(self, refusal: &Refusal) {
        let mut told = false;
        self.close(|assignment| {
            told = true;
            refusal.answer(assignment);
        });
        if !told {
            refusal.report_init();
        }
    }

    /// There is no environment, by fault of the machine or the server.
    pub fn fail(self, unavailable: &Unavailable) {
        self.close(|assignment| assignment.answer(Err(unavailable.clone())));
    }

    fn close(mut self, mut answer: impl FnMut(Assignment)) {
        self.messages.close();
        while let Ok(message) = self.messages.try_recv() {
            if let Message::Assign(assignment) = message {
                answer(*assignment);
            }
        }
    }
}

impl Assignment {
    pub(crate) fn answer(self, outcome: Result<Outcome, Unavailable>) {
        if let Ok(outcome) = &outcome {
            (self.meter)(outcome);
        }
        drop(self.permit);
        // Nobody may be waiting any more.
        let _ = self.reply.send(outcome);
    }
}

/// Why there is no environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartFailure {
    /// The function is at fault, or what it needs is not installed: an answer of the function.
    Function(FunctionError),
    Unavailable(Unavailable),
}
