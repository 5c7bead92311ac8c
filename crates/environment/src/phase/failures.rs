//! What follows when an init or a restore fails.

use std::time::Duration;

use tokio::time::Instant;

use super::{Action, AfterStop, Answer, EXIT_LIMIT, InitFailure, InitPhase, Phase};

pub(super) fn init_again(timeout: Duration, now: Instant) -> Phase {
    Phase::InvokeInit { began: now, deadline: now + timeout }
}

pub(super) fn stopping(then: AfterStop, now: Instant) -> Phase {
    Phase::Stopping { then, deadline: now + EXIT_LIMIT }
}

/// A failed first init is run again under the function's timeout; a failed second one is the invocation's answer.
/// A program that is still there is killed first. Where nobody has called, nothing is run again: that is for whoever
/// wanted the environment.
pub(super) fn init_failed(phase: Phase, failure: InitFailure, now: Instant) -> (Phase, Vec<Action>) {
    let gone = matches!(failure, InitFailure::Exited(_) | InitFailure::NotStarted);
    let report = |phase, began| Action::ReportInit { phase, duration: now - began, failure };
    match phase {
        Phase::Init { began, timeout } if gone => {
            (init_again(timeout, now), vec![report(InitPhase::Init, began), Action::StartProgram])
        }
        Phase::Init { began, timeout } => (
            stopping(AfterStop::InitAgain { timeout }, now),
            vec![report(InitPhase::Init, began), Action::KillProgram],
        ),
        Phase::InitAhead { began, .. } => {
            (Phase::Closed, vec![report(InitPhase::Init, began), Action::GiveUp(failure)])
        }
        Phase::InvokeInit { began, .. } => {
            let answer = match failure {
                InitFailure::Posted => Answer::InitError,
                InitFailure::Exited(exit) => Answer::Exited(exit),
                InitFailure::NotStarted => Answer::NotStarted,
                InitFailure::TimedOut => Answer::TimedOut,
            };
            let (phase, last) = match failure {
                // Another sandbox may do better; this one has failed twice.
                InitFailure::NotStarted => (Phase::Closed, None),
                InitFailure::Exited(_) => (Phase::Stopped { since: now }, Some(Action::Available)),
                InitFailure::Posted | InitFailure::TimedOut => {
                    (stopping(AfterStop::Wait, now), Some(Action::KillProgram))
                }
            };
            let actions = [report(InitPhase::Invoke, began), Action::Answer(answer)];
            (phase, actions.into_iter().chain(last).collect())
        }
        phase => (phase, vec![]),
    }
}

/// Another environment is made of the snapshot; this one has nothing to go on with.
pub(super) fn restore_failed(began: Instant, failure: InitFailure, now: Instant) -> (Phase, Vec<Action>) {
    let report = Action::ReportRestore { duration: now - began, failure };
    (Phase::Closed, vec![report, Action::Answer(Answer::NotRestored(failure))])
}
