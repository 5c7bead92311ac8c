//! One engine on several shards, as the server runs it: a thread each, with a runtime of its own.

use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::support::{Harness, program, soon};

/// A thread that runs what it is given, one after another, and keeps its environments going meanwhile.
struct Shard {
    work: tokio::sync::mpsc::UnboundedSender<Work>,
    thread: std::thread::JoinHandle<()>,
}

type Work = Box<dyn FnOnce() -> std::pin::Pin<Box<dyn Future<Output = ()>>> + Send>;

impl Shard {
    fn start() -> Self {
        let (work, mut todo) = tokio::sync::mpsc::unbounded_channel::<Work>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                while let Some(work) = todo.recv().await {
                    work().await;
                }
            });
        });
        Self { work, thread }
    }

    /// Does this on this shard, and waits for what comes of it on the calling thread.
    fn does<F, T>(&self, harness: &Arc<Harness>, work: impl FnOnce(Arc<Harness>) -> F + Send + 'static) -> T
    where
        F: Future<Output = T> + 'static,
        T: Send + 'static,
    {
        let (done, outcome) = mpsc::channel();
        let harness = Arc::clone(harness);
        let work: Work = Box::new(move || {
            Box::pin(async move {
                done.send(soon(work(Arc::clone(&harness))).await).unwrap();
                harness.settle().await;
            })
        });
        self.work.send(work).map_err(|_| ()).unwrap();
        outcome.recv().unwrap()
    }

    /// Invokes on this shard.
    fn answer(&self, harness: &Arc<Harness>, payload: &'static str) -> String {
        self.does(harness, move |harness| async move { harness.answer(payload).await })
    }

    fn end(self, harness: &Arc<Harness>) {
        let (harness, (done, ended)) = (Arc::clone(harness), oneshot::channel());
        let work: Work = Box::new(move || {
            Box::pin(async move {
                soon(harness.engine.shutdown(Duration::from_secs(1))).await;
                done.send(()).unwrap();
            })
        });
        self.work.send(work).map_err(|_| ()).unwrap();
        ended.blocking_recv().unwrap();
        drop(self.work);
        self.thread.join().unwrap();
    }
}

#[test]
fn an_environment_serves_every_shard() {
    let harness = Arc::new(Harness::new(program(|client| client.echo())));
    let (first, second) = (Shard::start(), Shard::start());
    assert_eq!(first.answer(&harness, "1"), "1");
    for _ in 0..20 {
        assert_eq!(second.answer(&harness, "2"), "2");
        assert_eq!(first.answer(&harness, "3"), "3");
    }
    assert_eq!(harness.sandboxes.created.load(Ordering::Relaxed), 1);
    second.end(&harness);
    assert_eq!(harness.sandboxes.removed.load(Ordering::Relaxed), 1);
    drop(first.work);
    first.thread.join().unwrap();
}

#[test]
fn what_one_shard_has_provisioned_serves_every_shard() {
    let harness = Arc::new(Harness::new(program(|client| client.echo())));
    let (first, second) = (Shard::start(), Shard::start());
    second.does(&harness, |harness| async move { harness.engine.join() });
    first.does(&harness, |harness| async move { harness.provision(2) });
    second.does(&harness, |harness| async move { harness.until_ready(2).await });
    assert_eq!(second.answer(&harness, "1"), "1");
    second.does(&harness, |harness| async move { harness.provision(3) });
    first.does(&harness, |harness| async move { harness.until_ready(3).await });
    assert_eq!(first.answer(&harness, "2"), "2");
    assert_eq!(harness.sandboxes.created.load(Ordering::Relaxed), 3);
    second.end(&harness);
    assert_eq!(harness.sandboxes.removed.load(Ordering::Relaxed), 3);
    drop(first.work);
    first.thread.join().unwrap();
}
