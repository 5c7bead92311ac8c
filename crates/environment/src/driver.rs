//! The task that is an environment: it sees what happens, asks the state machine, and does what follows.

mod report;
mod restore;

use std::sync::Arc;
use std::time::Duration;

use hob_sandbox::{Exit, SandboxError};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, Sleep};

use self::report::PendingReport;
use crate::current::Current;
use crate::environment::{Assignment, Setup, Unavailable};
use crate::function_log::FunctionLog;
use crate::output::{Logged, Output};
use crate::phase::{self, Action, Event, Idleness, Phase};
use crate::runtime_api::{self, Api, CONNECTIONS_MAX, Call, Delivery, Posted, Verdict};

/// What an environment is told.
pub(crate) enum Message {
    Assign(Box<Assignment>),
    End,
    /// By a connection of the program that was started as the `program`th.
    Call {
        program: u64,
        call: Call,
    },
}

pub(crate) struct Driver {
    setup: Setup,
    phase: Phase,
    /// It began as a copy of its function's snapshot.
    restores: bool,
    messages: mpsc::Receiver<Message>,
    sender: mpsc::WeakSender<Message>,
    listener: TcpListener,
    connections: JoinSet<()>,
    bodies: Arc<Semaphore>,
    log: FunctionLog,
    output: Option<Output>,
    timer: std::pin::Pin<Box<Sleep>>,
    /// Counts started programs, so that the calls of an ended one are told from those of its successor.
    program: u64,
    /// The last of them that was given an invocation.
    served: u64,
    start_error: Option<SandboxError>,
    init_error: Option<Posted>,
    current: Option<Current>,
    /// The runtime waits here for an invocation.
    waiting_next: Option<oneshot::Sender<Result<Delivery, runtime_api::Answer>>>,
    /// What the runtime has posted just now, and where it waits to hear what becomes of it.
    posted: Option<Posted>,
    verdict: Option<oneshot::Sender<Verdict>>,
    /// The last lines of an invocation that has been answered, still to be written.
    report: Option<PendingReport>,
    /// In bytes, and when it was measured.
    memory_peak: u64,
    memory_measured: Option<Instant>,
    /// How long the init took that nobody waited for, until an invocation has reported it.
    unreported_init: Option<Duration>,
    /// Told when the first init is over.
    initialised: Option<oneshot::Sender<()>>,
}

/// What woke the environment.
enum Wake {
    Message(Option<Message>),
    Exited(Exit),
    Lines(Vec<Logged>),
    Connected(TcpStream),
    Timer,
}

impl Driver {
    pub(crate) fn new(
        messages: mpsc::Receiver<Message>,
        sender: mpsc::WeakSender<Message>,
        listener: TcpListener,
        mut setup: Setup,
    ) -> Self {
        let initialised = setup.initialised.take();
        let restores = setup.parked.as_ref().is_some_and(|parked| parked.restored.is_some());
        let (logs, clock) = (Arc::clone(&setup.logs), Arc::clone(&setup.clock));
        Self {
            log: FunctionLog::new(setup.log_stream.clone(), setup.function.logging, logs, clock),
            setup,
            phase: if restores { Phase::Captured } else { Phase::Created },
            restores,
            messages,
            sender,
            listener,
            connections: JoinSet::new(),
            bodies: runtime_api::body_budget(),
            output: None,
            timer: Box::pin(tokio::time::sleep(Duration::ZERO)),
            program: 0,
            served: 0,
            start_error: None,
            init_error: None,
            current: None,
            waiting_next: None,
            posted: None,
            verdict: None,
            report: None,
            memory_peak: 0,
            memory_measured: None,
            unreported_init: None,
            initialised,
        }
    }

    pub(crate) async fn run(mut self) {
        if let Some(limit) = self.setup.init_ahead {
            self.apply(Event::Initialise { limit }).await;
        }
        while self.phase != Phase::Closed {
            match self.wake().await {
                Wake::Message(Some(message)) => self.on_message(message).await,
                Wake::Message(None) => self.apply(Event::End).await,
                Wake::Exited(exit) => self.on_exit(exit).await,
                Wake::Lines(lines) => self.log.write(lines),
                Wake::Connected(stream) => self.on_connection(stream),
                Wake::Timer => self.on_timer().await,
            }
            if self.report.is_some() {
                // The invocation is answered. Whoever waits for it, and then the runtime, go on first.
                tokio::task::yield_now().await;
                self.write_report();
            }
        }
        self.connections.abort_all();
        self.setup.sandbox.kill();
        self.drain_output();
        self.setup.keeper.closed();
        self.setup.sandbox.remove().await;
    }

