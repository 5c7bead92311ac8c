//! A Lambda service whose time is virtual: it stands still while anything works, and leaps to the next moment that
//! anything waits for.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use hob_delivery::Neighbours;
use hob_invoke::{
    FunctionVersion, Invocation, InvocationResult, InvokeError, Invoker, Measured, Provisioned,
    ThrottleReason, trace_header,
};
use hob_storage::{
    DueEvents, DuePage, EventConsequences, EventDelivery, EventId, EventProgress, EventStore, NewEvent,
    Storage, StorageError,
};
use hob_types::{
    Architecture, Clock, FunctionArn, Random, RequestId, RevisionId, SeededRandom, Timestamp, Version,
};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{Instant, sleep};

use crate::Limits;
use crate::event::{AcceptEvent, Events};
use crate::event_invoke::{Destinations, EventInvokeSettings};
use crate::function::{
    CodeSource, Collaborators, ConfigurationChange, CreateFunction, Functions, Packages, Target,
};
use crate::signing::SigningProfiles;
use crate::testing::{FakeNeighbours, NOW, arn, zip_of};

pub(super) struct EventWorld {
    pub(super) events: Arc<Events>,
    pub(super) functions: Arc<Functions>,
    pub(super) store: Arc<dyn EventStore>,
    pub(super) around: Arc<FakeNeighbours>,
    pub(super) invoker: Arc<ScriptedInvoker>,
    began: Instant,
    dispatcher: JoinSet<()>,
}

impl EventWorld {
    /// `script` answers each run.
    pub(super) fn new(script: impl Fn(&Run) -> Reply + Send + Sync + 'static) -> Self {
        let storage = Storage::in_memory().unwrap();
        let (neighbours, around) = (Arc::<Neighbours>::default(), Arc::<FakeNeighbours>::default());
        around.connect(&neighbours);
        let began = Instant::now();
        let clock: Arc<dyn Clock> = Arc::new(VirtualClock(began));
        let invoker = Arc::new(ScriptedInvoker { began, script: Box::new(script), runs: Mutex::default() });
        let packages = Packages::new(storage.code(), Arc::clone(&clock), SigningProfiles::default());
        let functions = Arc::new(Functions::new(Collaborators {
            store: storage.functions(),
            resources: storage.resources(),
            packages,
            invoker: Arc::clone(&invoker) as Arc<dyn Invoker>,
            neighbours: Arc::clone(&neighbours),
            clock,
            random: Arc::new(SeededRandom::new(1)),
            limits: Limits { concurrency: 1000, code_storage: Limits::CODE_STORAGE },
        }));
        let store: Arc<dyn EventStore> = Arc::new(StillStore(storage.events()));
        let events = Arc::new(Events::new(Arc::clone(&functions), Arc::clone(&store)));
        neighbours.connect_functions(&events);
        let mut world = Self { events, functions, store, around, invoker, began, dispatcher: JoinSet::new() };
        world.start();
        world
    }

    fn start(&mut self) {
        self.dispatcher.spawn(Arc::clone(&self.events).run());
    }

    /// What runs is cut off, as by `kill -9`; then the server starts again.
    pub(super) async fn kill_and_restart(&mut self) {
        self.dispatcher.shutdown().await;
        self.events = Arc::new(Events::new(Arc::clone(&self.functions), Arc::clone(&self.store)));
        self.start();
    }

    pub(super) async fn stop(&mut self) {
        self.events.stop();
        while self.dispatcher.join_next().await.is_some() {}
    }

    pub(super) async fn create(&self, name: &str) {
        self.create_with(name, ConfigurationChange::default()).await;
    }

    pub(super) async fn create_with_dead_letters(&self, name: &str, target: &str) {
        let dead_letter_target = Some(Some(target.to_owned()));
        self.create_with(name, ConfigurationChange { dead_letter_target, ..Default::default() }).await;
    }

