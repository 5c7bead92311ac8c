//! The environments of one revision of a function's version, and which of them gets an invocation.

mod eviction;
mod provisioned;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::Duration;

use hob_environment::{Assignment, Environment};
use hob_types::{EnvironmentId, FunctionArn, Version};
use tokio::time::Instant;

pub(crate) use self::eviction::IdleEnvironment;
use self::provisioned::{Stage, Wanted};
use crate::admission::{Allotment, Share};
use crate::fair_semaphore::{FairSemaphore, without};
use crate::pools::{Claim, Room};
use hob_environment::Initialization;

/// How long an invocation may be on its way here: it has found its revision, which is replaced in the meantime.
const LATECOMERS: Duration = Duration::from_secs(60);

pub(crate) struct Pool {
    pub(crate) function: FunctionArn,
    pub(crate) version: Version,
    /// Of the function.
    pub(crate) share: Arc<Share>,
    /// Of what is provisioned.
    pub(crate) allotment: Arc<Allotment>,
    /// The machine's.
    room: Arc<FairSemaphore<2>>,
    /// What an environment may need while it runs.
    extent: Room,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    members: HashMap<EnvironmentId, Member>,
    /// Last in, first out, so that what is not needed gets old and ends.
    idle: Vec<EnvironmentId>,
    /// Members that have answered and will be available in a moment.
    settling: usize,
    /// Invocations that wait for one of those, or for room.
    queue: VecDeque<(Ticket, Box<Assignment>)>,
    tickets: u64,
    /// Since when no environment is kept after its invocation.
    retired: Option<Instant>,
    /// Environments that are initialised before anybody calls.
    wanted: Option<Wanted>,
}

struct Member {
    environment: Environment,
    /// Where it lives. Waking another shard costs more than anything else on the way of an invocation.
    shard: ThreadId,
    settling: bool,
    frozen: bool,
    claim: Claim,
    /// The most memory that it has used, in bytes, once that is known.
    peak: Option<u64>,
    idle_since: Instant,
    /// It was told to end, or does so by itself.
    ending: bool,
    /// It was initialised before anybody called, and neither expires nor gives way to others.
    stage: Option<Stage>,
}

/// A place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket(u64);

/// What became of an invocation.
pub(crate) enum Placement {
    Assigned,
    /// It gets the next environment that is available, unless it is [taken back](Pool::take_back). One has just
    /// answered, so that will not take long.
    Settling(Ticket),
    /// Likewise, but there is no telling when. `missing` is what another environment needs besides what is held.
    NoRoom {
        ticket: Ticket,
        missing: Room,
    },
    /// Nothing is idle: a new environment is needed, and there is room for it.
    Start(Box<Assignment>, Claim),
}

impl Pool {
    pub(crate) fn new(
        function: FunctionArn,
        version: Version,
        share: Arc<Share>,
        room: Arc<FairSemaphore<2>>,
        extent: Room,
    ) -> Self {
        Self { function, version, share, allotment: Arc::default(), room, extent, state: Mutex::default() }
    }

    /// What an environment may need while it runs.
    pub(crate) fn extent(&self) -> Room {
        self.extent
    }

    /// Prefers what is provisioned, then an environment of this shard, the one that was used last, then one of any shard,
    /// then, with patience, one that has just answered: a runtime needs some microseconds to ask for its next
    /// invocation, and a caller that invokes again at once would otherwise find it busy. `held` is room that the caller
    /// has waited for.
    pub(crate) fn place(
        &self,
        mut assignment: Box<Assignment>,
        held: &mut Option<Claim>,
        patient: bool,
    ) -> Placement {
        let mut state = self.lock();
        while let Some(id) = state.take_idle(std::thread::current().id()) {
            let Some(member) = state.members.get_mut(&id) else { continue };
            if let Err(missing) = self.raise_claim(&mut member.claim, held) {
                state.idle.push(id);
                return Placement::NoRoom { ticket: state.enqueue(assignment), missing };
            }
            match member.environment.assign(assignment) {
                Ok(()) => return Placement::Assigned,
                // It has ended without having been able to say so.
                Err(refused) => assignment = refused,
            }
        }
        if patient && state.settling > state.queue.len() {
            return Placement::Settling(state.enqueue(assignment));
        }
        match self.claim(held) {
            Ok(claim) => Placement::Start(assignment, claim),
            Err(missing) => Placement::NoRoom { ticket: state.enqueue(assignment), missing },
        }
    }

