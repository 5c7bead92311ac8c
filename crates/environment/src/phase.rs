//! The life cycle of an execution environment: what may happen in each phase, and what follows from it.
//!
//! Pure: the driver turns what it sees into events and performs the actions, so everything that can happen to an
//! environment is tested here without a process, a clock or a socket.

mod failures;

use std::time::Duration;

use hob_sandbox::Exit;
use tokio::time::Instant;

use self::failures::{init_again, init_failed, restore_failed, stopping};

/// How long the first initialisation may take. Source: Lambda guide, "Init phase".
pub(crate) const INIT_LIMIT: Duration = Duration::from_secs(10);

/// How long a restore may take, with the hooks that run after it. Source: Lambda guide, "Restore phase".
pub(crate) const RESTORE_LIMIT: Duration = Duration::from_secs(10);

/// A killed program is gone after this long; otherwise the machine is at fault and the environment is given up.
pub(crate) const EXIT_LIMIT: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing has been started.
    Created,
    /// There is a copy of the function's snapshot, and nothing has been asked of it.
    Captured,
    /// That copy becomes a runtime that can be invoked, on behalf of an invocation that waits for it.
    Restore {
        began: Instant,
        timeout: Duration,
    },
    /// The program has been started for the first time, on behalf of an invocation that waits for it.
    Init {
        began: Instant,
        timeout: Duration,
    },
    /// The program has been started for the first time before anybody called.
    InitAhead {
        began: Instant,
        deadline: Instant,
    },
    /// The program was started anew within an invocation, and has only that invocation's time: AWS calls it a
    /// suppressed init.
    InvokeInit {
        began: Instant,
        deadline: Instant,
    },
    /// The runtime waits for an invocation. What it left running goes on for a short grace.
    Idle {
        since: Instant,
    },
    /// Nobody has used the environment for longer than the grace, and nothing in it runs: its timers and threads go
    /// on when the next invocation arrives, as on AWS.
    Frozen {
        since: Instant,
    },
    /// The runtime works on an invocation.
    Busy {
        deadline: Instant,
    },
    /// The runtime has answered, and not yet asked for the next invocation. Its time is not over.
    Answered {
        deadline: Instant,
    },
    /// The program has been killed and is not gone yet.
    Stopping {
        then: AfterStop,
        deadline: Instant,
    },
    /// The program has ended; the next invocation starts it anew.
    Stopped {
        since: Instant,
    },
    Closed,
}

/// What follows when the killed program is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AfterStop {
    /// The init failed, and is run again for the waiting invocation.
    InitAgain {
        timeout: Duration,
    },
    Wait,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The program is to be initialised before anybody calls, within this time.
    Initialise {
        limit: Duration,
    },
    /// An invocation was handed over; `timeout` is the function's.
    Invoke {
        timeout: Duration,
    },
    /// The runtime asks for the next invocation.
    NextPolled,
    /// The runtime has posted the current invocation's response or error.
    ResponsePosted,
    /// The runtime has posted that its initialisation failed.
    InitErrorPosted,
    /// The runtime has posted that it could not go on after its restore.
    RestoreErrorPosted,
    /// The program could not be started.
    StartFailed,
    Exited(Exit),
    /// Without its program the environment is of no use: what that ran in has ended, too, or another environment will
    /// be initialised before anybody calls.
    Useless,
    /// The phase's deadline has come.
    DeadlinePassed,
    /// The grace of an idle environment is over.
    GracePassed,
    /// The environment is to end now.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    StartProgram,
    KillProgram,
    Freeze,
    /// Takes effect before the next action.
    Thaw,
    /// Gives the runtime the invocation. `init`: how long the init before it took, if it is reported.
    Deliver {
        init: Option<Duration>,
    },
    /// Gives the runtime the invocation, after a restore that took this long.
    DeliverRestored {
        restore: Duration,
    },
    /// The runtime asked again and gets the same invocation again.
    Redeliver,
    /// The runtime's post is accepted.
    Accept,
    /// The runtime may not call this now.
    Refuse(InvalidTransition),
    /// Answers the invocation.
    Answer(Answer),
    /// An init has failed after this long.
    ReportInit {
        phase: InitPhase,
        duration: Duration,
        failure: InitFailure,
    },
    /// The init before anybody called has succeeded, after this long.
    Initialised {
        duration: Duration,
    },
    /// The init before anybody called has failed, and is not tried again here.
    GiveUp(InitFailure),
    /// A restore has failed after this long.
    ReportRestore {
        duration: Duration,
        failure: InitFailure,
    },
    /// Another invocation may be handed over.
    Available,
    /// Asks whoever keeps the environment to let it go.
    Expire,
    /// An invocation was handed over to an environment that has one already or has ended.
    TurnAway,
}

