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
pub(super) struct Failure {
    /// An AWS `StateReasonCode`.
    pub(super) code: &'static str,
    pub(super) reason: String,
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
pub(super) fn check_update(function: &FunctionRecord, expected: Option<&str>) -> Result<(), UpdateRefused> {
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
pub(super) fn begin_update(function: &mut FunctionRecord, now: Timestamp, revision: RevisionId) {
    function.last_update = LastUpdate::InProgress;
    function.last_modified = now;
    function.revision = revision;
}

/// What was begun has come to its end. `None`: nothing was in progress.
pub(super) fn settle(
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
    Some(function)
}