    async fn wake(&mut self) -> Wake {
        let has_program = self.phase.has_program() && self.output.is_some();
        let output = async {
            match &mut self.output {
                Some(output) => output.lines().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            message = self.messages.recv() => Wake::Message(message),
            exit = self.setup.sandbox.exited(), if has_program => Wake::Exited(exit),
            Ok((stream, _)) = self.listener.accept(), if self.connections.len() < CONNECTIONS_MAX => {
                Wake::Connected(stream)
            }
            lines = output => Wake::Lines(lines),
            Some(_) = self.connections.join_next() => Wake::Lines(Vec::new()),
            () = self.timer.as_mut() => Wake::Timer,
        }
    }

    async fn on_message(&mut self, message: Message) {
        match message {
            Message::End => self.apply(Event::End).await,
            Message::Assign(assignment) => self.on_assignment(assignment).await,
            Message::Call { program, call } if program == self.program => self.on_call(call).await,
            // Its connection is being closed.
            Message::Call { .. } => {}
        }
    }

    async fn on_assignment(&mut self, assignment: Box<Assignment>) {
        self.write_report();
        if self.current.is_some() {
            let busy = Unavailable::Failed("the environment has an invocation already".to_owned());
            return assignment.answer(Err(busy));
        }
        self.log.start_tail(assignment.log_tail);
        self.current = Some(Current::new(assignment));
        self.apply(Event::Invoke { timeout: self.setup.function.timeout }).await;
    }

    async fn on_call(&mut self, call: Call) {
        match call {
            Call::Next { reply } => {
                self.waiting_next = Some(reply);
                self.apply(Event::NextPolled).await;
            }
            Call::InitError { posted, verdict } => {
                (self.posted, self.verdict) = (Some(posted), Some(verdict));
                self.apply(Event::InitErrorPosted).await;
            }
            Call::RestoreNext { reply } => drop(reply.send(self.refuse_restore())),
            Call::RestoreError { verdict, .. } if !self.restores => {
                drop(verdict.send(Err(runtime_api::Answer::NotFound)));
            }
            Call::RestoreError { posted, verdict } => {
                (self.posted, self.verdict) = (Some(posted), Some(verdict));
                self.apply(Event::RestoreErrorPosted).await;
            }
            Call::Outcome { request_id, invocation_id, posted, verdict } => {
                let current = self.current.as_ref();
                match current.map(|current| current.recognises(&request_id, invocation_id.as_deref())) {
                    None => drop(verdict.send(Err(runtime_api::Answer::InvalidRequestId))),
                    Some(Err(refusal)) => drop(verdict.send(Err(refusal))),
                    Some(Ok(())) => {
                        (self.posted, self.verdict) = (Some(posted), Some(verdict));
                        self.apply(Event::ResponsePosted).await;
                    }
                }
            }
        }
    }

    async fn on_exit(&mut self, exit: Exit) {
        // Whatever the program left running goes with it.
        self.setup.sandbox.kill();
        self.connections.abort_all();
        self.waiting_next = None;
        self.drain_output();
        self.output = None;
        self.apply(Event::Exited(exit)).await;
        if self.setup.init_ahead.is_some() || self.setup.sandbox.has_ended() {
            self.apply(Event::Useless).await;
        }
    }

    fn on_connection(&mut self, stream: TcpStream) {
        let Some(calls) = self.sender.upgrade() else { return };
        // Answers are small, and each is awaited: holding one back to fill a packet only costs time.
        let _ = stream.set_nodelay(true);
        let (api, program) = (Api { calls, bodies: Arc::clone(&self.bodies) }, self.program);
        let peers = self.setup.sandbox.peers();
        self.connections.spawn(async move {
            if peers.admit(&stream).await {
                runtime_api::serve(stream, api, move |call| Message::Call { program, call }).await;
            }
        });
    }

    async fn on_timer(&mut self) {
        // The timer is only ever set forward, so it may ring for a deadline that no longer holds.
        match self.phase.due(self.idleness()) {
            Some((at, event)) if at <= Instant::now() => self.apply(event).await,
            _ => self.set_timer(),
        }
    }

    fn idleness(&self) -> Idleness {
        Idleness { freeze_after: self.setup.freeze_after, timeout: self.setup.idle_timeout }
    }

    /// Makes the timer ring at the phase's deadline or before.
    fn set_timer(&mut self) {
        /// When nothing is due the timer rings now and then for nothing, which is simpler than stopping it.
        const NEVER: Duration = Duration::from_secs(24 * 3600);
        let due = self.phase.due(self.idleness());
        let deadline = due.map_or_else(|| Instant::now() + NEVER, |(at, _)| at);
        if self.timer.is_elapsed() || deadline < self.timer.deadline() {
            self.timer.as_mut().reset(deadline);
        }
    }

    /// Lets the state machine judge an event, and does what it says.
    async fn apply(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            let (phase, actions) = phase::on_event(self.phase, event, Instant::now());
            self.phase = phase;
            for action in actions {
                events.extend(self.perform(action).await);
            }
        }
        self.set_timer();
    }