    async fn create_with(&self, name: &str, configuration: ConfigurationChange) {
        let create = CreateFunction {
            arn: arn(name),
            role: "arn:aws:iam::000000000000:role/any".to_owned(),
            source: CodeSource::Zip(zip_of("")),
            architecture: Architecture::X86_64,
            layers: Vec::new(),
            configuration: ConfigurationChange {
                runtime: Some("python3.12".to_owned()),
                handler: Some("app.handler".to_owned()),
                ..configuration
            },
            tags: Default::default(),
            code_signing_config: None,
            publish: false,
        };
        self.functions.create(create).await.unwrap();
        self.functions.settle_now().await;
    }

    pub(super) async fn set(&self, name: &str, settings: EventInvokeSettings) {
        self.functions.put_event_invoke(&target(name), settings).await.unwrap();
    }

    pub(super) async fn send(&self, name: &str, payload: impl Into<Bytes>) -> RequestId {
        self.send_with(name, payload, None).await
    }

    pub(super) async fn send_with(
        &self,
        name: &str,
        payload: impl Into<Bytes>,
        trace_header: Option<String>,
    ) -> RequestId {
        let request_id = RequestId::random(&*self.functions.random);
        let event = AcceptEvent { request_id, payload: payload.into(), trace_header };
        self.events.accept(&target(name), event).await.unwrap();
        request_id
    }

    /// Lets everything happen that happens meanwhile.
    pub(super) async fn pass(&self, seconds: u64) {
        sleep(Duration::from_secs(seconds)).await;
    }

    /// Since it began, in seconds.
    pub(super) fn now(&self) -> u64 {
        self.began.elapsed().as_secs()
    }

    pub(super) async fn is_empty(&self) -> bool {
        self.store.functions().await.unwrap().is_empty()
    }

    /// When a function ran, in seconds.
    pub(super) fn runs_of(&self, name: &str) -> Vec<u64> {
        let runs = self.invoker.runs.lock().unwrap();
        runs.iter().filter(|run| run.function == arn(name)).map(|run| run.at).collect()
    }

    pub(super) fn runs(&self) -> Vec<Run> {
        self.invoker.runs.lock().unwrap().clone()
    }

    /// The bodies of what queues have got.
    pub(super) fn messages(&self) -> Vec<String> {
        self.around.messages.lock().unwrap().iter().map(|(_, message)| message.body.clone()).collect()
    }
}

pub(super) fn target(name: &str) -> Target {
    Target { function: arn(name), qualifier: None }
}

pub(super) fn on_failure(target: &str) -> EventInvokeSettings {
    destinations(Destinations { on_failure: Some(target.to_owned()), on_success: None })
}

pub(super) fn on_success(target: &str) -> EventInvokeSettings {
    destinations(Destinations { on_success: Some(target.to_owned()), on_failure: None })
}

fn destinations(destinations: Destinations) -> EventInvokeSettings {
    EventInvokeSettings { destinations: Some(destinations), ..EventInvokeSettings::default() }
}

/// One run, or a try.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) function: FunctionArn,
    pub(super) request_id: RequestId,
    /// In seconds.
    pub(super) at: u64,
    /// Of the same event, from 1.
    pub(super) attempt: usize,
    pub(super) payload: Bytes,
    pub(super) trace_header: String,
}

