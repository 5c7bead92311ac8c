//! The part of a pool that is initialised before anybody calls, and kept so.

use hob_types::EnvironmentId;
use tokio::sync::watch;
use tokio::time::Instant;

use super::{Pool, State};
use crate::provisioned::{Chore, Counts, Provisioned, ProvisioningFailure, Target};

/// What is wanted, and those who are told how far it is.
pub(super) struct Wanted {
    target: Target,
    state: watch::Sender<Provisioned>,
}

/// How far a member is that was initialised before anybody called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Initialising,
    Ready { served: bool },
}

impl Pool {
    /// So many environments are wanted, more than none, and what is too many ends: at once if nobody uses it, else after
    /// its invocation. The receiver tells how far it is, and closes when nothing is wanted any more.
    pub(crate) fn provision(&self, requested: u32) -> watch::Receiver<Provisioned> {
        let mut state = self.lock();
        let wanted = state.wanted.get_or_insert_with(|| Wanted {
            target: Target::new(requested),
            state: watch::Sender::default(),
        });
        wanted.target.request(requested);
        let receiver = wanted.state.subscribe();
        state.trim();
        self.publish(&state);
        receiver
    }

    /// Nothing is wanted any more.
    pub(crate) fn unprovision(&self) {
        let mut state = self.lock();
        state.wanted = None;
        state.trim();
        self.publish(&state);
    }

    /// What there is to do for what is wanted. `None`: nothing is.
    pub(crate) fn chore(&self, now: Instant) -> Option<Chore> {
        let state = self.lock();
        let wanted = state.wanted.as_ref().filter(|_| state.retired.is_none())?;
        Some(wanted.target.next(state.counts(), now))
    }

    /// One more could not even be started.
    pub(crate) fn not_provisioned(&self, failure: ProvisioningFailure) {
        let mut state = self.lock();
        if let Some(wanted) = &mut state.wanted {
            wanted.target.failed(failure, Instant::now());
        }
        self.publish(&state);
    }

    /// Nobody had called it yet.
    pub(crate) fn init_failed(&self, id: EnvironmentId, failure: ProvisioningFailure) {
        let mut state = self.lock();
        state.lose(id, Some(failure));
        self.publish(&state);
    }

    /// `None`: nothing is wanted.
    pub(crate) fn provisioned(&self) -> Option<Provisioned> {
        let state = self.lock();
        state.wanted.as_ref().map(|wanted| wanted.target.state(state.counts()))
    }

    /// After every change of what is wanted or there.
    pub(super) fn publish(&self, state: &State) {
        let counts = state.counts();
        self.allotment.set_available(counts.ready);
        if let Some(wanted) = &state.wanted {
            let now = wanted.target.state(counts);
            wanted.state.send_if_modified(|told| std::mem::replace(told, now.clone()) != now);
        }
    }
}

impl State {
    fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for stage in self.members.values().filter(|member| !member.ending).filter_map(|member| member.stage) {
            match stage {
                Stage::Initialising => counts.initialising += 1,
                Stage::Ready { .. } => counts.ready += 1,
            }
        }
        counts
    }

    /// How many are more than are wanted.
    fn surplus(&self) -> u32 {
        match &self.wanted {
            Some(wanted) => wanted.target.surplus(self.counts()),
            None => Target::new(0).surplus(self.counts()),
        }
    }

    pub(super) fn is_surplus(&self, id: EnvironmentId) -> bool {
        self.members.get(&id).is_some_and(|member| member.stage.is_some()) && self.surplus() > 0
    }

    /// Ends what is too many, as far as no invocation has it: first what is of no use yet.
    pub(super) fn trim(&mut self) {
        let surplus = self.surplus() as usize;
        let in_stage = |id: &EnvironmentId| {
            self.members.get(id).filter(|member| !member.ending).and_then(|member| member.stage)
        };
        let initialising = self.members.keys().filter(|id| in_stage(id) == Some(Stage::Initialising));
        let idle = self.idle.iter().filter(|id| in_stage(id).is_some());
        let ending: Vec<_> = initialising.chain(idle).take(surplus).copied().collect();
        for id in ending {
            self.forget_idle(id);
            self.end(id);
        }
    }

    /// Whether it has just been initialised before anybody called.
    pub(super) fn initialised(&mut self, id: EnvironmentId) -> bool {
        let Some(member) = self.members.get_mut(&id) else { return false };
        if member.stage != Some(Stage::Initialising) {
            return false;
        }
        member.stage = Some(Stage::Ready { served: false });
        if let Some(wanted) = &mut self.wanted {
            wanted.target.initialised();
        }
        true
    }

    /// It has been of use.
    pub(super) fn served(&mut self, id: EnvironmentId) {
        if let Some(member) = self.members.get_mut(&id)
            && member.stage == Some(Stage::Ready { served: false })
        {
            member.stage = Some(Stage::Ready { served: true });
            if let Some(wanted) = &mut self.wanted {
                wanted.target.served();
            }
        }
    }

    /// It ends, and nobody has told it to. Whether another has to take its place.
    pub(super) fn lose(&mut self, id: EnvironmentId, failure: Option<ProvisioningFailure>) -> bool {
        let Some(member) = self.members.get_mut(&id).filter(|member| !member.ending) else { return false };
        member.ending = true;
        let Some(stage) = member.stage else { return false };
        let failure = failure.or(match stage {
            Stage::Initialising => {
                let text = "The execution environment has failed.";
                Some(ProvisioningFailure::Service(text.to_owned()))
            }
            Stage::Ready { served: false } => Some(ProvisioningFailure::FunctionInit),
            Stage::Ready { served: true } => None,
        });
        if let (Some(wanted), Some(failure)) = (&mut self.wanted, failure) {
            wanted.target.failed(failure, Instant::now());
        }
        true
    }
}
