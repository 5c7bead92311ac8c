//! A mapping's life, as pure transitions: Creating → Enabled; Enabling → Enabled; Disabling → Disabled; Updating →
//! as before; Deleting → gone.

use hob_storage::MappingState;

/// Something that was begun with the mapping has not ended, and nothing else can begin.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct InTransition;

/// What something that was begun comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Settled {
    As(MappingState),
    Gone,
}

/// A mapping that nobody wants enabled is disabled at once.
pub(super) fn created(enabled: bool) -> MappingState {
    if enabled { MappingState::Creating } else { MappingState::Disabled }
}

/// `wanted` is what the caller says of it, if anything.
pub(super) fn updated(state: MappingState, wanted: Option<bool>) -> Result<MappingState, InTransition> {
    let enabled = is_enabled(state)?;
    Ok(match wanted {
        Some(true) if !enabled => MappingState::Enabling,
        Some(false) if enabled => MappingState::Disabling,
        _ => MappingState::Updating { enabled },
    })
}

pub(super) fn deleted(state: MappingState) -> Result<MappingState, InTransition> {
    is_enabled(state).map(|_| MappingState::Deleting)
}

/// `None`: nothing was begun.
pub(super) fn settled(state: MappingState) -> Option<Settled> {
    match state {
        MappingState::Enabled | MappingState::Disabled => None,
        MappingState::Creating | MappingState::Enabling | MappingState::Updating { enabled: true } => {
            Some(Settled::As(MappingState::Enabled))
        }
        MappingState::Disabling | MappingState::Updating { enabled: false } => {
            Some(Settled::As(MappingState::Disabled))
        }
        MappingState::Deleting => Some(Settled::Gone),
    }
}

/// Whether events are to be brought, now or as soon as what was begun has ended.
pub(crate) fn is_wanted(state: MappingState) -> bool {
    state == MappingState::Enabled || settled(state) == Some(Settled::As(MappingState::Enabled))
}

fn is_enabled(state: MappingState) -> Result<bool, InTransition> {
    match state {
        MappingState::Enabled => Ok(true),
        MappingState::Disabled => Ok(false),
        _ => Err(InTransition),
    }
}

#[cfg(test)]
mod tests {
    use super::MappingState::{Creating, Deleting, Disabled, Disabling, Enabled, Enabling, Updating};
    use super::*;

    const TRANSITIONS: [MappingState; 6] =
        [Creating, Enabling, Disabling, Updating { enabled: true }, Updating { enabled: false }, Deleting];

    #[test]
    fn an_update_enables_disables_or_leaves_as_it_was() {
        assert_eq!(updated(Enabled, None), Ok(Updating { enabled: true }));
        assert_eq!(updated(Enabled, Some(true)), Ok(Updating { enabled: true }));
        assert_eq!(updated(Enabled, Some(false)), Ok(Disabling));
        assert_eq!(updated(Disabled, None), Ok(Updating { enabled: false }));
        assert_eq!(updated(Disabled, Some(true)), Ok(Enabling));
    }

    #[test]
    fn one_thing_begins_only_when_the_other_has_ended() {
        for state in TRANSITIONS {
            assert_eq!(updated(state, None), Err(InTransition));
            assert_eq!(deleted(state), Err(InTransition));
        }
        assert_eq!(deleted(Enabled), Ok(Deleting));
    }

    #[test]
    fn whatever_was_begun_ends() {
        let ends = TRANSITIONS.map(settled).map(Option::unwrap);
        let [enabled, disabled] = [Enabled, Disabled].map(Some);
        let expected = [enabled, enabled, disabled, enabled, disabled, None];
        assert_eq!(ends, expected.map(|end| end.map_or(Settled::Gone, Settled::As)));
        assert_eq!([settled(created(false)), settled(Enabled)], [None, None]);
    }
}
