//! Wires the crates together.

use std::sync::Arc;
use std::time::Duration;

use hob_invoke::{Collaborators, Engine, EngineConfiguration};
use hob_lambda::{UsageRoute, UsageWriter};
use hob_logs::LogWriter;
use hob_runtimes::Catalogue;
use hob_types::{Clock, Random};
use hob_wire::{App, Guard, Settings};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::ahead;
use super::data::Data;
use super::environment_endpoint::EnvironmentEndpoint;
use super::keys::ServerKeys;
use super::log_sink::ToCloudWatchLogs;
use super::room;
use super::sandboxes::{self, Finder};
use super::services::{Foundation, Services};
use super::session_keys::SessionStore;
use super::shards::Shards;
use super::statistics::StatisticsRoute;
use crate::config::Config;
use crate::doctor;
use crate::failure::Outcome;
use crate::system::{SystemClock, SystemRandom};

/// After the last invocation has ended, its answer needs no longer than this to leave.
const LAST_ANSWERS: Duration = Duration::from_secs(2);
/// How long what came of the last events may take to be stored.
const LAST_RESULTS: Duration = Duration::from_secs(5);
/// How long what the last invocations used may take to be stored.
const LAST_SUMS: Duration = Duration::from_secs(5);
/// How long the last log lines may take to be written.
const LAST_LINES: Duration = Duration::from_secs(5);

/// Everything that runs, shared by all shards.
pub(super) struct Server {
    pub(super) app: Arc<App>,
    pub(super) runtimes: Arc<Catalogue>,
    pub(super) engine: Arc<Engine>,
    services: Services,
    log_writer: Arc<LogWriter>,
    usage_writer: Arc<UsageWriter>,
    /// Writes the log until it is closed, and what functions use.
    writing: JoinSet<()>,
    /// Runs functions for their events, and for what sources have, until it is stopped.
    dispatching: JoinSet<()>,
}

impl Server {
    /// Examines nothing, so that the server is ready at once; the finder finds the isolation that the first
    /// environment waits for. Within a runtime.
    pub(super) fn compose(config: &Config, data: &Data) -> (Self, Finder) {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let storage = data.storage.clone();
        let (finder, sandboxes) = sandboxes::deferred();
        let runtimes = Arc::new(Catalogue::open(doctor::catalogue_options(config, &data.runtimes())));
        let sessions = Arc::new(SessionStore::new(random.clone()));
        let endpoint = Arc::new(EnvironmentEndpoint::default());
        let log_writer = Arc::new(LogWriter::new(storage.logs(), clock.clone()));
        let usage_writer = Arc::new(UsageWriter::new(storage.usage(), clock.clone()));

        let engine = Engine::new(
            engine_configuration(config),
            Collaborators {
                sandboxes: Arc::new(sandboxes),
                runtimes: runtimes.clone(),
                credentials: sessions.clone(),
                aws_endpoint: endpoint.clone(),
                logs: Arc::new(ToCloudWatchLogs(log_writer.clone())),
                usage: usage_writer.clone(),
                clock: clock.clone(),
                random: random.clone(),
            },
        );
        let services = Services::new(Foundation {
            config,
            storage: storage.clone(),
            engine: engine.clone(),
            clock: clock.clone(),
            random: random.clone(),
        });
        let settings = Settings {
            clock: clock.clone(),
            random,
            keys: Arc::new(ServerKeys::new(config, sessions)),
            verify_signatures: config.auth,
            guard: Guard { hosts: config.allowed_hosts.clone(), origins: config.allowed_origins.clone() },
        };
        let app = services
            .serve(App::new(settings), config)
            .with_server_route(StatisticsRoute(engine.clone()))
            .with_server_route(UsageRoute { writer: usage_writer.clone(), store: storage.usage(), clock });
        let app = Arc::new(app);
        endpoint.connect(&app);

        let mut writing = JoinSet::new();
        let (lines, sums) = (log_writer.clone(), usage_writer.clone());
        writing.spawn(async move { lines.run().await });
        writing.spawn(async move { sums.run().await });
        let dispatching = JoinSet::new();
        let server = Self { app, runtimes, engine, services, log_writer, usage_writer, writing, dispatching };
        (server, finder)
    }

    /// To be awaited before anything is served.
    pub(super) async fn restore(&self) -> Outcome {
        self.services.restore().await
    }

    /// Starts what goes on in the background for as long as the server serves; dropping it loses nothing.
    /// Functions run for their events and sources until the server is [stopped](Self::stop).
    pub(super) fn maintain(&mut self, background: &mut JoinSet<()>) {
        self.services.dispatch(&mut self.dispatching);
        self.services.maintain(background);
    }

    /// Accepts nothing more, lets what runs come to its end, ends all environments, and writes the last lines and
    /// sums.
    pub(super) async fn stop(mut self, mut shards: Shards, grace: Duration) {
        shards.drain();
        self.services.stop();
        self.engine.shutdown(grace).await;
        shards.drained(LAST_ANSWERS).await;
        self.dispatched(LAST_RESULTS).await;
        if !self.log_writer.close(LAST_LINES).await {
            tracing::warn!("the last log lines could not be written in time");
        }
        if !self.usage_writer.flush(LAST_SUMS).await {
            tracing::error!("what the last invocations used could not be stored in time");
        }
        // Joining blocks, and the signals of this thread must still be heard.
        if tokio::task::spawn_blocking(|| shards.end()).await.is_err() {
            tracing::error!("the shards did not end in order");
        }
        drop(self.writing);
    }

    /// Waits until what came of the last events is stored, but not for ever: what is not runs again.
    async fn dispatched(&mut self, at_most: Duration) {
        let dispatched = async { while self.dispatching.join_next().await.is_some() {} };
        if timeout(at_most, dispatched).await.is_err() {
            tracing::warn!("what came of the last events could not be stored in time; they will run again");
        }
    }
}

fn engine_configuration(config: &Config) -> EngineConfiguration {
    EngineConfiguration {
        concurrency_limit: config.concurrency_limit,
        memory: room::memory(config),
        environments_max: room::environments_max(),
        room_timeout: config.room_timeout.0,
        idle_timeout: config.idle_timeout.0,
        freeze_after: Some(config.freeze_after.0),
        ahead: ahead::configuration(config),
        ..EngineConfiguration::default()
    }
}
