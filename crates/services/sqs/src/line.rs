//! Those who wait for a queue's messages, and what is known of when there will be some.
//!
//! An idle queue costs nothing: while nothing is due, nobody asks the store. When messages arrive, as many of those who
//! wait longest are called as the messages are enough for. Of the others only the first watches the clock, for messages
//! that become visible by themselves; whoever finds more than it can take calls the next.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hob_types::{Clock, Timestamp};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// How many may wait for one queue.
const WAITING_MAX: usize = 10_000;

pub(crate) struct Line {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    due: Due,
    waiting: VecDeque<Waiting>,
    /// Nobody waits any more.
    is_closed: bool,
    next_number: u64,
}

/// When there may be something to be received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    /// Nobody has looked yet.
    Unknown,
    At(Timestamp),
    /// Not until something is sent.
    Never,
}

struct Waiting {
    number: u64,
    /// Messages.
    wants: usize,
    /// There may be messages for it.
    called: bool,
    wake: Arc<Notify>,
}

impl Line {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let state = State { due: Due::Unknown, waiting: VecDeque::new(), is_closed: false, next_number: 0 };
        Self { clock, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn arrived(&self, at: Timestamp, messages: usize) {
        let now = self.clock.now();
        let mut state = self.state();
        state.due = match state.due {
            Due::Unknown => Due::Unknown,
            Due::At(due) => Due::At(due.min(at)),
            Due::Never => Due::At(at),
        };
        if at <= now { state.call(messages) } else { state.wake_first() }
    }

    pub(crate) fn drained(&self, until: Option<Timestamp>) {
        self.state().due = until.map_or(Due::Never, Due::At);
    }

    /// Everybody is to look: the queue is going away.
    pub(crate) fn call_all(&self) {
        let mut state = self.state();
        state.due = Due::Unknown;
        state.call(usize::MAX);
    }

    /// Those who wait get nothing, at once.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        state.waiting.iter().for_each(|waiting| waiting.wake.notify_one());
    }

    /// Whether it is worth to ask the store.
    pub(crate) fn is_due(&self) -> bool {
        self.state().is_due(self.clock.now())
    }

    /// Whether somebody is waiting already, and so comes first.
    pub(crate) fn is_waited_for(&self) -> bool {
        !self.state().waiting.is_empty()
    }

    /// `None`: too many wait already.
    pub(crate) fn join(self: &Arc<Self>, wants: usize) -> Option<Place> {
        let mut state = self.state();
        if state.waiting.len() >= WAITING_MAX {
            return None;
        }
        let (number, wake) = (state.next_number, Arc::new(Notify::new()));
        state.next_number += 1;
        state.waiting.push_back(Waiting { number, wants, called: false, wake: wake.clone() });
        Some(Place { line: self.clone(), number, wake })
    }

    /// To be held while the store is asked. Unless it is told that the answer has come, it supposes that what the store
    /// said meanwhile was undone.
    pub(crate) fn doubt(&self) -> Doubt<'_> {
        Doubt { line: self, is_over: false }
    }
}

impl State {
    fn is_due(&self, now: Timestamp) -> bool {
        match self.due {
            Due::Unknown => true,
            Due::At(due) => due <= now,
            Due::Never => false,
        }
    }

    /// Calls as many as are needed to take so many messages.
    fn call(&mut self, messages: usize) {
        let mut left = messages;
        for waiting in self.waiting.iter_mut().filter(|waiting| !waiting.called) {
            if left == 0 {
                break;
            }
            left = left.saturating_sub(waiting.wants);
            waiting.called = true;
            waiting.wake.notify_one();
        }
    }

    /// To look when something is due.
    fn wake_first(&self) {
        if let Some(first) = self.waiting.front() {
            first.wake.notify_one();
        }
    }
}

/// Somebody's place in the line; dropping it leaves the line.
pub(crate) struct Place {
    line: Arc<Line>,
    number: u64,
    wake: Arc<Notify>,
}

/// What there is to do at a place.
enum Task {
    AskTheStore,
    GiveUp,
    /// Until it is woken, or so much time has passed.
    Wait(Option<Duration>),
}

impl Place {
    /// Waits until it is worth to ask the store. `false`: the deadline has come, or the line is closed.
    pub(crate) async fn turn(&self, deadline: Instant) -> bool {
        loop {
            let until = match self.task() {
                Task::AskTheStore => return true,
                Task::GiveUp => return false,
                Task::Wait(Some(duration)) => deadline.min(Instant::now() + duration),
                Task::Wait(None) => deadline,
            };
            tokio::select! {
                () = self.wake.notified() => {}
                () = sleep_until(until) => {
                    if Instant::now() >= deadline {
                        return false;
                    }
                }
            }
        }
    }

    fn task(&self) -> Task {
        let now = self.line.clock.now();
        let mut state = self.line.state();
        if state.is_closed {
            return Task::GiveUp;
        }
        let (is_due, due) = (state.is_due(now), state.due);
        let is_first = state.waiting.front().is_some_and(|first| first.number == self.number);
        let Some(own) = state.waiting.iter_mut().find(|waiting| waiting.number == self.number) else {
            return Task::AskTheStore;
        };
        own.called |= is_first && is_due;
        match due {
            _ if own.called => Task::AskTheStore,
            // A moment of the clock may lie between two of the timer's.
            Due::At(due) if is_first => Task::Wait(Some(due.since(now).max(Duration::from_millis(1)))),
            _ => Task::Wait(None),
        }
    }

    /// Nothing was left for it.
    pub(crate) fn found_nothing(&self) {
        self.set_called(false);
    }

    /// Has what it waited for. If that was all it could take, there may be more for the next.
    pub(crate) fn leave(self, took_all_it_could: bool) {
        self.set_called(took_all_it_could);
    }

    fn set_called(&self, called: bool) {
        let mut state = self.line.state();
        let own = state.waiting.iter_mut().find(|waiting| waiting.number == self.number);
        if let Some(own) = own {
            own.called = called;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.line.state();
        let Some(place) = state.waiting.iter().position(|waiting| waiting.number == self.number) else {
            return;
        };
        let Some(own) = state.waiting.remove(place) else { return };
        if own.called {
            state.call(1);
        }
        state.wake_first();
    }
}

pub(crate) struct Doubt<'l> {
    line: &'l Line,
    is_over: bool,
}

impl Doubt<'_> {
    pub(crate) fn dispel(mut self) {
        self.is_over = true;
    }
}

impl Drop for Doubt<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            let mut state = self.line.state();
            state.due = Due::Unknown;
            state.call(1);
        }
    }
}
