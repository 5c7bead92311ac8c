//! Everything that is made before its function is known: what there is, what is wanted, and who makes it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hob_runtimes::SLOTS;
use hob_sandbox::{SandboxError, SandboxSpec, Sandboxes, Zygote};
use hob_types::{EnvironmentId, EphemeralStorageMib, Random, Runtime};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::budget::{Budget, targets};
use super::configuration::{AheadConfiguration, Scope};
use super::kind::{Kind, Making};
use super::made::Made;
use super::statistics::{AheadStatistics, KindStatistics};
use super::stock::Stock;
use super::zygotes::Zygotes;
use crate::tasks::Tasks;

/// How often what is there is compared with what is wanted, when nothing happens.
const REVIEW: Duration = Duration::from_secs(5);

/// How long nothing is made after something could not be, or when its memory was needed.
const PAUSE: Duration = Duration::from_secs(10);

/// How long after a start the machine is left to the function: what it does first is what its caller waits for.
const QUIET: Duration = Duration::from_millis(10);

/// Shared by all shards. Made once per server.
pub(super) struct MadeAhead {
    configuration: AheadConfiguration,
    sandboxes: Arc<dyn Sandboxes>,
    random: Arc<dyn Random>,
    zygotes: Zygotes,
    state: Mutex<State>,
    /// There may be something to make.
    changed: Notify,
    tasks: Tasks,
}

#[derive(Default)]
struct State {
    stocks: HashMap<Arc<Kind>, Stock>,
    /// Starts that are under way. Nothing is made meanwhile.
    starting: usize,
    /// Somebody keeps the stocks.
    kept: bool,
    /// Nothing is made before.
    pause: Option<Instant>,
    closed: bool,
}

/// What whoever keeps the stocks does next.
enum Chore {
    Make(Arc<Kind>),
    StartZygote(Arc<Kind>),
    Wait(Duration),
    /// Nothing is wanted, and nothing is there.
    End,
}

impl MadeAhead {
    pub(super) fn new(
        configuration: AheadConfiguration,
        sandboxes: Arc<dyn Sandboxes>,
        random: Arc<dyn Random>,
    ) -> Arc<Self> {
        Arc::new(Self {
            configuration,
            sandboxes,
            random,
            zygotes: Zygotes::default(),
            state: Mutex::default(),
            changed: Notify::new(),
            tasks: Tasks::default(),
        })
    }

    /// Whether anything of this kind is made ahead here.
    pub(super) async fn makes(&self, kind: &Kind) -> bool {
        let scope = self.configuration.scope;
        if scope == Scope::Nothing {
            return false;
        }
        let abilities = self.sandboxes.abilities().await;
        abilities.attach
            && match kind.making() {
                Making::Sandbox => true,
                Making::Fork => scope >= Scope::Zygotes && abilities.fork,
                Making::Boot => scope >= Scope::Runtimes,
            }
    }

    /// Functions of this runtime will ask for this kind.
    pub(super) fn expect(self: &Arc<Self>, kind: &Arc<Kind>, runtime: Option<&Runtime>) {
        let now = Instant::now();
        let mut state = self.lock();
        let stock = state.stock(kind, now);
        stock.demand.expect(now);
        stock.wanted_by(runtime);
        drop(state);
        self.zygote(kind);
        self.keep();
        self.changed.notify_one();
    }

    /// One of this kind, if there is one. Whether or not, more will be made.
    pub(super) fn take(self: &Arc<Self>, kind: &Arc<Kind>, runtime: Option<&Runtime>) -> Option<Made> {
        let now = Instant::now();
        let mut state = self.lock();
        let stock = state.stock(kind, now);
        stock.demand.ask(now);
        stock.wanted_by(runtime);
        let made = stock.take();
        match made {
            Some(_) => stock.hits += 1,
            None => stock.misses += 1,
        }
        drop(state);
        self.keep();
        made
    }

