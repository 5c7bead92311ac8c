//! AWS's services: made, made known to each other, and kept at work.

use std::sync::Arc;

use hob_delivery::Neighbours;
use hob_invoke::Engine;
use hob_lambda::{Lambda, LambdaOptions, Limits};
use hob_logs::Logs;
use hob_s3::{S3, S3Options};
use hob_sns::{Sns, SnsOptions, SystemHttp};
use hob_sources::{Sources, SourcesOptions};
use hob_sqs::Queues;
use hob_storage::Storage;
use hob_types::{Clock, Random};
use hob_wire::App;
use tokio::task::JoinSet;

use super::mappings::MappingsOf;
use crate::config::{Config, SigningProfile};
use crate::failure::{OrFail as _, Outcome};

/// What all services are made of.
pub(super) struct Foundation<'a> {
    pub(super) config: &'a Config,
    pub(super) storage: Storage,
    pub(super) engine: Arc<Engine>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
}

pub(super) struct Services {
    lambda: Arc<Lambda>,
    queues: Arc<Queues>,
    sns: Arc<Sns>,
    s3: Arc<S3>,
    sources: Arc<Sources>,
    storage: Storage,
    clock: Arc<dyn Clock>,
}

impl Services {
    pub(super) fn new(foundation: Foundation<'_>) -> Self {
        let neighbours = Arc::new(Neighbours::default());
        let lambda = foundation.lambda(&neighbours);
        let Foundation { storage, clock, random, .. } = foundation;
        let queues = Queues::new(storage.queues(), clock.clone(), random.clone());
        let sns = Sns::new(SnsOptions {
            store: storage.topics(),
            neighbours: neighbours.clone(),
            http: Arc::new(SystemHttp::default()),
            clock: clock.clone(),
            random: random.clone(),
        });
        let s3 = Arc::new(S3::new(S3Options {
            storage: storage.clone(),
            neighbours: neighbours.clone(),
            clock: clock.clone(),
            random: random.clone(),
        }));
        neighbours.connect_functions(lambda.function_service());
        neighbours.connect_queues(&queues);
        neighbours.connect_topics(&sns);
        neighbours.connect_buckets(&s3);
        let sources = Sources::new(SourcesOptions {
            mappings: Arc::new(MappingsOf(lambda.clone())),
            neighbours,
            leases: storage.leases(),
            clock: clock.clone(),
            random,
        });
        Self { lambda, queues, sns, s3, sources, storage, clock }
    }

    /// S3 comes last: it takes what no other service knows.
    pub(super) fn serve(&self, app: App, config: &Config) -> App {
        let logs = Arc::new(Logs::new(self.storage.logs(), self.clock.clone()));
        app.with_service(config.quotas.requests().around(self.lambda.service(), self.clock.clone()))
            .with_service(hob_logs::service(logs))
            .with_service(hob_sns::service(self.sns.clone()))
            .with_service(hob_sqs::service(self.queues.clone()))
            .with_service(hob_sts::service())
            .with_service(hob_s3::service(self.s3.clone()))
            .with_route(self.lambda.code_route())
            .with_route(self.sns.route())
    }

    /// Brings back what limits functions had, and which queues there are. To be awaited before anything is served.
    pub(super) async fn restore(&self) -> Outcome {
        let reservations = self.lambda.restore().await;
        reservations
            .or_fail(|| "the functions' reserved and provisioned concurrency cannot be read".to_owned())?;
        self.queues.restore().await.or_fail(|| "the queues cannot be read".to_owned())
    }

    /// Starts what goes on in the background; dropping it loses nothing.
    pub(super) fn maintain(&self, background: &mut JoinSet<()>) {
        background.spawn(self.lambda.clone().run());
        background.spawn(self.sns.clone().run());
        background.spawn(self.queues.clone().run());
        let s3 = self.s3.clone();
        background.spawn(async move { s3.clean().await });
        let s3 = self.s3.clone();
        background.spawn(async move { s3.deliver().await });
        background.spawn(hob_logs::sweep(self.storage.logs(), self.clock.clone()));
    }

    /// Starts what runs functions for their events, and for what sources have, until [`stop`](Self::stop).
    pub(super) fn dispatch(&self, dispatching: &mut JoinSet<()>) {
        dispatching.spawn(self.lambda.clone().run_events());
        dispatching.spawn(self.sources.clone().run());
    }

    /// Begins nothing more; what runs ends with its result stored.
    pub(super) fn stop(&self) {
        self.sources.stop();
        self.lambda.stop_events();
        self.queues.close();
    }
}

impl Foundation<'_> {
    fn lambda(&self, neighbours: &Arc<Neighbours>) -> Arc<Lambda> {
        let (storage, config) = (&self.storage, self.config);
        Lambda::new(LambdaOptions {
            functions: storage.functions(),
            resources: storage.resources(),
            code: storage.code(),
            events: storage.events(),
            invoker: self.engine.clone(),
            neighbours: neighbours.clone(),
            clock: self.clock.clone(),
            random: self.random.clone(),
            limits: Limits { concurrency: config.concurrency_limit, code_storage: Limits::CODE_STORAGE },
            signing_profiles: SigningProfile::of_service(&config.signing_profiles),
            secret: self.random.array(),
        })
    }
}
