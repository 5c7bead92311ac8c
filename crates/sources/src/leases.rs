use std::sync::Arc;
use std::time::Duration;

use hob_storage::LeaseStore;
use hob_types::{Clock, EventSourceMappingId, Random, RequestId};

/// How long a server that died without another word keeps others from its mappings.
const TERM: Duration = Duration::from_secs(60);

/// How often a lease is renewed.
pub(crate) const RENEWAL: Duration = Duration::from_secs(20);

/// What lets this server alone poll for a mapping.
pub(crate) struct Leases {
    store: Arc<dyn LeaseStore>,
    clock: Arc<dyn Clock>,
    /// This server, for as long as it runs.
    holder: String,
}

impl Leases {
    pub(crate) fn new(store: Arc<dyn LeaseStore>, clock: Arc<dyn Clock>, random: &dyn Random) -> Self {
        Self { store, clock, holder: RequestId::random(random).to_string() }
    }

    /// Takes or renews. Without an answer of the store nobody polls.
    pub(crate) async fn acquire(&self, mapping: EventSourceMappingId) -> bool {
        let now = self.clock.now();
        match self.store.acquire(&name(mapping), &self.holder, now, now + TERM).await {
            Ok(acquired) => acquired,
            Err(error) => {
                tracing::error!(%mapping, %error, "the lease of an event source mapping cannot be taken");
                false
            }
        }
    }

    pub(crate) async fn release(&self, mapping: EventSourceMappingId) {
        if let Err(error) = self.store.release(&name(mapping), &self.holder).await {
            tracing::warn!(%mapping, %error, "the lease of an event source mapping cannot be released; it will expire");
        }
    }
}

fn name(mapping: EventSourceMappingId) -> String {
    format!("event-source-mapping/{mapping}")
}
