//! The environments of all versions, and the machine's room for them.
//!
//! An environment has a claim on room for all the memory of its function while it runs, and keeps it when it falls
//! idle, so that a machine with enough room never thinks of it again. Where room is short, idle environments lower
//! their claims to what they have really used; then what is made ahead goes; then those that were idle the longest end;
//! then callers wait, the functions in turn. What is provisioned keeps its room.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use hob_environment::{Environment, InitFault, Keeper};
use hob_types::{EnvironmentId, FunctionArn, MemoryMib, RevisionId, Version};
use tokio::time::{Instant, timeout_at};

use crate::FunctionVersion;
use crate::admission::Share;
use crate::fair_semaphore::{Amount, FairSemaphore, Held, plus, without};
use crate::pool::{IdleEnvironment, Pool};
use hob_environment::Initialization;

/// Bytes of memory, and environments.
pub(crate) type Room = Amount<2>;

/// Room that is taken, given back when this is dropped.
pub(crate) type Claim = Held<2>;

/// What is made before it is needed: it goes before any environment does.
pub(crate) trait Reclaimable: Send + Sync {
    /// In bytes, at the moment.
    fn memory(&self) -> u64;

    /// Gives up everything. Must not block.
    fn reclaim(&self);
}

/// Usable from any shard.
pub(crate) struct Pools {
    room: Arc<FairSemaphore<2>>,
    pools: RwLock<HashMap<RevisionId, Arc<Pool>>>,
    ahead: Arc<dyn Reclaimable>,
    ahead_claim: Mutex<Claim>,
    /// Of two who make room at once, the second sees what the first has done.
    making_room: Mutex<()>,
    evictions: AtomicU64,
}

impl Pools {
    pub(crate) fn new(capacity: Room, ahead: Arc<dyn Reclaimable>) -> Self {
        let room = FairSemaphore::new(capacity);
        Self {
            ahead_claim: Mutex::new(room.nothing()),
            room,
            pools: RwLock::default(),
            ahead,
            making_room: Mutex::default(),
            evictions: AtomicU64::new(0),
        }
    }

    pub(crate) fn all(&self) -> Vec<Arc<Pool>> {
        self.pools.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// The pool of a version's revision; `share` is its function's.
    pub(crate) fn of(&self, version: &FunctionVersion, share: impl FnOnce() -> Arc<Share>) -> Arc<Pool> {
        let pools = self.pools.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = pools.get(&version.revision) {
            return Arc::clone(pool);
        }
        drop(pools);
        let mut pools = self.pools.write().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let (room, extent) = (Arc::clone(&self.room), self.extent(version.memory));
            Arc::new(Pool::new(version.arn.clone(), version.version, share(), room, extent))
        };
        Arc::clone(pools.entry(version.revision).or_insert_with(new))
    }

    /// Ends the environments of every revision but `keep`, each after its invocation; `version` of `None` means all.
    pub(crate) fn retire(&self, function: &FunctionArn, version: Option<Version>, keep: Option<RevisionId>) {
        let now = Instant::now();
        let mut pools = self.pools.write().unwrap_or_else(PoisonError::into_inner);
        pools.retain(|revision, pool| {
            let concerned =
                pool.function == *function && version.is_none_or(|version| version == pool.version);
            if concerned && keep != Some(*revision) {
                pool.retire(now);
            }
            !pool.is_over(now)
        });
    }

    /// Waits for room in turn, having made some where nobody uses it. `None`: there was none in time.
    pub(crate) async fn room(&self, pool: &Pool, missing: Room, deadline: Instant) -> Option<Claim> {
        let waiting = self.room.acquire(&pool.function, missing);
        self.make_room();
        timeout_at(deadline, waiting).await.ok()
    }

    /// Takes in an environment that has an invocation already or initialises before any, and lives on this shard.
    pub(crate) fn admit(
        self: &Arc<Self>,
        pool: &Arc<Pool>,
        environment: Environment,
        claim: Claim,
        initialization: Initialization,
    ) -> Arc<dyn Keeper> {
        self.count_ahead();
        let id = environment.id();
        pool.admit(environment, claim, initialization);
        Arc::new(Membership { pools: Arc::clone(self), pool: Arc::clone(pool), id })
    }

    /// Environments that were ended because their room was needed.
    pub(crate) fn evictions(&self) -> u64 {
        self.evictions.load(Ordering::Relaxed)
    }

    pub(crate) fn capacity(&self) -> Room {
        self.room.capacity()
    }

    pub(crate) fn free(&self) -> Room {
        self.room.free()
    }

