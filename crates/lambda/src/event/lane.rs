//! One function's events, for as long as it has any.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use hob_storage::{DuePage, EventId, EventRecord};
use hob_types::{FunctionArn, Timestamp};
use tokio::sync::mpsc;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep};

use super::events::Events;
use super::process::{Admission, Report};
use super::window::Window;

/// What is read at once.
const PAGE: DuePage = DuePage { events: 64, bytes: 4 << 20 };
/// Of the payloads of what runs, in bytes; one may always run.
const RUNNING_BYTES_MAX: usize = 32 << 20;
/// While nothing of the function's can run, so long passes between two tries; and between two looks into a store that
/// is broken.
const PAUSE: Duration = Duration::from_secs(1);
/// The clock may be set meanwhile, so no wait for a moment is longer.
const WAIT_MAX: Duration = Duration::from_secs(60);

pub(super) struct Lane {
    events: Arc<Events>,
    function: FunctionArn,
    /// There are new events.
    arrived: mpsc::Receiver<()>,
    running: JoinSet<Report>,
    held: HashMap<Id, Held>,
    /// Read, and not begun.
    waiting: VecDeque<EventRecord>,
    window: Window,
    /// Until then nothing is tried.
    paused: Option<Instant>,
    /// When something is due that is neither waiting nor running. `None`: there is nothing else.
    next: Option<Timestamp>,
}

/// An event that is in hand.
#[derive(Clone, Copy)]
struct Held {
    event: EventId,
    bytes: usize,
}

impl Lane {
    pub(super) fn new(events: Arc<Events>, function: FunctionArn, arrived: mpsc::Receiver<()>) -> Self {
        let next = Some(events.functions.clock.now());
        Self {
            events,
            function,
            arrived,
            running: JoinSet::new(),
            held: HashMap::new(),
            waiting: VecDeque::new(),
            window: Window::default(),
            paused: None,
            next,
        }
    }

    /// Until the function has no events any more, or the server stops and nothing runs. What is given back may have
    /// been told of another one at the last moment.
    pub(super) async fn run(mut self) -> mpsc::Receiver<()> {
        let mut stopping = self.events.stopping();
        loop {
            let stops = *stopping.borrow_and_update();
            if !stops {
                self.start_due().await;
            }
            if self.running.is_empty() && (stops || self.is_empty()) {
                return self.arrived;
            }
            let wait = self.wait();
            tokio::select! {
                Some(ended) = self.running.join_next_with_id() => self.note(ended),
                Some(()) = self.arrived.recv() => self.next = Some(self.now()),
                () = sleep(wait.unwrap_or(WAIT_MAX)), if wait.is_some() && !stops => {}
                _ = stopping.changed() => {}
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.next.is_none()
    }

    fn now(&self) -> Timestamp {
        self.events.functions.clock.now()
    }

    async fn start_due(&mut self) {
        self.paused = self.paused.filter(|paused| *paused > Instant::now());
        while self.has_room() {
            match self.waiting.pop_front() {
                Some(event) => self.start(event),
                None if self.next.is_some_and(|next| next <= self.now()) => self.read().await,
                None => break,
            }
        }
    }

    fn has_room(&self) -> bool {
        let bytes: usize = self.held.values().map(|held| held.bytes).sum();
        self.paused.is_none() && self.running.len() < self.window.size() && bytes < RUNNING_BYTES_MAX
    }

    async fn read(&mut self) {
        let (now, held) = (self.now(), self.held.values().map(|held| held.event).collect());
        match self.events.store.due(&self.function, now, held, PAGE).await {
            Ok(due) => {
                self.waiting = due.events.into();
                self.next = due.next;
            }
            Err(error) => {
                tracing::error!(%error, function = %self.function, "events cannot be read; trying again");
                self.paused = Some(Instant::now() + PAUSE);
            }
        }
    }

    fn start(&mut self, event: EventRecord) {
        let held = Held { event: event.id, bytes: event.event.payload.len() };
        let task = self.running.spawn(Arc::clone(&self.events).process(event));
        self.held.insert(task.id(), held);
    }

    fn note(&mut self, ended: Result<(Id, Report), JoinError>) {
        let (id, report) = ended.unwrap_or_else(|error| {
            tracing::error!(%error, function = %self.function, "an event was not processed; it runs again");
            (error.id(), Report { due: Some(self.now() + PAUSE), ..Report::default() })
        });
        self.held.remove(&id);
        match report.admission {
            Admission::Admitted => self.window.admitted(),
            Admission::Refused => self.refused(),
            Admission::NotTried => {}
        }
        self.next = self.next.into_iter().chain(report.due).min();
    }

    /// While others run, one of them makes room; else nobody knows when there is some.
    fn refused(&mut self) {
        self.window.refused(self.running.len());
        if self.running.is_empty() {
            self.paused = Some(Instant::now() + PAUSE);
        }
    }

    /// How long until there may be something to start. `None`: not before something that runs has ended.
    fn wait(&self) -> Option<Duration> {
        if let Some(paused) = self.paused {
            return Some(paused.saturating_duration_since(Instant::now()));
        }
        let next = self.next.filter(|_| self.waiting.is_empty() && self.has_room());
        next.map(|next| next.since(self.now()).min(WAIT_MAX))
    }
}
