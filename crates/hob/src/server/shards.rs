//! One thread per core, each with a runtime of its own: what a shard began, it ends.

use std::net::TcpListener;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::sync::watch;

use super::api::Api;
use crate::failure::{OrFail as _, Outcome};

/// How far the server's end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Serving,
    /// Nothing new is accepted; what was begun goes on.
    Draining,
    /// Nothing goes on.
    Ended,
}

pub(super) struct Shards {
    stage: watch::Sender<Stage>,
    threads: Vec<JoinHandle<()>>,
}

impl Shards {
    /// Every shard accepts from the same listener, so whichever is free takes the next connection.
    pub(super) fn start(listener: &TcpListener, api: &Arc<Api>) -> Outcome<Self> {
        let (stage, observed) = watch::channel(Stage::Serving);
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let failed = || "cannot start a thread for each core".to_owned();
        let mut threads = Vec::with_capacity(cores);
        for number in 0..cores {
            let listener = listener.try_clone().or_fail(failed)?;
            let (api, stage) = (api.clone(), observed.clone());
            let thread = thread::Builder::new().name(format!("shard-{number}"));
            threads.push(thread.spawn(move || run(listener, &api, stage)).or_fail(failed)?);
        }
        Ok(Self { stage, threads })
    }

    /// No new connections, and no further requests on those that are idle.
    pub(super) fn drain(&self) {
        self.stage.send_replace(Stage::Draining);
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

fn run(listener: TcpListener, api: &Api, mut stage: watch::Receiver<Stage>) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return tracing::error!(%error, "a shard has no I/O runtime"),
    };
    runtime.block_on(async {
        let mut draining = stage.clone();
        let draining = async move {
            // An error means that the server has gone, which is an end as well.
            let _ = draining.wait_for(|stage| *stage >= Stage::Draining).await;
        };
        if let Err(error) = api.serve(listener, draining).await {
            tracing::error!(%error, "a shard cannot accept connections");
        }
        // The environments of this shard live on it for as long as the engine lets them.
        let _ = stage.wait_for(|stage| *stage == Stage::Ended).await;
    });
}