/// What the invocation's caller gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// What the runtime posted.
    Posted,
    /// What the runtime posted as its init error.
    InitError,
    TimedOut,
    Exited(Exit),
    NotStarted,
    /// The function could not be restored from its snapshot.
    NotRestored(InitFailure),
    /// The environment was ended, or its program could not be killed.
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InitPhase {
    Init,
    Invoke,
    /// When a version is published that starts from a snapshot.
    Snapshot,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InitFailure {
    Posted,
    Exited(Exit),
    NotStarted,
    TimedOut,
}

/// As logs name it.
impl std::fmt::Display for InitPhase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Init => "init",
            Self::Invoke => "invoke",
            Self::Snapshot => "snap-start",
        })
    }
}

/// The names that AWS's 403 answer gives to where the runtime is and where it wanted to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidTransition {
    pub from: &'static str,
    pub to: &'static str,
}

/// What becomes of an environment that nobody uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Idleness {
    /// After this long it is frozen. `None`: never.
    pub freeze_after: Option<Duration>,
    /// After this long it may end. `None`: never.
    pub timeout: Option<Duration>,
}

impl Phase {
    /// What happens if nothing else does, and when.
    pub(crate) fn due(self, idleness: Idleness) -> Option<(Instant, Event)> {
        let at = match self {
            Self::Created | Self::Captured | Self::Closed => return None,
            Self::Restore { began, .. } => began + RESTORE_LIMIT,
            Self::Init { began, .. } => began + INIT_LIMIT,
            Self::InitAhead { deadline, .. }
            | Self::InvokeInit { deadline, .. }
            | Self::Busy { deadline }
            | Self::Answered { deadline }
            | Self::Stopping { deadline, .. } => deadline,
            Self::Idle { since } => match idleness.freeze_after {
                Some(grace) if idleness.timeout.is_none_or(|timeout| grace < timeout) => {
                    return Some((since + grace, Event::GracePassed));
                }
                _ => since + idleness.timeout?,
            },
            Self::Frozen { since } | Self::Stopped { since } => since + idleness.timeout?,
        };
        Some((at, Event::DeadlinePassed))
    }

    /// When the invocation that the runtime works on must be answered.
    pub(crate) fn invocation_deadline(self) -> Option<Instant> {
        match self {
            Self::Busy { deadline } => Some(deadline),
            _ => None,
        }
    }

    /// A program runs, or has been killed and is not gone.
    pub(crate) fn has_program(self) -> bool {
        !matches!(self, Self::Created | Self::Captured | Self::Stopped { .. } | Self::Closed)
    }

    /// An invocation has been handed over and not been answered.
    pub(crate) fn owes_an_answer(self) -> bool {
        match self {
            Self::Init { .. } | Self::Restore { .. } | Self::InvokeInit { .. } | Self::Busy { .. } => true,
            Self::Stopping { then, .. } => then != AfterStop::Wait,
            Self::Created
            | Self::InitAhead { .. }
            | Self::Captured
            | Self::Idle { .. }
            | Self::Frozen { .. }
            | Self::Answered { .. }
            | Self::Stopped { .. }
            | Self::Closed => false,
        }
    }

