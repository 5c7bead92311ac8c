//! One thread per core, each with a runtime of its own: what a shard began, it ends.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZero;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hob_invoke::Engine;
use hob_wire::{App, Endpoint};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::failure::{OrFail as _, Outcome};

/// How far the server's end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Serving,
    /// Nothing new is accepted; what was begun goes on.
    Draining,
    /// Nothing goes on.
    Ended,
}

pub(super) struct Shards {
    stage: watch::Sender<Stage>,
    /// Closes when every shard has answered what it accepted.
    answering: mpsc::Receiver<Infallible>,
    threads: Vec<JoinHandle<()>>,
}

/// One thread's part.
struct Shard {
    listener: TcpListener,
    address: SocketAddr,
    app: Arc<App>,
    engine: Arc<Engine>,
    stage: watch::Receiver<Stage>,
    answering: mpsc::Sender<Infallible>,
}

impl Shards {
    /// Every shard accepts from the same listener, so whichever is free takes the next connection.
    pub(super) fn start(listener: &TcpListener, app: &Arc<App>, engine: &Arc<Engine>) -> Outcome<Self> {
        let (stage, observed) = watch::channel(Stage::Serving);
        let (answering, answered) = mpsc::channel(1);
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let start = |number| {
            let shard = Shard {
                listener: listener.try_clone()?,
                address: listener.local_addr()?,
                app: app.clone(),
                engine: engine.clone(),
                stage: observed.clone(),
                answering: answering.clone(),
            };
            thread::Builder::new().name(format!("shard-{number}")).spawn(|| shard.run())
        };
        let threads = (0..cores).map(start).collect::<Result<_, _>>();
        let threads = threads.or_fail(|| "cannot start a thread for each core".to_owned())?;
        Ok(Self { stage, answering: answered, threads })
    }

    /// No new connections, and no further requests on those that are idle.
    pub(super) fn drain(&self) {
        self.stage.send_replace(Stage::Draining);
    }

    /// Waits until every request is answered, but not for ever.
    pub(super) async fn drained(&mut self, at_most: Duration) {
        let _ = timeout(at_most, self.answering.recv()).await;
    }

    /// Drops what still runs. Blocks until every thread has ended.
    pub(super) fn end(self) {
        self.stage.send_replace(Stage::Ended);
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a shard panicked");
            }
        }
    }
}

impl Shard {
    fn run(self) {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return tracing::error!(%error, "a shard has no I/O runtime"),
        };
        runtime.block_on(self.serve());
        runtime.shutdown_timeout(super::LAST_WORK);
    }

    async fn serve(self) {
        let Self { listener, address, app, engine, mut stage, answering } = self;
        engine.join();
        let listener = match tokio::net::TcpListener::from_std(listener) {
            Ok(listener) => listener,
            Err(error) => return tracing::error!(%error, "a shard cannot accept connections"),
        };
        let mut stopping = stage.clone();
        let draining = async move {
            // An error means that the server has gone, which is an end as well.
            let _ = stopping.wait_for(|stage| *stage >= Stage::Draining).await;
        };
        let serving = hob_wire::serve(listener, app, Endpoint::Network(address), draining);
        let mut ended = stage.clone();
        tokio::select! {
            () = serving => drop(answering),
            _ = ended.wait_for(|stage| *stage == Stage::Ended) => return,
        }
        // The environments of this shard live on it for as long as the engine lets them.
        let _ = stage.wait_for(|stage| *stage == Stage::Ended).await;
    }
}