pub(super) enum Reply {
    /// After so many seconds.
    Answer(u64, &'static str),
    Failure(u64, &'static str),
    Throttled,
    Broken,
}

pub(super) struct ScriptedInvoker {
    began: Instant,
    script: Box<dyn Fn(&Run) -> Reply + Send + Sync>,
    runs: Mutex<Vec<Run>>,
}

impl ScriptedInvoker {
    fn note(&self, invocation: &Invocation, trace_header: &str) -> Run {
        let mut runs = self.runs.lock().unwrap();
        let before = runs.iter().filter(|run| run.request_id == invocation.request_id).count();
        runs.push(Run {
            function: invocation.version.arn.clone(),
            request_id: invocation.request_id,
            at: self.began.elapsed().as_secs(),
            attempt: before + 1,
            payload: invocation.payload.clone(),
            trace_header: trace_header.to_owned(),
        });
        runs.last().unwrap().clone()
    }
}

#[async_trait]
impl Invoker for ScriptedInvoker {
    async fn invoke(&self, invocation: Invocation) -> Result<InvocationResult, InvokeError> {
        let random: &dyn Random = &SeededRandom::new(1);
        let trace_header = trace_header(invocation.trace_header.as_deref(), NOW, random);
        let run = self.note(&invocation, &trace_header);
        let (seconds, payload, function_error) = match (self.script)(&run) {
            Reply::Answer(seconds, payload) => (seconds, payload, false),
            Reply::Failure(seconds, payload) => (seconds, payload, true),
            Reply::Throttled => {
                return Err(InvokeError::Throttled(ThrottleReason::ConcurrentInvocationLimitExceeded));
            }
            Reply::Broken => return Err(InvokeError::Service("There is no room.".to_owned())),
        };
        sleep(Duration::from_secs(seconds)).await;
        Ok(InvocationResult {
            payload: Bytes::from_static(payload.as_bytes()),
            function_error,
            log_tail: None,
            trace_header,
            measured: Measured::default(),
        })
    }

    fn reserve(&self, _function: &FunctionArn, _reserved: Option<u32>) {}

    fn provision(&self, _version: &Arc<FunctionVersion>, _environments: u32) {}

    fn watch_provisioned(
        &self,
        _function: &FunctionArn,
        _version: Version,
    ) -> Option<watch::Receiver<Provisioned>> {
        None
    }

    fn retire(&self, _function: &FunctionArn, _version: Option<Version>, _keep: Option<RevisionId>) {}
}

struct VirtualClock(Instant);

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        NOW + self.0.elapsed()
    }
}

/// While it works, time stands still: virtual time does not see the threads that write to a file, only those that the
/// runtime has given to something that blocks.
struct StillStore(Arc<dyn EventStore>);

impl StillStore {
    async fn still<T: Send + 'static, F>(&self, work: impl FnOnce(Arc<dyn EventStore>) -> F + Send) -> T
    where
        F: Future<Output = T> + Send + 'static,
    {
        let (runtime, work) = (Handle::current(), work(Arc::clone(&self.0)));
        spawn_blocking(move || runtime.block_on(work)).await.unwrap()
    }
}

#[async_trait]
impl EventStore for StillStore {
    async fn accept(&self, event: NewEvent) -> Result<(), StorageError> {
        self.still(|store| async move { store.accept(event).await }).await
    }

    async fn functions(&self) -> Result<Vec<FunctionArn>, StorageError> {
        self.still(|store| async move { store.functions().await }).await
    }

    async fn due(
        &self,
        function: &FunctionArn,
        now: Timestamp,
        held: Vec<EventId>,
        page: DuePage,
    ) -> Result<DueEvents, StorageError> {
        let function = function.clone();
        self.still(move |store| async move { store.due(&function, now, held, page).await }).await
    }

    async fn put_off(
        &self,
        event: EventId,
        due: Timestamp,
        progress: EventProgress,
    ) -> Result<(), StorageError> {
        self.still(move |store| async move { store.put_off(event, due, progress).await }).await
    }

    async fn conclude(&self, event: EventId, consequences: EventConsequences) -> Result<(), StorageError> {
        self.still(move |store| async move { store.conclude(event, consequences).await }).await
    }

    async fn keep_deliveries(
        &self,
        event: EventId,
        deliveries: Vec<EventDelivery>,
    ) -> Result<(), StorageError> {
        self.still(move |store| async move { store.keep_deliveries(event, deliveries).await }).await
    }

    async fn remove(&self, event: EventId) -> Result<(), StorageError> {
        self.still(move |store| async move { store.remove(event).await }).await
    }
}
