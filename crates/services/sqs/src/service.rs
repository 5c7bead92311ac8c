use std::sync::Arc;

use hob_storage::QueueStore;
use hob_types::{Clock, QueueArn, Random, Timestamp};
use tokio::sync::{Mutex, Notify, OnceCell};

use crate::SqsError;
use crate::handle::Handles;
use crate::queue::Queue;
use crate::registry::Registry;

/// The queues of all accounts and regions: the rules of SQS over a store.
pub struct Queues {
    pub(crate) store: Arc<dyn QueueStore>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    /// Held by whoever changes a queue, so that nothing changes between what a rule looks at and what it does.
    pub(crate) changes: Mutex<()>,
    /// There is a move task to be worked on.
    pub(crate) moves: Notify,
    handles: OnceCell<Handles>,
}

impl Queues {
    pub fn new(store: Arc<dyn QueueStore>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Arc<Self> {
        let registry = Arc::new(Registry::new(clock.clone()));
        store.listen(registry.clone());
        Arc::new(Self {
            store,
            registry,
            clock,
            random,
            changes: Mutex::default(),
            moves: Notify::new(),
            handles: OnceCell::new(),
        })
    }

    /// Reads what the store has. Otherwise the first request does, and waits for it.
    pub async fn restore(&self) -> Result<(), SqsError> {
        self.handles().await.map(|_| ())
    }

    pub(crate) async fn handles(&self) -> Result<&Handles, SqsError> {
        self.handles
            .get_or_try_init(|| async {
                let key = self.store.handle_key(self.random.array()).await?;
                self.store.queues().await?.into_iter().for_each(|queue| self.registry.put(queue));
                Ok(Handles::new(&key))
            })
            .await
    }

    pub(crate) async fn queue(&self, queue: &QueueArn) -> Result<Arc<Queue>, SqsError> {
        self.handles().await?;
        self.registry.get(queue).ok_or(SqsError::NoQueue)
    }

    /// Ends all waiting for messages, so that a server that ends need not wait for it.
    pub fn close(&self) {
        self.registry.all().iter().for_each(|queue| queue.line.close());
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A UUID.
    pub(crate) fn new_message_id(&self) -> String {
        uuid::Builder::from_random_bytes(self.random.array()).into_uuid().to_string()
    }

    /// What goes on beside the requests, for as long as it is polled. Dropping it loses nothing.
    pub async fn run(self: Arc<Self>) {
        tokio::join!(self.sweep(), self.clone().work_on_moves());
    }
}
