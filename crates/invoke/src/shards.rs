//! The threads that environments live on. One that an invocation starts lives where that came from; the others are
//! spread.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::runtime::Handle;
use tokio::task::JoinSet;

#[derive(Default)]
pub(crate) struct Shards {
    known: Mutex<Vec<Handle>>,
    turn: AtomicUsize,
}

impl Shards {
    /// The current one.
    pub(crate) fn join(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).push(Handle::current());
    }

    /// Does this on the next shard, or on the current one if none is known, and returns when it is done. One that has
    /// ended does nothing any more, and is forgotten.
    pub(crate) async fn run_on_next(&self, work: impl FnOnce() + Send + 'static) {
        let shard = self.next();
        let mut tasks = JoinSet::new();
        tasks.spawn_on(async move { work() }, &shard);
        if tasks.join_next().await.is_some_and(|done| done.is_err()) {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.retain(|known| known.id() != shard.id());
        }
    }

    fn next(&self) -> Handle {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        turn.checked_rem(known.len()).map_or_else(Handle::current, |turn| known[turn].clone())
    }
}
