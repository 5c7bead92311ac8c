//! What the tests share: SNS over a store that goes away, and neighbours that note what they get.

mod steady;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use hob_delivery::{
    DeliveryError, FunctionAnswer, FunctionCall, FunctionCallError, FunctionEvent, FunctionService,
    Neighbours, Origin, QueueDelivery, QueueDescription, QueueMessage, QueueService, Receive,
};
use hob_storage::{Storage, TopicStore};
use hob_types::{Clock, ManualClock, QualifiedFunctionArn, QueueArn, SeededRandom, Timestamp};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use self::steady::SteadyStore;
use crate::signature::SigningKey;
use crate::{HttpFailure, HttpPost, HttpRequest, Sns, SnsOptions};

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_767_323_045_678);

/// Goes as tokio's time does, which a test can pause.
pub(crate) struct TokioClock(Instant);

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        NOW + self.0.elapsed()
    }
}

/// What was sent, and how the next ones are to be answered; yes if nothing else is said.
pub(crate) struct Sent<T, E> {
    items: Mutex<Vec<T>>,
    answers: Mutex<VecDeque<Result<(), E>>>,
    arrived: Notify,
}

impl<T, E> Default for Sent<T, E> {
    fn default() -> Self {
        Self { items: Mutex::default(), answers: Mutex::default(), arrived: Notify::new() }
    }
}

impl<T: Clone, E> Sent<T, E> {
    fn take(&self, item: T) -> Result<(), E> {
        self.items.lock().unwrap().push(item);
        self.arrived.notify_one();
        self.answers.lock().unwrap().pop_front().unwrap_or(Ok(()))
    }

    pub(crate) fn answer(&self, answers: impl IntoIterator<Item = Result<(), E>>) {
        self.answers.lock().unwrap().extend(answers);
    }

    pub(crate) fn all(&self) -> Vec<T> {
        self.items.lock().unwrap().clone()
    }

    /// Waits until so many have been sent, taken or not.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<T> {
        while self.all().len() < count {
            self.arrived.notified().await;
        }
        self.all()
    }
}

#[derive(Default)]
pub(crate) struct FakeQueues(pub Sent<(QueueArn, QueueMessage), DeliveryError>);

#[async_trait]
impl QueueService for FakeQueues {
    async fn describe(&self, _: &QueueArn) -> Result<Option<QueueDescription>, DeliveryError> {
        Ok(None)
    }

    async fn send(&self, queue: &QueueArn, message: QueueMessage) -> Result<(), DeliveryError> {
        self.0.take((queue.clone(), message))
    }

    async fn receive(&self, _: &QueueArn, _: Receive) -> Result<Vec<QueueDelivery>, DeliveryError> {
        Ok(Vec::new())
    }

    async fn delete(&self, _: &QueueArn, _: &[String]) -> Result<(), DeliveryError> {
        Ok(())
    }

    async fn hide(&self, _: &QueueArn, _: &[String], _: Duration) -> Result<(), DeliveryError> {
        Ok(())
    }
}

#[derive(Default)]
pub(crate) struct FakeFunctions {
    pub sent: Sent<(QualifiedFunctionArn, FunctionEvent), DeliveryError>,
    pub denied: Mutex<bool>,
}

#[async_trait]
impl FunctionService for FakeFunctions {
    async fn permits(&self, _: &QualifiedFunctionArn, _: &Origin) -> Result<bool, DeliveryError> {
        Ok(!*self.denied.lock().unwrap())
    }

    async fn send(&self, function: &QualifiedFunctionArn, event: FunctionEvent) -> Result<(), DeliveryError> {
        self.sent.take((function.clone(), event))
    }

    async fn call(
        &self,
        _: &QualifiedFunctionArn,
        _: FunctionCall,
    ) -> Result<FunctionAnswer, FunctionCallError> {
        Err(FunctionCallError::NoFunction)
    }
}

/// The error is the status of the answer; 0: there is none.
#[derive(Default)]
pub(crate) struct FakeHttp(pub Sent<(HttpRequest, Duration), u16>, Mutex<Option<Instant>>);

#[async_trait]
impl HttpPost for FakeHttp {
    async fn post(&self, request: HttpRequest) -> Result<u16, HttpFailure> {
        let first = *self.1.lock().unwrap().get_or_insert_with(Instant::now);
        match self.0.take((request, first.elapsed())) {
            Ok(()) => Ok(200),
            Err(0) => Err(HttpFailure("nobody answers".to_owned())),
            Err(status) => Ok(status),
        }
    }
}

pub(crate) struct World {
    pub sns: Arc<Sns>,
    pub queues: Arc<FakeQueues>,
    pub functions: Arc<FakeFunctions>,
    pub http: Arc<FakeHttp>,
    _storage: Option<Storage>,
}

impl World {
    /// Whose time stands still.
    pub(crate) fn new() -> Self {
        let storage = Storage::in_memory().unwrap();
        let world = Self::over(storage.topics(), Arc::new(ManualClock::at(NOW)));
        Self { _storage: Some(storage), ..world }
    }

    /// Whose time is that of the runtime, which is paused.
    pub(crate) fn in_virtual_time() -> Self {
        let storage = Storage::in_memory().unwrap();
        let store = Arc::new(SteadyStore(storage.topics()));
        let world = Self::over(store, Arc::new(TokioClock(Instant::now())));
        Self { _storage: Some(storage), ..world }
    }

    pub(crate) fn over(store: Arc<dyn TopicStore>, clock: Arc<dyn Clock>) -> Self {
        let neighbours = Arc::new(Neighbours::default());
        let (queues, functions) = (Arc::new(FakeQueues::default()), Arc::new(FakeFunctions::default()));
        neighbours.connect_queues(&queues);
        neighbours.connect_functions(&functions);
        let http = Arc::new(FakeHttp::default());
        let sns = Sns::new(SnsOptions {
            store,
            neighbours,
            http: http.clone(),
            clock,
            random: Arc::new(SeededRandom::new(1)),
        });
        Self { sns, queues, functions, http, _storage: None }
    }

    /// Runs the deliveries for as long as the test of them takes.
    pub(crate) async fn running<T>(&self, test: impl Future<Output = T>) -> T {
        static KEY: OnceLock<Vec<u8>> = OnceLock::new();
        // It takes too long to make one for each test.
        let key = KEY.get_or_init(|| SigningKey::generate().unwrap()).clone();
        self.sns.store.keep_signing_key(key).await.unwrap();
        tokio::select! {
            () = self.sns.clone().run() => panic!("it never returns"),
            outcome = timeout(Duration::from_secs(40 * 24 * 60 * 60), test) => outcome.expect("in forty days"),
        }
    }

    /// Waits until nothing is on its way.
    pub(crate) async fn settled(&self) {
        while !self.sns.store.lanes().await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

pub(crate) fn map<V: From<&'static str>>(pairs: &[(&'static str, &'static str)]) -> BTreeMap<String, V> {
    pairs.iter().map(|&(name, value)| (name.to_owned(), value.into())).collect()
}