    /// One that can make copies of this kind now.
    pub(super) fn zygote(&self, kind: &Arc<Kind>) -> Option<Arc<dyn Zygote>> {
        let wanted = kind.making() == Making::Fork && self.configuration.scope >= Scope::Zygotes;
        wanted.then(|| self.zygotes.want(kind, Instant::now())).flatten()
    }

    /// A function got a copy that was made for it.
    pub(super) fn forked(&self, kind: &Arc<Kind>) {
        self.lock().stock(kind, Instant::now()).forks += 1;
    }

    /// A start is under way until what is returned is dropped.
    pub(super) fn starting(self: &Arc<Self>) -> Starting {
        self.lock().starting += 1;
        Starting(Arc::clone(self))
    }

    /// Gives up everything that waits, and makes nothing for a while.
    pub(super) fn reclaim(&self) {
        let mut state = self.lock();
        state.pause = Some(Instant::now() + PAUSE);
        let made: Vec<Made> = state.stocks.values_mut().flat_map(Stock::clear).collect();
        drop(state);
        drop(made);
    }

    /// In bytes, of everything that waits.
    pub(super) fn memory(&self) -> u64 {
        self.lock().stocks.values().map(Stock::memory).sum()
    }

    /// Ends everything that waits, and makes nothing more. Nothing of it is left when this returns.
    pub(super) async fn close(&self) {
        self.lock().closed = true;
        self.tasks.abort().await;
        self.zygotes.end();
        let made: Vec<Made> = self.lock().stocks.values_mut().flat_map(Stock::clear).collect();
        for made in &made {
            made.sandbox.kill();
        }
        for made in made {
            made.sandbox.remove().await;
        }
    }

    pub(super) fn statistics(&self) -> AheadStatistics {
        let now = Instant::now();
        let state = self.lock();
        let kinds = state.targets(self.configuration, now).into_iter();
        let kinds = kinds.filter_map(|(kind, target)| {
            let stock = state.stocks.get(&kind)?;
            Some(KindStatistics {
                kind: kind.making().into(),
                runtimes: stock.runtimes.iter().cloned().collect(),
                ready: stock.len(),
                target,
                memory: stock.memory(),
                hits: stock.hits,
                misses: stock.misses,
                forks: stock.forks,
                zygote: self.zygotes.is_running(&kind),
            })
        });
        AheadStatistics { kinds: kinds.collect(), snapshots: 0 }
    }

    /// Sees to it that somebody keeps the stocks.
    fn keep(self: &Arc<Self>) {
        let mut state = self.lock();
        if state.closed || std::mem::replace(&mut state.kept, true) {
            return;
        }
        drop(state);
        let keeper = Keeper { ahead: Arc::clone(self), ended: false };
        self.tasks.spawn(keeper.run());
    }

    /// What there is to do now. Drops what is not wanted any more.
    fn next(&self) -> Chore {
        let now = Instant::now();
        let mut state = self.lock();
        let targets = state.targets(self.configuration, now);
        let surplus = state.trim(&targets);
        let chore = self.choose(&mut state, &targets, now);
        drop(state);
        drop(surplus);
        chore
    }

    fn choose(&self, state: &mut State, targets: &[(Arc<Kind>, usize)], now: Instant) -> Chore {
        if state.closed {
            state.kept = false;
            return Chore::End;
        }
        if state.starting > 0 {
            return Chore::Wait(REVIEW);
        }
        if let Some(pause) = state.pause.filter(|pause| *pause > now) {
            return Chore::Wait(pause - now);
        }
        if let Some(kind) = self.zygotes.next(now) {
            return Chore::StartZygote(kind);
        }
        if let Some(kind) = self.scarcest(state, targets) {
            return Chore::Make(kind);
        }
        let is_over = targets.iter().all(|(_, target)| *target == 0) && self.zygotes.is_empty();
        state.kept = !is_over;
        if is_over { Chore::End } else { Chore::Wait(REVIEW) }
    }

