//! What is to be done so that pollers are as mappings say: a pure decision.

use hob_storage::{EventSourceMappingRecord, MappingState};

use crate::queue::QueueSettings;

/// A mapping's poller.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Polling<'a> {
    No,
    As(&'a QueueSettings),
    /// It was told to stop, and may still take something.
    Stopping,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Step {
    /// Then settle.
    Start(QueueSettings),
    /// Other settings. Then settle.
    Tell(QueueSettings),
    Stop,
    /// What was begun has come to its end.
    Settle,
    Nothing,
}

/// `None`: the mapping is gone.
pub(crate) fn step(mapping: Option<&EventSourceMappingRecord>, polling: Polling<'_>) -> Step {
    let wanted = mapping.filter(|mapping| is_wanted(mapping.state)).and_then(QueueSettings::of);
    match (wanted, polling) {
        (_, Polling::Stopping) => Step::Nothing,
        (None, Polling::As(_)) => Step::Stop,
        (Some(settings), Polling::No) => Step::Start(settings),
        (Some(settings), Polling::As(told)) if settings != *told => Step::Tell(settings),
        _ if mapping.is_some_and(|mapping| is_unsettled(mapping.state)) => Step::Settle,
        _ => Step::Nothing,
    }
}

fn is_wanted(state: MappingState) -> bool {
    match state {
        MappingState::Creating | MappingState::Enabling | MappingState::Enabled => true,
        MappingState::Updating { enabled } => enabled,
        MappingState::Disabling | MappingState::Disabled | MappingState::Deleting => false,
    }
}

pub(crate) fn is_unsettled(state: MappingState) -> bool {
    !matches!(state, MappingState::Enabled | MappingState::Disabled)
}

#[cfg(test)]
mod tests {
    use super::MappingState::{Creating, Deleting, Disabled, Disabling, Enabled, Enabling, Updating};
    use super::*;
    use crate::testing::{mapping, queue};

    fn steps(polling: Polling<'_>) -> [Step; 8] {
        let states = [
            Creating,
            Enabling,
            Enabled,
            Updating { enabled: true },
            Updating { enabled: false },
            Disabling,
            Disabled,
            Deleting,
        ];
        states.map(|state| step(Some(&EventSourceMappingRecord { state, ..mapping(&queue("q")) }), polling))
    }

    #[test]
    fn who_is_wanted_starts_and_what_else_was_begun_ends_at_once() {
        let start = || Step::Start(QueueSettings::of(&mapping(&queue("q"))).unwrap());
        let starts = [start(), start(), start(), start()];
        let [ends, nothing] = [|| Step::Settle, || Step::Nothing];
        assert_eq!(steps(Polling::No)[..4], starts);
        assert_eq!(steps(Polling::No)[4..], [ends(), ends(), nothing(), ends()]);
    }

    #[test]
    fn nothing_is_settled_before_the_poller_does_what_was_asked_for() {
        let told = QueueSettings::of(&mapping(&queue("q"))).unwrap();
        let [s, n, stop] = [|| Step::Settle, || Step::Nothing, || Step::Stop];
        assert_eq!(steps(Polling::As(&told)), [s(), s(), n(), s(), stop(), stop(), stop(), stop()]);
        assert_eq!(steps(Polling::Stopping), [0; 8].map(|_| Step::Nothing));
    }

    #[test]
    fn a_poller_hears_of_other_settings_and_ends_with_its_mapping() {
        let mut before = QueueSettings::of(&mapping(&queue("q"))).unwrap();
        let after = before.clone();
        before.batch_size += 1;
        assert_eq!(step(Some(&mapping(&queue("q"))), Polling::As(&before)), Step::Tell(after));
        assert_eq!(step(None, Polling::As(&before)), Step::Stop);
        assert_eq!(step(None, Polling::Stopping), Step::Nothing);
    }
}