    /// Room for one environment more, what is held included; or what is missing.
    fn claim(&self, held: &mut Option<Claim>) -> Result<Claim, Room> {
        let mut claim = match held.take() {
            Some(held) => held,
            None => return self.room.try_acquire(self.extent).ok_or(self.extent),
        };
        match self.raise_claim(&mut claim, &mut None) {
            Ok(()) => Ok(claim),
            Err(missing) => {
                *held = Some(claim);
                Err(missing)
            }
        }
    }

    /// Makes a claim that of an environment that runs. What is held is used first, and what is left of it given back.
    fn raise_claim(&self, claim: &mut Claim, held: &mut Option<Claim>) -> Result<(), Room> {
        if let Some(held) = held.take() {
            claim.merge(held);
        }
        let missing = without(self.extent, claim.amount());
        if missing != [0, 0] {
            claim.merge(self.room.try_acquire(missing).ok_or(missing)?);
        }
        claim.keep(self.extent);
        Ok(())
    }

    /// The invocation, if it is still waiting.
    pub(crate) fn take_back(&self, ticket: Ticket) -> Option<Box<Assignment>> {
        let queue = &mut self.lock().queue;
        let position = queue.iter().position(|(waiting, _)| *waiting == ticket)?;
        queue.remove(position).map(|(_, assignment)| assignment)
    }

    /// Takes in an environment that has an invocation already or initialises before any, and lives on this shard.
    pub(crate) fn admit(&self, environment: Environment, claim: Claim, initialization: Initialization) {
        let provisioned = initialization == Initialization::ProvisionedConcurrency;
        let member = Member {
            shard: std::thread::current().id(),
            settling: false,
            frozen: false,
            claim,
            peak: None,
            idle_since: Instant::now(),
            ending: false,
            stage: provisioned.then_some(Stage::Initialising),
            environment,
        };
        let mut state = self.lock();
        state.members.insert(member.environment.id(), member);
        if provisioned {
            self.publish(&state);
        }
    }

    /// The invocation is being answered; the environment will be available in a moment.
    pub(crate) fn answered(&self, id: EnvironmentId) {
        let mut state = self.lock();
        if let Some(member) = state.members.get_mut(&id)
            && !std::mem::replace(&mut member.settling, true)
        {
            state.settling += 1;
        }
        state.served(id);
    }

    pub(crate) fn measured(&self, id: EnvironmentId, memory_peak: u64) {
        if let Some(member) = self.lock().members.get_mut(&id) {
            member.peak = Some(memory_peak);
        }
    }

    /// It goes to the one that has waited the longest, unless room is short and it is another function's turn. `true`: it
    /// is idle.
    pub(crate) fn available(&self, id: EnvironmentId) -> bool {
        let mut state = self.lock();
        state.settled(id);
        if state.initialised(id) {
            self.publish(&state);
        }
        let Some(member) = state.members.get_mut(&id) else { return false };
        member.idle_since = Instant::now();
        // What is provisioned keeps its room, so that nobody else could have it.
        let provisioned = member.stage.is_some();
        let own_turn =
            || provisioned || !self.room.is_contended() || self.room.take_turn(&self.function, self.extent);
        if !state.queue.is_empty() && own_turn() {
            state.hand_over(id);
            return false;
        }
        if state.retired.is_some() || state.is_surplus(id) {
            state.end(id);
            self.publish(&state);
            return false;
        }
        state.idle.push(id);
        true
    }

    pub(crate) fn set_frozen(&self, id: EnvironmentId, frozen: bool) {
        if let Some(member) = self.lock().members.get_mut(&id) {
            member.frozen = frozen;
        }
    }

    /// Whether it was idle. Then nobody uses it any more.
    pub(crate) fn expire(&self, id: EnvironmentId) -> bool {
        let mut state = self.lock();
        let was_idle = state.forget_idle(id);
        if was_idle && state.lose(id, None) {
            self.publish(&state);
        }
        was_idle
    }

