//! What becomes of an event after a try. Source of the rules: Lambda guide, "Error handling for asynchronous invocation".

use std::time::Duration;

use hob_types::Timestamp;

/// How a try to run a function for an event came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Succeeded,
    /// The function ran, and failed.
    Failed,
    /// A limit of its concurrency was reached.
    Throttled,
    /// It may not run at all: none of the concurrency is for it.
    NoConcurrency,
    /// The server could not run it.
    Unavailable,
    /// It was too old to be tried.
    Expired,
    /// It is part of a loop that its function is set to end.
    Recursive,
    /// There is no such function, version or alias any more.
    Gone,
}

/// What an event has been through, this try included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Past {
    pub(super) accepted: Timestamp,
    /// How often the function has run.
    pub(super) attempts: u32,
    /// How often in a row it could not.
    pub(super) postponements: u32,
}

/// How patient a function is with its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Patience {
    /// How often the function runs again after a failure, 0 to 2.
    pub(super) retries: u32,
    /// 60 seconds to 6 hours.
    pub(super) maximum_age: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Retry {
        due: Timestamp,
    },
    Succeeded,
    GiveUp(Condition),
    /// Nobody is told.
    Discard,
}

/// Why the function does not run for an event any more, as the invocation record says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Success,
    RetriesExhausted,
    EventAgeExceeded,
    ZeroReservedConcurrency,
    /// AWS's word for it is not known.
    RecursiveLoop,
}

impl Condition {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Success => "Success",
            Self::RetriesExhausted => "RetriesExhausted",
            Self::EventAgeExceeded => "EventAgeExceeded",
            Self::ZeroReservedConcurrency => "ZeroReservedConcurrency",
            Self::RecursiveLoop => "RecursiveLoopDetected",
        }
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self { retries: 2, maximum_age: Duration::from_secs(6 * 60 * 60) }
    }
}

/// The least that [`Patience::maximum_age`] can be: no younger event need be asked how old it is.
pub(super) const MAXIMUM_AGE_MIN: Duration = Duration::from_secs(60);

const AFTER_FIRST_FAILURE: Duration = Duration::from_secs(60);
const AFTER_FURTHER_FAILURES: Duration = Duration::from_secs(120);
const POSTPONED_MIN: Duration = Duration::from_secs(1);
const POSTPONED_MAX: Duration = Duration::from_secs(300);

pub(super) fn is_expired(accepted: Timestamp, patience: Patience, now: Timestamp) -> bool {
    now.since(accepted) >= patience.maximum_age
}

pub(super) fn decide(outcome: Outcome, past: Past, patience: Patience, now: Timestamp) -> Decision {
    // What expires while it waits is found out on time.
    let after = |pause: Duration| {
        let due = (now + pause).min(past.accepted + patience.maximum_age);
        Decision::Retry { due: due.max(now) }
    };
    match outcome {
        Outcome::Succeeded => Decision::Succeeded,
        Outcome::Failed if past.attempts > patience.retries => Decision::GiveUp(Condition::RetriesExhausted),
        Outcome::Failed if past.attempts <= 1 => after(AFTER_FIRST_FAILURE),
        Outcome::Failed => after(AFTER_FURTHER_FAILURES),
        Outcome::Throttled | Outcome::Unavailable => after(back_off(past.postponements)),
        Outcome::NoConcurrency => Decision::GiveUp(Condition::ZeroReservedConcurrency),
        Outcome::Expired => Decision::GiveUp(Condition::EventAgeExceeded),
        Outcome::Recursive => Decision::GiveUp(Condition::RecursiveLoop),
        Outcome::Gone => Decision::Discard,
    }
}

