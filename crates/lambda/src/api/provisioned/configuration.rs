//! What is provisioned, as AWS describes it.

use hob_invoke::{Provisioned, ProvisioningFailure};

/// How many environments there are, as answers say it, and how that goes.
pub(super) struct Progress {
    pub(super) allocated: Option<i32>,
    pub(super) available: Option<i32>,
    pub(super) status: Option<String>,
    pub(super) reason: Option<String>,
}

pub(super) fn progress(state: &Provisioned) -> Progress {
    let ready = state.allocated == state.requested && state.available == state.requested;
    let (status, reason) = match &state.failure {
        Some(failure) => ("FAILED", Some(reason(failure))),
        None if ready => ("READY", None),
        None => ("IN_PROGRESS", None),
    };
    Progress {
        allocated: Some(state.allocated.cast_signed()),
        available: Some(state.available.cast_signed()),
        status: Some(status.to_owned()),
        reason,
    }
}

fn reason(failure: &ProvisioningFailure) -> String {
    match failure {
        ProvisioningFailure::FunctionInit => "FUNCTION_ERROR_INIT_FAILURE".to_owned(),
        // Hob's own: AWS never runs out of machines.
        ProvisioningFailure::NoRoom => "The machine has no room for more environments.".to_owned(),
        ProvisioningFailure::Service(text) => text.clone(),
    }
}

/// The model admits no number below 1.
pub(super) fn requested(environments: Option<i32>) -> u32 {
    environments.and_then(|environments| u32::try_from(environments).ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(state: Provisioned) -> (String, Option<String>) {
        let progress = progress(&state);
        (progress.status.unwrap(), progress.reason)
    }

    #[test]
    fn it_is_ready_when_all_are_there_and_initialised() {
        let state = |allocated, available| Provisioned { requested: 2, allocated, available, failure: None };
        assert_eq!(status(state(1, 1)).0, "IN_PROGRESS");
        assert_eq!(status(state(2, 1)).0, "IN_PROGRESS");
        assert_eq!(status(state(2, 2)).0, "READY");
    }

    #[test]
    fn it_has_failed_for_a_reason() {
        let state = |failure| Provisioned { requested: 1, failure: Some(failure), ..Provisioned::default() };
        let of_function = status(state(ProvisioningFailure::FunctionInit));
        assert_eq!(of_function, ("FAILED".to_owned(), Some("FUNCTION_ERROR_INIT_FAILURE".to_owned())));
        let of_server = status(state(ProvisioningFailure::Service("The server failed.".to_owned())));
        assert_eq!(of_server.1.unwrap(), "The server failed.");
    }
}