    /// The runtime's state, as AWS names it.
    pub(crate) fn runtime_state(self) -> &'static str {
        match self {
            Self::Captured | Self::Restore { .. } => "Restoring",
            Self::Created | Self::Init { .. } | Self::InitAhead { .. } | Self::InvokeInit { .. } => "Started",
            Self::Idle { .. } | Self::Frozen { .. } => "Ready",
            Self::Busy { .. } => "Running",
            Self::Answered { .. } => "RuntimeResponseSentState",
            Self::Stopping { .. } | Self::Stopped { .. } | Self::Closed => "InitError",
        }
    }
}

/// The phase after `event`, and what is to be done now, in order.
pub(crate) fn on_event(phase: Phase, event: Event, now: Instant) -> (Phase, Vec<Action>) {
    use Action::{Accept, Expire, Freeze, StartProgram};
    match (phase, event) {
        (Phase::Closed, event) => (phase, ignored(phase, event)),
        (_, Event::End) => {
            let answer = phase.owes_an_answer().then_some(Action::Answer(Answer::Ended));
            (Phase::Closed, answer.into_iter().collect())
        }

        (Phase::Created, Event::Initialise { limit }) => {
            (Phase::InitAhead { began: now, deadline: now + limit }, vec![StartProgram])
        }
        (_, Event::Invoke { timeout }) => invoked(phase, timeout, now),
        (_, Event::NextPolled) => polled(phase, now),

        (Phase::Busy { deadline }, Event::ResponsePosted) => {
            (Phase::Answered { deadline }, vec![Action::Answer(Answer::Posted), Accept])
        }

        (Phase::Init { .. } | Phase::InitAhead { .. } | Phase::InvokeInit { .. }, Event::InitErrorPosted) => {
            let (phase, mut actions) = init_failed(phase, InitFailure::Posted, now);
            actions.insert(0, Accept);
            (phase, actions)
        }
        (Phase::Init { .. } | Phase::InitAhead { .. } | Phase::InvokeInit { .. }, Event::StartFailed) => {
            init_failed(phase, InitFailure::NotStarted, now)
        }

        (Phase::Restore { began, .. }, Event::RestoreErrorPosted | Event::InitErrorPosted) => {
            let (phase, mut actions) = restore_failed(began, InitFailure::Posted, now);
            actions.insert(0, Accept);
            (phase, actions)
        }
        (Phase::Restore { began, .. }, Event::StartFailed) => {
            restore_failed(began, InitFailure::NotStarted, now)
        }

        (_, Event::Exited(exit)) => exited(phase, exit, now),
        (_, Event::DeadlinePassed) => deadline_passed(phase, now),

        (Phase::Stopped { .. }, Event::Useless) => (phase, vec![Expire]),

        (Phase::Idle { since }, Event::GracePassed) => (Phase::Frozen { since }, vec![Freeze]),

        (_, event) => (phase, ignored(phase, event)),
    }
}

/// An invocation has been handed over.
fn invoked(phase: Phase, timeout: Duration, now: Instant) -> (Phase, Vec<Action>) {
    use Action::{Deliver, StartProgram, Thaw, TurnAway};
    let busy = Phase::Busy { deadline: now + timeout };
    match phase {
        Phase::Created => (Phase::Init { began: now, timeout }, vec![StartProgram]),
        Phase::Captured => (Phase::Restore { began: now, timeout }, vec![StartProgram]),
        Phase::Stopped { .. } => (init_again(timeout, now), vec![StartProgram]),
        Phase::Idle { .. } => (busy, vec![Deliver { init: None }]),
        Phase::Frozen { .. } => (busy, vec![Thaw, Deliver { init: None }]),
        _ => (phase, vec![TurnAway]),
    }
}

/// The runtime asks for an invocation.
fn polled(phase: Phase, now: Instant) -> (Phase, Vec<Action>) {
    use Action::{Available, Deliver, DeliverRestored, Initialised, Redeliver};
    match phase {
        Phase::Init { began, timeout } => {
            (Phase::Busy { deadline: now + timeout }, vec![Deliver { init: Some(now - began) }])
        }
        Phase::InitAhead { began, .. } => {
            (Phase::Idle { since: now }, vec![Initialised { duration: now - began }, Available])
        }
        Phase::Restore { began, timeout } => {
            (Phase::Busy { deadline: now + timeout }, vec![DeliverRestored { restore: now - began }])
        }
        Phase::InvokeInit { deadline, .. } => (Phase::Busy { deadline }, vec![Deliver { init: None }]),
        Phase::Answered { .. } => (Phase::Idle { since: now }, vec![Available]),
        Phase::Busy { .. } => (phase, vec![Redeliver]),
        // The runtime has reconnected; it waits in the newer request.
        Phase::Idle { .. } | Phase::Frozen { .. } => (phase, vec![]),
        _ => (phase, ignored(phase, Event::NextPolled)),
    }
}

