use std::sync::Arc;

use hob_delivery::Neighbours;
use hob_storage::TopicStore;
use hob_types::{Clock, Random, RequestId, Timestamp};

use crate::deliver::{HttpPost, Wakes};
use crate::signature::Signatures;

/// What SNS is given.
pub struct SnsOptions {
    pub store: Arc<dyn TopicStore>,
    pub neighbours: Arc<Neighbours>,
    /// How endpoints of HTTP and HTTPS are reached.
    pub http: Arc<dyn HttpPost>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

/// The rules of SNS over a store.
pub struct Sns {
    pub(crate) store: Arc<dyn TopicStore>,
    pub(crate) neighbours: Arc<Neighbours>,
    pub(crate) http: Arc<dyn HttpPost>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) signatures: Signatures,
    /// Whom something was stored for.
    pub(crate) wakes: Wakes,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Sns {
    pub fn new(options: SnsOptions) -> Arc<Self> {
        let SnsOptions { store, neighbours, http, clock, random } = options;
        let signatures = Signatures::new(store.clone());
        Arc::new(Self { store, neighbours, http, random, signatures, wakes: Wakes::default(), clock })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A UUID.
    pub(crate) fn new_message_id(&self) -> String {
        RequestId::random(self.random.as_ref()).to_string()
    }
}
