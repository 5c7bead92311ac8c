//! The environments of one revision of a function's version, and which of them gets an invocation.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::Duration;

use hob_environment::{Assignment, Environment, Keeper};
use hob_types::{EnvironmentId, FunctionArn, Version};
use tokio::time::Instant;

use crate::admission::Share;

/// How long an invocation may be on its way here: it has found its revision, which is replaced in the meantime.
const LATECOMERS: Duration = Duration::from_secs(60);

pub(crate) struct Pool {
    pub(crate) function: FunctionArn,
    pub(crate) version: Version,
    /// Of the function.
    pub(crate) share: Arc<Share>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    members: HashMap<EnvironmentId, Member>,
    /// Last in, first out, so that what is not needed gets old and ends.
    idle: Vec<EnvironmentId>,
    /// Members that have answered and will be available in a moment.
    settling: usize,
    /// Invocations that wait for one of those.
    queue: VecDeque<(Ticket, Box<Assignment>)>,
    tickets: u64,
    /// Since when no environment is kept after its invocation.
    retired: Option<Instant>,
}

struct Member {
    environment: Environment,
    /// Where it lives. Waking another shard costs more than anything else on the way of an invocation.
    shard: ThreadId,
    settling: bool,
    frozen: bool,
}

/// A place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket(u64);

/// What became of an invocation.
pub(crate) enum Placement {
    Assigned,
    /// It gets the next environment that is available, unless it is [taken back](Pool::take_back).
    Queued(Ticket),
    /// Nothing is idle: a new environment is needed.
    Start(Box<Assignment>),
}

impl Pool {
    pub(crate) fn new(function: FunctionArn, version: Version, share: Arc<Share>) -> Self {
        Self { function, version, share, state: Mutex::default() }
    }

    /// Prefers an environment of this shard, the one that was used last, then one of any shard, then one that has
    /// just answered: a runtime needs some microseconds to ask for its next invocation, and a caller that invokes
    /// again at once would otherwise find it busy.
    pub(crate) fn place(&self, mut assignment: Box<Assignment>) -> Placement {
        let mut state = self.lock();
        while let Some(environment) = state.take_idle(std::thread::current().id()) {
            match environment.assign(assignment) {
                Ok(()) => return Placement::Assigned,
                // It has ended without having been able to say so.
                Err(refused) => assignment = refused,
            }
        }
        if state.settling <= state.queue.len() {
            return Placement::Start(assignment);
        }
        state.tickets += 1;
        let ticket = Ticket(state.tickets);
        state.queue.push_back((ticket, assignment));
        Placement::Queued(ticket)
    }

    /// The invocation, if it is still waiting.
    pub(crate) fn take_back(&self, ticket: Ticket) -> Option<Box<Assignment>> {
        let queue = &mut self.lock().queue;
        let position = queue.iter().position(|(waiting, _)| *waiting == ticket)?;
        queue.remove(position).map(|(_, assignment)| assignment)
    }

    /// Takes in an environment that has an invocation already, and lives on this shard.
    pub(crate) fn admit(self: &Arc<Self>, environment: Environment) -> Arc<dyn Keeper> {
        let id = environment.id();
        let shard = std::thread::current().id();
        self.lock().members.insert(id, Member { environment, shard, settling: false, frozen: false });
        Arc::new(Membership { pool: Arc::clone(self), id })
    }

    /// Ends what is idle now, and the others after their invocation.
    pub(crate) fn retire(&self, now: Instant) {
        let mut state = self.lock();
        state.retired.get_or_insert(now);
        for id in std::mem::take(&mut state.idle) {
            state.end(id);
        }
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
    fn take_idle(&mut self, shard: ThreadId) -> Option<Environment> {
        let here = |id: &EnvironmentId| self.members.get(id).is_some_and(|member| member.shard == shard);
        let position = self.idle.iter().rposition(here).or(self.idle.len().checked_sub(1))?;
        let id = self.idle.remove(position);
        self.members.get(&id).map(|member| member.environment.clone())
    }

    /// It is no longer settling, if it was.
    fn settled(&mut self, id: EnvironmentId) {
        if let Some(member) = self.members.get_mut(&id)
            && std::mem::take(&mut member.settling)
        {
            self.settling -= 1;
        }
    }

    fn available(&mut self, id: EnvironmentId) {
        self.settled(id);
        let Some(member) = self.members.get(&id) else { return };
        if let Some((ticket, assignment)) = self.queue.pop_front() {
            // If it has ended all the same, the invocation goes on waiting.
            if let Err(refused) = member.environment.assign(assignment) {
                self.queue.push_front((ticket, refused));
            }
            return;
        }
        if self.retired.is_some() {
            self.end(id);
        } else {
            self.idle.push(id);
        }
    }

    fn end(&self, id: EnvironmentId) {
        if let Some(member) = self.members.get(&id) {
            member.environment.end();
        }
    }
}

/// What an environment tells its pool.
struct Membership {
    pool: Arc<Pool>,
    id: EnvironmentId,
}

impl Keeper for Membership {
    fn answered(&self) {
        let mut state = self.pool.lock();
        if let Some(member) = state.members.get_mut(&self.id)
            && !std::mem::replace(&mut member.settling, true)
        {
            state.settling += 1;
        }
    }

    fn available(&self) {
        self.pool.lock().available(self.id);
    }

    fn frozen(&self, frozen: bool) {
        if let Some(member) = self.pool.lock().members.get_mut(&self.id) {
            member.frozen = frozen;
        }
    }

    fn expire(&self) -> bool {
        let mut state = self.pool.lock();
        let position = state.idle.iter().position(|id| *id == self.id);
        position.map(|position| state.idle.remove(position)).is_some()
    }

    fn closed(&self) {
        let mut state = self.pool.lock();
        state.settled(self.id);
        state.idle.retain(|id| *id != self.id);
        state.members.remove(&self.id);
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
        let (pool, now) = (Pool::new(function, Version::Latest, share), Instant::now());
        assert!(!pool.is_over(now + LATECOMERS));
        pool.retire(now);
        pool.retire(now + LATECOMERS);
        assert!(!pool.is_over(now));
        assert!(pool.is_over(now + LATECOMERS));
    }
}