/// The program is gone.
fn exited(phase: Phase, exit: Exit, now: Instant) -> (Phase, Vec<Action>) {
    use Action::{Available, StartProgram, Thaw};
    let stopped = Phase::Stopped { since: now };
    match phase {
        Phase::Init { .. } | Phase::InitAhead { .. } | Phase::InvokeInit { .. } => {
            init_failed(phase, InitFailure::Exited(exit), now)
        }
        Phase::Restore { began, .. } => restore_failed(began, InitFailure::Exited(exit), now),
        Phase::Busy { .. } => (stopped, vec![Action::Answer(Answer::Exited(exit)), Available]),
        Phase::Answered { .. } => (stopped, vec![Available]),
        Phase::Idle { .. } => (stopped, vec![]),
        // It ended before it stood still, or was killed. The next program starts in an environment that runs.
        Phase::Frozen { .. } => (stopped, vec![Thaw]),
        Phase::Stopping { then: AfterStop::InitAgain { timeout }, .. } => {
            (init_again(timeout, now), vec![StartProgram])
        }
        Phase::Stopping { then: AfterStop::Wait, .. } => (stopped, vec![Available]),
        Phase::Created | Phase::Captured | Phase::Stopped { .. } | Phase::Closed => {
            (phase, ignored(phase, Event::Exited(exit)))
        }
    }
}

/// What the phase's deadline was set for has not happened.
fn deadline_passed(phase: Phase, now: Instant) -> (Phase, Vec<Action>) {
    use Action::{Expire, KillProgram};
    match phase {
        Phase::Init { .. } | Phase::InitAhead { .. } | Phase::InvokeInit { .. } => {
            init_failed(phase, InitFailure::TimedOut, now)
        }
        Phase::Restore { began, .. } => restore_failed(began, InitFailure::TimedOut, now),
        Phase::Busy { .. } => {
            (stopping(AfterStop::Wait, now), vec![Action::Answer(Answer::TimedOut), KillProgram])
        }
        Phase::Answered { .. } => (stopping(AfterStop::Wait, now), vec![KillProgram]),
        Phase::Stopping { .. } => on_event(phase, Event::End, now),
        // If it is refused, an invocation is on its way; the time starts anew either way.
        Phase::Idle { .. } => (Phase::Idle { since: now }, vec![Expire]),
        Phase::Frozen { .. } => (Phase::Frozen { since: now }, vec![Expire]),
        Phase::Stopped { .. } => (Phase::Stopped { since: now }, vec![Expire]),
        Phase::Created | Phase::Captured | Phase::Closed => (phase, ignored(phase, Event::DeadlinePassed)),
    }
}

/// What has no meaning in a phase changes nothing; a runtime that calls out of order is told so.
fn ignored(phase: Phase, event: Event) -> Vec<Action> {
    let refuse = |to| vec![Action::Refuse(InvalidTransition { from: phase.runtime_state(), to })];
    match event {
        Event::NextPolled => refuse("Ready"),
        Event::ResponsePosted => refuse("InvocationResponse"),
        Event::InitErrorPosted => refuse("InitError"),
        Event::RestoreErrorPosted => refuse("RuntimeRestoreErrorState"),
        Event::Invoke { .. } => vec![Action::TurnAway],
        Event::Initialise { .. }
        | Event::StartFailed
        | Event::Exited(_)
        | Event::Useless
        | Event::DeadlinePassed
        | Event::GracePassed
        | Event::End => vec![],
    }
}

#[cfg(test)]
#[path = "phase_tests.rs"]
mod tests;
