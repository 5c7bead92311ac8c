//! What a pool gives up where room is short.

use std::sync::Arc;

use hob_types::EnvironmentId;
use tokio::time::Instant;

use super::{Member, Pool};
use crate::fair_semaphore::plus;
use crate::pools::Room;

/// Nobody needs it at the moment.
pub(crate) struct IdleEnvironment {
    pub(crate) pool: Arc<Pool>,
    pub(crate) id: EnvironmentId,
    pub(crate) since: Instant,
}

impl Pool {
    /// But for what is provisioned.
    pub(crate) fn idle(self: &Arc<Self>) -> Vec<IdleEnvironment> {
        let state = self.lock();
        let idle = state.idle.iter().filter_map(|id| Some((*id, state.members.get(id)?)));
        let idle = idle.filter(|(_, member)| member.stage.is_none());
        let environment = |(id, member): (_, &Member)| IdleEnvironment {
            pool: Arc::clone(self),
            id,
            since: member.idle_since,
        };
        idle.map(environment).collect()
    }

    /// Gives back the room that an idle environment has not used so far, and says what it keeps. `None`: it is not idle.
    pub(crate) fn lower_claim(&self, id: EnvironmentId) -> Option<Room> {
        let mut state = self.lock();
        let is_idle = state.idle.contains(&id);
        let member = state.members.get_mut(&id).filter(|_| is_idle)?;
        let [memory, environments] = self.extent;
        member.claim.keep([member.peak.unwrap_or(memory), environments]);
        Some(member.claim.amount())
    }

    /// Ends an environment if it is idle, and says what room there will be when it has gone.
    pub(crate) fn evict(&self, id: EnvironmentId) -> Option<Room> {
        let mut state = self.lock();
        // One that is about to be measured may do with less, so that it need not end.
        let measured = state.members.get(&id).is_some_and(|member| member.peak.is_some());
        if !measured || !state.forget_idle(id) {
            return None;
        }
        state.end(id);
        state.members.get(&id).map(|member| member.claim.amount())
    }

    /// The room of those that are about to end.
    pub(crate) fn ending(&self) -> Room {
        let state = self.lock();
        let ending = state.members.values().filter(|member| member.ending);
        ending.map(|member| member.claim.amount()).fold([0, 0], plus)
    }
}
