//! A function's life, as pure transitions: Pending → Active or Failed; each update InProgress → Successful or
//! Failed. The revision changes with every step.

use hob_storage::{FunctionRecord, FunctionState, LastUpdate};
use hob_types::{FunctionArn, RevisionId, Timestamp};

/// Why a function takes no update now.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UpdateRefused {
    #[error("the function is {0}")]
    NotActive(&'static str),
    #[error("another update of {0} is in progress")]
    InProgress(FunctionArn),
    #[error("the function has another revision")]
    RevisionMismatch,
}

/// Why code or configuration could not be made ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// An AWS `StateReasonCode`.
    pub(crate) code: &'static str,
    pub(crate) reason: String,
}

/// AWS's name of a state.
pub(crate) fn state_name(state: &FunctionState) -> &'static str {
    match state {
        FunctionState::Pending => "Pending",
        FunctionState::Active => "Active",
        FunctionState::Failed { .. } => "Failed",
    }
}

/// May an update begin? `expected` is the revision that the caller has seen, if it cares.
pub(crate) fn check_update(function: &FunctionRecord, expected: Option<&str>) -> Result<(), UpdateRefused> {
    if expected.is_some_and(|expected| expected != function.revision.to_string()) {
        return Err(UpdateRefused::RevisionMismatch);
    }
    if function.state != FunctionState::Active {
        return Err(UpdateRefused::NotActive(state_name(&function.state)));
    }
    match function.last_update {
        LastUpdate::InProgress => Err(UpdateRefused::InProgress(function.arn.clone())),
        LastUpdate::Successful | LastUpdate::Failed { .. } => Ok(()),
    }
}

/// An update that [`check_update`] allowed, and that has changed `function` already, begins.
pub(crate) fn begin_update(function: &mut FunctionRecord, now: Timestamp, revision: RevisionId) {
    function.last_update = LastUpdate::InProgress;
    function.last_modified = now;
    function.revision = revision;
}

/// What was begun has come to its end. `None`: nothing was in progress.
pub(crate) fn settle(
    mut function: FunctionRecord,
    outcome: Result<(), Failure>,
    revision: RevisionId,
) -> Option<FunctionRecord> {
    match (&function.state, &function.last_update, outcome) {
        (FunctionState::Pending, _, Ok(())) => {
            function.state = FunctionState::Active;
            function.last_update = LastUpdate::Successful;
        }
        (FunctionState::Pending, _, Err(Failure { code, reason })) => {
            function.state = FunctionState::Failed { code: code.to_owned(), reason };
        }
        (FunctionState::Active, LastUpdate::InProgress, Ok(())) => {
            function.last_update = LastUpdate::Successful;
        }
        (FunctionState::Active, LastUpdate::InProgress, Err(Failure { code, reason })) => {
            function.last_update = LastUpdate::Failed { code: code.to_owned(), reason };
        }
        (FunctionState::Active, LastUpdate::Successful | LastUpdate::Failed { .. }, _)
        | (FunctionState::Failed { .. }, _, _) => return None,
    }
    function.revision = revision;
    function.deployment = Some(revision);
    Some(function)
}

#[cfg(test)]
mod tests {
    use hob_storage::{Architecture, CodeRecord, FunctionConfiguration};
    use hob_types::{Random, SeededRandom, Sha256Digest};

    use super::*;
    use crate::testing::arn;

    fn function(state: FunctionState, last_update: LastUpdate) -> FunctionRecord {
        let configuration = FunctionConfiguration::new(String::new(), Architecture::X86_64);
        let code = CodeRecord::new(Sha256Digest::new([0; 32]), 1);
        FunctionRecord {
            state,
            last_update,
            ..FunctionRecord::new(arn("fn"), revision(1), Timestamp::EPOCH, code, configuration)
        }
    }

    fn revision(seed: u64) -> RevisionId {
        RevisionId::random(&SeededRandom::new(seed) as &dyn Random)
    }

    fn failed() -> Failure {
        Failure { code: "InvalidZipFileException", reason: "broken".to_owned() }
    }

    #[test]
    fn only_an_active_function_without_an_update_in_progress_takes_an_update() {
        let check = |state, last_update| check_update(&function(state, last_update), None);
        assert_eq!(check(FunctionState::Active, LastUpdate::Successful), Ok(()));
        let failed = || LastUpdate::Failed { code: String::new(), reason: String::new() };
        assert_eq!(check(FunctionState::Active, failed()), Ok(()));
        assert_eq!(
            check(FunctionState::Active, LastUpdate::InProgress),
            Err(UpdateRefused::InProgress(arn("fn")))
        );
        assert_eq!(
            check(FunctionState::Pending, LastUpdate::Successful),
            Err(UpdateRefused::NotActive("Pending"))
        );
    }

    #[test]
    fn an_update_may_insist_on_the_revision_it_has_seen() {
        let function = function(FunctionState::Active, LastUpdate::Successful);
        assert_eq!(check_update(&function, Some(&revision(1).to_string())), Ok(()));
        let other = revision(2).to_string();
        assert_eq!(check_update(&function, Some(&other)), Err(UpdateRefused::RevisionMismatch));
    }

    #[test]
    fn a_creation_settles_as_active_or_failed() {
        let pending = || function(FunctionState::Pending, LastUpdate::Successful);
        let active = settle(pending(), Ok(()), revision(2)).unwrap();
        assert_eq!((active.state, active.revision), (FunctionState::Active, revision(2)));
        let failed = settle(pending(), Err(failed()), revision(2)).unwrap();
        assert!(matches!(failed.state, FunctionState::Failed { .. }));
    }

    #[test]
    fn an_update_settles_as_successful_or_failed_and_the_function_stays_active() {
        let updating = || function(FunctionState::Active, LastUpdate::InProgress);
        let done = settle(updating(), Ok(()), revision(2)).unwrap();
        assert_eq!((done.state, done.last_update), (FunctionState::Active, LastUpdate::Successful));
        let broken = settle(updating(), Err(failed()), revision(2)).unwrap();
        assert_eq!(broken.state, FunctionState::Active);
        assert!(matches!(broken.last_update, LastUpdate::Failed { .. }));
    }

    #[test]
    fn what_is_settled_stays_as_it_is() {
        let settled = function(FunctionState::Active, LastUpdate::Successful);
        assert_eq!(settle(settled, Ok(()), revision(2)), None);
    }
}
