//! What follows from an attempt: a pure function of how it ended and how often it has failed before.

use std::time::Duration;

use hob_storage::{DeliveryFailure, Settlement};
use hob_types::Timestamp;

use crate::retry::RetrySchedule;

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It may succeed later.
    Temporary(DeliveryFailure),
    /// It never will.
    Permanent(DeliveryFailure),
}

impl Failure {
    pub(super) fn temporary(code: &str, message: impl ToString) -> Self {
        Self::Temporary(DeliveryFailure { code: code.to_owned(), message: message.to_string() })
    }

    pub(super) fn permanent(code: &str, message: impl ToString) -> Self {
        Self::Permanent(DeliveryFailure { code: code.to_owned(), message: message.to_string() })
    }

    fn reason(self) -> DeliveryFailure {
        match self {
            Self::Temporary(reason) | Self::Permanent(reason) => reason,
        }
    }
}

/// Of an attempt to deliver. `attempts`: how many failed before it.
pub(super) fn after_attempt(
    outcome: Result<(), Failure>,
    attempts: u32,
    schedule: &RetrySchedule,
    has_dead_letter_queue: bool,
    now: Timestamp,
) -> Settlement {
    let Err(failure) = outcome else { return Settlement::Done };
    let attempts = attempts.saturating_add(1);
    match (&failure, schedule.delay_after(attempts)) {
        (Failure::Temporary(_), Some(delay)) => Settlement::Retry { attempts, due: now + delay },
        _ if has_dead_letter_queue => Settlement::Failed(failure.reason()),
        _ => Settlement::Done,
    }
}

/// Of an attempt to hand a message over to the dead-letter queue, which is not given up as long as the queue exists.
pub(super) fn after_dead_letter(outcome: Result<(), Failure>, attempts: u32, now: Timestamp) -> Settlement {
    match outcome {
        Err(Failure::Temporary(_)) => {
            let attempts = attempts.saturating_add(1);
            let delay = RetrySchedule::AWS_MANAGED.delay_after(attempts).unwrap_or(LAST_DELAY);
            Settlement::Retry { attempts, due: now + delay }
        }
        _ => Settlement::Done,
    }
}

const LAST_DELAY: Duration = RetrySchedule::AWS_MANAGED.max_delay;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retry::DeliveryPolicy;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn reason() -> DeliveryFailure {
        DeliveryFailure { code: "c".to_owned(), message: "m".to_owned() }
    }

    fn decide(outcome: Result<(), Failure>, attempts: u32, has_dead_letter_queue: bool) -> Settlement {
        let schedule = DeliveryPolicy::default().schedule();
        after_attempt(outcome, attempts, &schedule, has_dead_letter_queue, NOW)
    }

    #[test]
    fn what_was_delivered_is_done() {
        assert_eq!(decide(Ok(()), 7, true), Settlement::Done);
        assert_eq!(after_dead_letter(Ok(()), 7, NOW), Settlement::Done);
    }

    #[test]
    fn what_failed_for_now_is_tried_again_as_the_schedule_says() {
        let temporary = || Err(Failure::temporary("c", "m"));
        let later = NOW + Duration::from_secs(20);
        assert_eq!(decide(temporary(), 0, true), Settlement::Retry { attempts: 1, due: later });
        assert_eq!(decide(temporary(), 2, true), Settlement::Retry { attempts: 3, due: later });
        assert_eq!(decide(temporary(), 3, true), Settlement::Failed(reason()));
        assert_eq!(decide(temporary(), 3, false), Settlement::Done);
    }

    #[test]
    fn what_failed_for_good_goes_to_the_dead_letter_queue_at_once() {
        let permanent = || Err(Failure::permanent("c", "m"));
        assert_eq!(decide(permanent(), 0, true), Settlement::Failed(reason()));
        assert_eq!(decide(permanent(), 0, false), Settlement::Done);
    }

    #[test]
    fn a_dead_letter_is_handed_over_or_its_queue_does_not_exist() {
        let temporary = || Err(Failure::temporary("c", "m"));
        assert_eq!(after_dead_letter(temporary(), 0, NOW), Settlement::Retry { attempts: 1, due: NOW });
        let last = Settlement::Retry { attempts: u32::MAX, due: NOW + LAST_DELAY };
        assert_eq!(after_dead_letter(temporary(), u32::MAX, NOW), last);
        assert_eq!(after_dead_letter(Err(Failure::permanent("c", "m")), 0, NOW), Settlement::Done);
    }
}