    pub(crate) fn closed(&self, id: EnvironmentId) {
        let mut state = self.lock();
        state.settled(id);
        state.forget_idle(id);
        let lost = state.lose(id, None);
        state.members.remove(&id);
        if lost {
            self.publish(&state);
        }
    }

    /// Ends what is idle now, and the others after their invocation.
    pub(crate) fn retire(&self, now: Instant) {
        let mut state = self.lock();
        state.retired.get_or_insert(now);
        state.wanted = None;
        state.trim();
        for id in std::mem::take(&mut state.idle) {
            state.end(id);
        }
        self.publish(&state);
    }

    /// Whether it can be forgotten: it is retired and empty, and nobody will come who found its revision before.
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        let state = self.lock();
        state.members.is_empty() && state.retired.is_some_and(|since| now - since >= LATECOMERS)
    }

    /// Ends all, whatever they are doing.
    pub(crate) fn end(&self) {
        let state = self.lock();
        state.members.values().for_each(|member| member.environment.end());
    }

    /// How many environments there are, and how many of them are idle.
    pub(crate) fn size(&self) -> (usize, usize) {
        let state = self.lock();
        (state.members.len(), state.idle.len())
    }

    /// How many environments are frozen.
    pub(crate) fn frozen(&self) -> usize {
        self.lock().members.values().filter(|member| member.frozen).count()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing under this lock leaves the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take_idle(&mut self, shard: ThreadId) -> Option<EnvironmentId> {
        let is = |id, provisioned: bool, here: bool| {
            let member = self.members.get(id);
            member.is_some_and(|member| {
                (!provisioned || member.stage.is_some()) && (!here || member.shard == shard)
            })
        };
        let last = |provisioned, here| self.idle.iter().rposition(|id| is(id, provisioned, here));
        let provisioned = self.wanted.as_ref().and_then(|_| last(true, true).or_else(|| last(true, false)));
        let position = provisioned.or_else(|| last(false, true)).or(self.idle.len().checked_sub(1))?;
        Some(self.idle.remove(position))
    }

    /// It is no longer settling, if it was.
    fn settled(&mut self, id: EnvironmentId) {
        if let Some(member) = self.members.get_mut(&id)
            && std::mem::take(&mut member.settling)
        {
            self.settling -= 1;
        }
    }

    fn enqueue(&mut self, assignment: Box<Assignment>) -> Ticket {
        self.tickets += 1;
        self.queue.push_back((Ticket(self.tickets), assignment));
        Ticket(self.tickets)
    }

    fn hand_over(&mut self, id: EnvironmentId) {
        let (Some((ticket, assignment)), Some(member)) = (self.queue.pop_front(), self.members.get(&id))
        else {
            return;
        };
        // If it has ended all the same, the invocation goes on waiting.
        if let Err(refused) = member.environment.assign(assignment) {
            self.queue.push_front((ticket, refused));
        }
    }

    fn end(&mut self, id: EnvironmentId) {
        if let Some(member) = self.members.get_mut(&id) {
            member.ending = true;
            member.environment.end();
        }
    }

    /// Whether it was idle.
    fn forget_idle(&mut self, id: EnvironmentId) -> bool {
        let position = self.idle.iter().position(|idle| *idle == id);
        position.map(|position| self.idle.remove(position)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use hob_types::{AccountId, Region};

    use super::*;
    use crate::admission::Admission;

    #[test]
    fn a_retired_pool_is_over_when_nobody_comes_any_more() {
        let name = "hello".parse().unwrap();
        let function = FunctionArn { region: Region::local(), account: AccountId::local(), name };
        let share = Admission::new(1).share(&function);
        let room = FairSemaphore::new([0, 0]);
        let (pool, now) = (Pool::new(function, Version::Latest, share, room, [0, 0]), Instant::now());
        assert!(!pool.is_over(now + LATECOMERS));
        pool.retire(now);
        pool.retire(now + LATECOMERS);
        assert!(!pool.is_over(now));
        assert!(pool.is_over(now + LATECOMERS));
    }
}