    /// Of which there are fewest, and fewer than there are to be.
    fn scarcest(&self, state: &State, targets: &[(Arc<Kind>, usize)]) -> Option<Arc<Kind>> {
        let missing = targets.iter().filter_map(|(kind, target)| {
            let there = state.stocks.get(kind)?.len();
            let can_be_made = kind.making() != Making::Fork || self.zygotes.is_running(kind) == Some(true);
            (there < *target && can_be_made).then_some((kind, there))
        });
        missing.min_by_key(|(_, there)| *there).map(|(kind, _)| Arc::clone(kind))
    }

    async fn make(&self, kind: &Arc<Kind>) -> Result<(), SandboxError> {
        let mut made = Made::new(&*self.sandboxes, self.spec(kind)).await?;
        match kind.program() {
            Some(program) if kind.making() == Making::Boot => made.boot(program).await?,
            Some(_) => match self.zygotes.running(kind) {
                Some(zygote) => made.fork(&*zygote).await?,
                // It has just ended.
                None => return Ok(()),
            },
            None => {}
        }
        let mut state = self.lock();
        if !state.closed {
            state.stock(kind, Instant::now()).put(made);
        }
        Ok(())
    }

    fn spec(&self, kind: &Kind) -> SandboxSpec {
        SandboxSpec {
            id: EnvironmentId::random(&*self.random),
            mounts: kind.mounts(),
            slots: SLOTS.map(Into::into).into(),
            memory: kind.memory(),
            ephemeral_storage: EphemeralStorageMib::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing under this lock leaves the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn stock(&mut self, kind: &Arc<Kind>, now: Instant) -> &mut Stock {
        self.stocks.entry(Arc::clone(kind)).or_insert_with(|| Stock::new(kind, now))
    }

    fn targets(&self, configuration: AheadConfiguration, now: Instant) -> Vec<(Arc<Kind>, usize)> {
        let runtimes = match configuration.scope {
            Scope::Runtimes => configuration.parked_max,
            _ => 0,
        };
        let budget = Budget { runtimes, memory: configuration.memory_max };
        let wishes: Vec<_> = self.stocks.iter().map(|(kind, stock)| stock.wish(kind, now)).collect();
        self.stocks.keys().cloned().zip(targets(&wishes, budget)).collect()
    }

    fn trim(&mut self, targets: &[(Arc<Kind>, usize)]) -> Vec<Made> {
        let surplus =
            targets.iter().filter_map(|(kind, target)| Some(self.stocks.get_mut(kind)?.trim(*target)));
        surplus.flatten().collect()
    }
}

/// Makes what is missing, one at a time, as long as anything is wanted.
struct Keeper {
    ahead: Arc<MadeAhead>,
    ended: bool,
}

impl Keeper {
    async fn run(mut self) {
        let ahead = Arc::clone(&self.ahead);
        loop {
            match ahead.next() {
                Chore::End => {
                    self.ended = true;
                    return;
                }
                Chore::Wait(at_most) => {
                    let _ = tokio::time::timeout(at_most, ahead.changed.notified()).await;
                    tokio::time::sleep(QUIET).await;
                }
                Chore::StartZygote(kind) => ahead.zygotes.start(&kind, &*ahead.sandboxes).await,
                Chore::Make(kind) => {
                    if let Err(error) = ahead.make(&kind).await {
                        tracing::warn!(%error, "nothing can be made ahead at the moment");
                        ahead.lock().pause = Some(Instant::now() + PAUSE);
                    }
                }
            }
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // Its shard ends before it does; another may go on.
        if !self.ended {
            self.ahead.lock().kept = false;
        }
    }
}

/// A start that is under way.
pub(crate) struct Starting(Arc<MadeAhead>);

impl Drop for Starting {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.starting -= 1;
        if state.starting == 0 {
            self.0.changed.notify_one();
        }
    }
}
