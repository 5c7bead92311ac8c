//! Processes of which sandboxes get copies: one of each kind.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hob_sandbox::{SandboxError, Sandboxes, Zygote};
use tokio::time::Instant;

use super::kind::Kind;

/// Its copies share its hash seed and the layout of its memory, so another takes over now and then.
const FORKS_MAX: u64 = 1000;

/// One that nobody has wanted a copy of for this long ends.
const UNUSED_MAX: Duration = Duration::from_secs(600);

/// How long to wait after one that could not be started, doubled each time.
const BACK_OFF: Duration = Duration::from_secs(1);
const BACK_OFF_MAX: Duration = Duration::from_secs(300);

#[derive(Default)]
pub(super) struct Zygotes(Mutex<HashMap<Arc<Kind>, Entry>>);

struct Entry {
    zygote: Option<Arc<dyn Zygote>>,
    wanted: Instant,
    starting: bool,
    /// How often in a row it could not be started, and when another may be at the earliest.
    failures: u32,
    not_before: Instant,
}

impl Entry {
    fn new(now: Instant) -> Self {
        Self { zygote: None, wanted: now, starting: false, failures: 0, not_before: now }
    }

    fn running(&self) -> Option<&Arc<dyn Zygote>> {
        self.zygote.as_ref().filter(|zygote| !zygote.has_ended())
    }

    /// There is none, or it has been used up, and it is time to try.
    fn needs_another(&self, now: Instant) -> bool {
        let used_up = self.running().is_none_or(|zygote| zygote.forks() >= FORKS_MAX);
        used_up && !self.starting && now >= self.not_before
    }
}

impl Zygotes {
    /// One that can make copies now. Somebody [starts](Self::next) it if there is none.
    pub(super) fn want(&self, kind: &Arc<Kind>, now: Instant) -> Option<Arc<dyn Zygote>> {
        let mut entries = self.lock();
        let entry = entries.entry(Arc::clone(kind)).or_insert_with(|| Entry::new(now));
        entry.wanted = now;
        entry.running().cloned()
    }

    /// The same, but nobody wants a copy for a function.
    pub(super) fn running(&self, kind: &Kind) -> Option<Arc<dyn Zygote>> {
        self.lock().get(kind).and_then(Entry::running).cloned()
    }

    /// `None`: nobody wants a copy of this kind.
    pub(super) fn is_running(&self, kind: &Kind) -> Option<bool> {
        self.lock().get(kind).map(|entry| entry.running().is_some())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// The kind of which another is to be started now, by the caller. Ends those that are not wanted any more.
    pub(super) fn next(&self, now: Instant) -> Option<Arc<Kind>> {
        let mut entries = self.lock();
        entries.retain(|_, entry| now - entry.wanted < UNUSED_MAX);
        let (kind, entry) = entries.iter_mut().find(|(_, entry)| entry.needs_another(now))?;
        entry.starting = true;
        Some(Arc::clone(kind))
    }

    /// Starts what [`next`](Self::next) has named.
    pub(super) async fn start(&self, kind: &Arc<Kind>, sandboxes: &dyn Sandboxes) {
        let starting = Starting { zygotes: self, kind };
        let Some(spec) = kind.zygote() else { return };
        let started = sandboxes.zygote(spec).await;
        if let Err(error) = &started {
            tracing::warn!(%error, "a zygote could not be started");
        }
        starting.end(started);
    }

    /// Ends all; their copies live on.
    pub(super) fn end(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<Kind>, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Another can be started when this has gone.
struct Starting<'a> {
    zygotes: &'a Zygotes,
    kind: &'a Arc<Kind>,
}

impl Starting<'_> {
    fn end(&self, started: Result<Arc<dyn Zygote>, SandboxError>) {
        let mut entries = self.zygotes.lock();
        let Some(entry) = entries.get_mut(self.kind) else { return };
        match started {
            Ok(zygote) => (entry.zygote, entry.failures) = (Some(zygote), 0),
            Err(_) => entry.failures += 1,
        }
        let pause = BACK_OFF.saturating_mul(1 << entry.failures.min(16)).min(BACK_OFF_MAX);
        entry.not_before = Instant::now() + pause;
    }
}

impl Drop for Starting<'_> {
    fn drop(&mut self) {
        if let Some(entry) = self.zygotes.lock().get_mut(self.kind) {
            entry.starting = false;
        }
    }
}
