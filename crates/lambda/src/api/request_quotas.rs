use std::sync::Arc;

use hob_types::Clock;
use hob_wire::schema::Model;
use hob_wire::{Call, Exchange, Service};

use super::error::rate_exceeded;
use crate::request_counts::{RequestCounts, RequestKind};

/// Whose limits on the number of API requests hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestQuotas {
    /// Any number may come.
    Off,
    /// For each account and region 100 GetFunction, 15 GetPolicy and 15 others a second, as on AWS. Invocations are
    /// not counted: what limits them is their concurrency.
    Aws,
}

impl RequestQuotas {
    /// Puts them in front of the Lambda service.
    pub fn around<S: Service>(self, service: S, clock: Arc<dyn Clock>) -> impl Service + use<S> {
        let counts = (self == Self::Aws).then(|| RequestCounts::new(clock));
        Counted { service, counts }
    }
}

struct Counted<S> {
    service: S,
    counts: Option<RequestCounts>,
}

impl<S: Service> Counted<S> {
    fn admits(&self, exchange: &Exchange<'_>) -> bool {
        match (&self.counts, kind(exchange.operation.route.name)) {
            (Some(counts), Some(kind)) => {
                counts.admit(&exchange.context.account, &exchange.context.region, kind)
            }
            _ => true,
        }
    }
}

impl<S: Service> Service for Counted<S> {
    fn model(&self) -> &'static Model {
        self.service.model()
    }

    fn call<'a>(&'a self, exchange: Exchange<'a>) -> Call<'a> {
        match self.admits(&exchange) {
            true => self.service.call(exchange),
            false => Box::pin(async { Err(rate_exceeded()) }),
        }
    }
}

/// `None`: it invokes.
fn kind(operation: &str) -> Option<RequestKind> {
    match operation {
        "Invoke" | "InvokeAsync" | "InvokeWithResponseStream" => None,
        "GetFunction" => Some(RequestKind::GetFunction),
        "GetPolicy" => Some(RequestKind::GetPolicy),
        _ => Some(RequestKind::Other),
    }
}
