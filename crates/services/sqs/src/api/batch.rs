//! Batches: what went well, and what went wrong with the others.

use hob_wire::{AwsError, Fault};

use super::error;
use super::shapes::BatchResultErrorEntry;
use crate::SqsError;

type Failed = Option<Vec<BatchResultErrorEntry>>;

/// An answer has no empty list of failures.
pub(super) fn some(failed: Vec<BatchResultErrorEntry>) -> Failed {
    (!failed.is_empty()).then_some(failed)
}

/// The ids of those that went well, and the failures.
pub(super) fn sort(
    ids: Vec<String>,
    answers: Vec<Result<(), SqsError>>,
) -> Result<(Vec<String>, Failed), AwsError> {
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for (id, answer) in ids.into_iter().zip(answers) {
        match answer {
            Ok(()) => successful.push(id),
            Err(error) => failed.push(failure(id, error)?),
        }
    }
    Ok((successful, some(failed)))
}

/// What is the server's fault fails the whole batch, which may be tried again.
pub(super) fn failure(id: String, error: SqsError) -> Result<BatchResultErrorEntry, AwsError> {
    let error = AwsError::from(error);
    if error.fault == Some(Some(Fault::Server)) {
        return Err(error);
    }
    Ok(BatchResultErrorEntry {
        id: Some(id),
        sender_fault: Some(true),
        code: Some(error::query_code(error.code).to_owned()),
        message: error.message.map(std::borrow::Cow::into_owned),
    })
}
