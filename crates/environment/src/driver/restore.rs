//! Of an environment that is restored from a snapshot.

use std::time::Duration;

use super::Driver;
use crate::environment::Unavailable;
use crate::function_error::FunctionError;
use crate::phase::{InitFailure, InvalidTransition, RESTORE_LIMIT};
use crate::platform_event::{Status, restore_end};
use crate::runtime_api::{self, posted_error};

impl Driver {
    pub(super) fn deliver_restored(&mut self, restore: Duration) {
        if let Some(current) = &mut self.current {
            current.restored(restore);
        }
        self.drain_output();
        self.log.report(restore_end(restore, Status::Success));
        self.deliver(None);
    }

    /// Whoever is to be copied has been, and no other can be.
    pub(super) fn refuse_restore(&self) -> runtime_api::Answer {
        if !self.restores {
            return runtime_api::Answer::NotFound;
        }
        let from = self.phase.runtime_state();
        runtime_api::Answer::NotAllowed(InvalidTransition { from, to: "RestoreReady" })
    }

    pub(super) fn report_restore(&mut self, duration: Duration, failure: InitFailure) {
        self.end_first_init();
        if failure == InitFailure::Posted {
            self.init_error = self.posted.take();
        }
        let reported = self.reported_init(failure);
        self.drain_output();
        self.log.report(restore_end(duration, reported.status()));
    }

    pub(super) fn not_restored(&mut self, failure: InitFailure) -> Unavailable {
        let (error_type, message) = match failure {
            InitFailure::TimedOut => return Unavailable::RestoreTimedOut { limit: RESTORE_LIMIT },
            InitFailure::NotStarted => return Unavailable::Failed("The snapshot was lost.".to_owned()),
            InitFailure::Exited(exit) => {
                let error = FunctionError::Exited(exit);
                (error.reported_type().to_owned(), error.message().into_owned())
            }
            InitFailure::Posted => posted_error(self.init_error.take()),
        };
        Unavailable::NotRestored { error_type, message }
    }
}