    /// Some actions have a consequence at once.
    async fn perform(&mut self, action: Action) -> Option<Event> {
        match action {
            Action::StartProgram => return self.start_program().await.err().map(|()| Event::StartFailed),
            Action::KillProgram => self.setup.sandbox.kill(),
            Action::Freeze => self.freeze(),
            Action::Thaw => self.thaw(),
            Action::Deliver { init } => self.deliver(init),
            Action::DeliverRestored { restore } => self.deliver_restored(restore),
            Action::Redeliver => self.redeliver(),
            Action::Accept => self.judge(Ok(())),
            Action::Refuse(transition) => self.refuse(runtime_api::Answer::NotAllowed(transition)),
            Action::Answer(answer) => self.answer(answer),
            Action::ReportInit { phase, duration, failure } => self.report_init(phase, duration, failure),
            Action::Initialised { duration } => self.report_init_ahead(duration),
            Action::GiveUp(failure) => self.give_up(failure),
            Action::ReportRestore { duration, failure } => self.report_restore(duration, failure),
            Action::Available => self.setup.keeper.available(),
            Action::Expire if self.setup.keeper.expire() => return Some(Event::End),
            Action::Expire => {}
            Action::TurnAway => self.turn_away(),
        }
        None
    }

    async fn start_program(&mut self) -> Result<(), ()> {
        self.program += 1;
        if let Some(current) = &mut self.current {
            current.program_started(Instant::now());
        }
        let output = match self.adopt_parked().await {
            Some(output) => Ok(output),
            None if matches!(self.phase, Phase::Restore { .. }) => {
                let source = std::io::ErrorKind::BrokenPipe.into();
                Err(SandboxError::Io { doing: "restoring from a snapshot", source })
            }
            None => self.setup.sandbox.start(self.setup.program.clone()).await,
        };
        if self.program == 1 {
            // What the program writes is read after this.
            self.write_init_start();
        }
        let output = output.and_then(|output| {
            Output::new(output).map_err(|source| SandboxError::Io { doing: "reading the output", source })
        });
        match output {
            Ok(output) => self.output = Some(output),
            Err(error) => self.start_error = Some(error),
        }
        self.output.as_ref().map(|_| ()).ok_or(())
    }

    /// Instead of starting the program for the first time. `None`: nothing is parked here, or it has died and its
    /// sandbox is ready for a program.
    async fn adopt_parked(&mut self) -> Option<hob_sandbox::Output> {
        let parked = self.setup.parked.take()?;
        let assigned = parked.assign(&self.setup.program.environment);
        match assigned.and_then(|()| TcpStream::from_std(parked.connection)) {
            Ok(stream) => {
                self.on_connection(stream);
                Some(parked.output)
            }
            Err(error) => {
                tracing::debug!(%error, "a parked runtime has died; starting another");
                self.setup.sandbox.kill();
                // If it does not go, the start that follows says so.
                let _ = tokio::time::timeout(phase::EXIT_LIMIT, self.setup.sandbox.exited()).await;
                None
            }
        }
    }

    fn deliver(&mut self, init: Option<Duration>) {
        self.end_first_init();
        if std::mem::replace(&mut self.served, self.program) != self.program {
            // What the init wrote may still be in the pipes, and belongs before START.
            self.drain_output();
        }
        if let Some(duration) = init {
            self.report_good_init(duration);
        }
        let Some(current) = &mut self.current else { return };
        let deadline = self.phase.invocation_deadline().unwrap_or_else(Instant::now);
        current.delivered(init, deadline, self.setup.clock.now(), &*self.setup.random);
        self.redeliver();
        if let Some(current) = &self.current {
            self.log.report([current.start_event(self.setup.function.version)]);
        }
    }

    /// What the function has written is read as ever: the pipes are the server's.
    fn freeze(&mut self) {
        self.setup.sandbox.freeze();
        self.setup.keeper.frozen(true);
    }

    fn thaw(&mut self) {
        self.setup.sandbox.thaw();
        self.setup.keeper.frozen(false);
    }

    /// A runtime that has gone away in the meantime gets the invocation when it asks again.
    fn redeliver(&mut self) {
        let delivery = self.current.as_ref().and_then(Current::delivery);
        if let (Some(next), Some(delivery)) = (self.waiting_next.take(), delivery) {
            let _ = next.send(Ok(delivery));
        }
    }

    fn judge(&mut self, verdict: Verdict) {
        if let Some(waiting) = self.verdict.take() {
            let _ = waiting.send(verdict);
        }
    }

    /// Only one call is judged at a time: the one that the event came from.
    fn refuse(&mut self, answer: runtime_api::Answer) {
        if self.verdict.is_some() {
            self.judge(Err(answer));
        } else if let Some(next) = self.waiting_next.take() {
            let _ = next.send(Err(answer));
        }
    }

    fn turn_away(&mut self) {
        if let Some(current) = self.current.take() {
            current.turn_away();
        }
    }
}
