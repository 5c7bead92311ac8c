//! Where batches go that failed for good.

use super::SourceKind;

/// As callers name them; empty ones are none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Destinations {
    pub(crate) on_success: Option<String>,
    pub(crate) on_failure: Option<String>,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidDestination {
    #[error("what succeeds goes nowhere")]
    OnSuccess,
    #[error("nothing can be sent to {0}")]
    Unusable(String),
}

impl Destinations {
    pub(super) fn parse(self, kind: SourceKind) -> Result<Option<String>, InvalidDestination> {
        if self.on_success.is_some_and(|destination| !destination.is_empty()) {
            return Err(InvalidDestination::OnSuccess);
        }
        match self.on_failure {
            Some(destination) if destination.is_empty() => Ok(None),
            Some(destination) if is_usable(&destination, kind) => Ok(Some(destination)),
            Some(destination) => Err(InvalidDestination::Unusable(destination)),
            None => Ok(None),
        }
    }
}

/// FIFO queues and topics take none. Source: Lambda guide, "on-failure destinations".
fn is_usable(destination: &str, kind: SourceKind) -> bool {
    if destination.starts_with("kafka://") {
        return kind.is_kafka();
    }
    let service = destination.split(':').nth(2);
    matches!(service, Some("sqs" | "sns" | "s3")) && !destination.ends_with(".fifo")
}