/// After the first time a second, then twice as long each time, up to five minutes.
pub(super) fn back_off(times: u32) -> Duration {
    let doublings = times.saturating_sub(1).min(16);
    (POSTPONED_MIN * (1 << doublings)).min(POSTPONED_MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ACCEPTED: Timestamp = Timestamp::from_millis(1_767_323_045_678);

    fn past(attempts: u32, postponements: u32) -> Past {
        Past { accepted: ACCEPTED, attempts, postponements }
    }

    fn patience(retries: u32, maximum_age: u64) -> Patience {
        Patience { retries, maximum_age: Duration::from_secs(maximum_age) }
    }

    /// Of an event that is ten seconds old and may become six hours.
    fn decided(outcome: Outcome, past: Past, retries: u32) -> Decision {
        decide(outcome, past, patience(retries, 21_600), ACCEPTED + Duration::from_secs(10))
    }

    /// So many seconds after it was decided.
    fn later(seconds: u64) -> Decision {
        Decision::Retry { due: ACCEPTED + Duration::from_secs(10 + seconds) }
    }

    #[test]
    fn a_function_that_fails_runs_again_after_one_minute_and_after_two_more() {
        assert_eq!(decided(Outcome::Failed, past(1, 0), 2), later(60));
        assert_eq!(decided(Outcome::Failed, past(2, 0), 2), later(120));
        assert_eq!(decided(Outcome::Failed, past(3, 0), 2), Decision::GiveUp(Condition::RetriesExhausted));
        assert_eq!(decided(Outcome::Failed, past(2, 0), 1), Decision::GiveUp(Condition::RetriesExhausted));
        assert_eq!(decided(Outcome::Failed, past(1, 0), 0), Decision::GiveUp(Condition::RetriesExhausted));
    }

    #[test]
    fn what_cannot_run_waits_twice_as_long_each_time_and_loses_no_attempt() {
        for outcome in [Outcome::Throttled, Outcome::Unavailable] {
            let waits: Vec<_> = (1..12).map(|times| decided(outcome, past(3, times), 0)).collect();
            let expected = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map(later);
            assert_eq!(waits, expected);
        }
    }

    #[test]
    fn no_event_waits_longer_than_it_may_live() {
        let now = ACCEPTED + Duration::from_secs(50);
        let at_the_end = Decision::Retry { due: ACCEPTED + Duration::from_secs(60) };
        assert_eq!(decide(Outcome::Throttled, past(0, 9), patience(2, 60), now), at_the_end);
        assert_eq!(decide(Outcome::Failed, past(1, 0), patience(2, 60), now), at_the_end);
        assert!(is_expired(ACCEPTED, patience(2, 60), ACCEPTED + Duration::from_secs(60)));
        assert!(!is_expired(ACCEPTED, patience(2, 60), ACCEPTED + Duration::from_millis(59_999)));
    }

    #[test]
    fn some_outcomes_are_final() {
        let final_outcome = |outcome| decided(outcome, past(0, 0), 2);
        assert_eq!(final_outcome(Outcome::Succeeded), Decision::Succeeded);
        assert_eq!(final_outcome(Outcome::Gone), Decision::Discard);
        let zero = Decision::GiveUp(Condition::ZeroReservedConcurrency);
        assert_eq!(final_outcome(Outcome::NoConcurrency), zero);
        assert_eq!(final_outcome(Outcome::Expired), Decision::GiveUp(Condition::EventAgeExceeded));
        assert_eq!(final_outcome(Outcome::Recursive), Decision::GiveUp(Condition::RecursiveLoop));
    }

    fn any_outcome() -> impl Strategy<Value = Outcome> {
        proptest::sample::select(vec![Outcome::Failed, Outcome::Throttled, Outcome::Unavailable])
    }

    proptest! {
        /// Whatever happens to it, and however long each run takes.
        #[test]
        fn every_event_comes_to_an_end_in_time(
            outcomes in proptest::collection::vec((any_outcome(), 0_u64..900), 1..60),
            retries in 0_u32..3,
            maximum_age in 60_u64..21_600,
        ) {
            let patience = patience(retries, maximum_age);
            let (mut now, mut attempts, mut postponements) = (ACCEPTED, 0, 0);
            for (outcome, seconds) in outcomes.into_iter().cycle().take(10_000) {
                if is_expired(ACCEPTED, patience, now) {
                    break;
                }
                now = now + Duration::from_secs(seconds);
                (attempts, postponements) = match outcome {
                    Outcome::Failed => (attempts + 1, 0),
                    _ => (attempts, postponements + 1),
                };
                match decide(outcome, past(attempts, postponements), patience, now) {
                    Decision::Retry { due } => {
                        prop_assert!(due >= now && due <= (now + POSTPONED_MAX));
                        prop_assert!(attempts <= retries);
                        now = due;
                    }
                    given_up => {
                        prop_assert_eq!(given_up, Decision::GiveUp(Condition::RetriesExhausted));
                        prop_assert_eq!(attempts, retries + 1);
                        return Ok(());
                    }
                }
            }
            prop_assert!(is_expired(ACCEPTED, patience, now));
        }
    }
}