    pub(crate) fn waiting(&self, function: &FunctionArn) -> usize {
        self.room.waiting(function)
    }

    /// Of an environment: at most all there is, so that every function can run, if only alone.
    fn extent(&self, memory: MemoryMib) -> Room {
        let [bytes, environments] = self.room.capacity();
        [memory.bytes().min(bytes), 1.min(environments)]
    }

    /// Frees what those who wait are short of, as far as nobody uses it: what costs least first, and what would help
    /// nobody not at all.
    fn make_room(&self) {
        let _one_at_a_time = self.making_room.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.room.is_short() {
            return;
        }
        let pools = self.all();
        let mut idle: Vec<IdleEnvironment> = pools.iter().flat_map(Pool::idle).collect();
        idle.sort_by_key(|environment| environment.since);
        let mut kept = [0, 0];
        for environment in &idle {
            let room = environment.pool.lower_claim(environment.id);
            kept = plus(kept, room.unwrap_or_default());
            if !self.room.is_short() {
                return;
            }
        }
        let ending = pools.iter().map(|pool| pool.ending()).fold([0, 0], plus);
        let most = plus(plus(kept, ending), self.ahead_room());
        let missing = without(self.room.missing(most), ending);
        if missing != [0, 0] {
            let missing = without(missing, self.reclaim_ahead());
            // What another caller needs itself goes last.
            idle.sort_by_cached_key(|environment| self.room.waiting(&environment.pool.function) > 0);
            self.evict(&idle, missing);
        }
    }

    /// Ends the first of these until so much will be free.
    fn evict(&self, idle: &[IdleEnvironment], mut missing: Room) {
        for environment in idle {
            if missing == [0, 0] {
                return;
            }
            if let Some(room) = self.evict_one(environment) {
                missing = without(missing, room);
            }
        }
    }

    /// Makes room of a kind that is not counted.
    pub(crate) fn evict_oldest(&self) {
        let _one_at_a_time = self.making_room.lock().unwrap_or_else(PoisonError::into_inner);
        self.reclaim_ahead();
        let idle = self.all().iter().flat_map(Pool::idle).min_by_key(|environment| environment.since);
        if let Some(environment) = idle {
            self.evict_one(&environment);
        }
    }

    /// The room that there will be when it has gone, unless it is in use by now.
    fn evict_one(&self, environment: &IdleEnvironment) -> Option<Room> {
        let room = environment.pool.evict(environment.id)?;
        environment.pool.share.count_eviction();
        self.evictions.fetch_add(1, Ordering::Relaxed);
        Some(room)
    }

    fn ahead_room(&self) -> Room {
        self.ahead_claim.lock().unwrap_or_else(PoisonError::into_inner).amount()
    }

    /// Gives up what is made ahead, and says what is free by that.
    fn reclaim_ahead(&self) -> Room {
        let mut claim = self.ahead_claim.lock().unwrap_or_else(PoisonError::into_inner);
        let freed = claim.amount();
        if self.ahead.memory() > 0 {
            self.ahead.reclaim();
        }
        claim.keep([0, 0]);
        freed
    }

    /// What is made ahead counts with what it uses, as far as nobody waits for that.
    fn count_ahead(&self) {
        let mut claim = self.ahead_claim.lock().unwrap_or_else(PoisonError::into_inner);
        let used = [self.ahead.memory(), 0];
        let more = without(used, claim.amount());
        if let Some(more) = self.room.try_acquire(more) {
            claim.merge(more);
        }
        claim.keep(used);
    }
}

/// What an environment tells its pool.
struct Membership {
    pools: Arc<Pools>,
    pool: Arc<Pool>,
    id: EnvironmentId,
}

impl Keeper for Membership {
    fn answered(&self) {
        self.pool.answered(self.id);
    }

    fn measured(&self, memory_peak: u64) {
        self.pool.measured(self.id, memory_peak);
        self.offer();
    }

    fn available(&self) {
        if self.pool.available(self.id) {
            self.offer();
        }
    }

    fn frozen(&self, frozen: bool) {
        self.pool.set_frozen(self.id, frozen);
    }

    fn init_failed(&self, fault: InitFault) {
        self.pool.init_failed(self.id, fault.into());
    }

    fn expire(&self) -> bool {
        self.pool.expire(self.id)
    }

    fn closed(&self) {
        self.pool.closed(self.id);
        self.offer();
    }
}

impl Membership {
    /// To be called after a change, so that of one who starts to wait and this environment at least one sees the other.
    fn offer(&self) {
        if self.pools.room.is_contended() {
            self.pools.make_room();
        }
    }
}
