//! What the server is doing. AWS has no operation for it, so it is a path of the server's own.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use hob_invoke::{AheadKind, Engine, FunctionStatistics, KindStatistics, ProvisionedStatistics};
use hob_wire::{AwsError, Identity, ServerRoute};
use serde_json::{Value, json};

/// Answers `GET /_hob/statistics`: of the whole server, and of the caller's functions.
pub(super) struct StatisticsRoute(pub(super) Arc<Engine>);

#[async_trait]
impl ServerRoute for StatisticsRoute {
    fn path(&self) -> &'static str {
        "/_hob/statistics"
    }

    async fn get(&self, identity: &Identity, _query: &str) -> Result<Bytes, AwsError> {
        let functions = self.0.functions().into_iter().filter(|statistics| {
            statistics.function.account == identity.account && statistics.function.region == identity.region
        });
        let statistics = self.0.statistics();
        let ahead = self.0.ahead();
        let answer = json!({
            "Environments": statistics.environments,
            "Idle": statistics.idle,
            "Frozen": statistics.frozen,
            "Provisioned": provisioned(statistics.provisioned),
            "Running": statistics.running,
            "ConcurrencyLimit": statistics.concurrency_limit,
            "Invocations": statistics.invocations,
            "ColdStarts": statistics.cold_starts,
            "Throttles": statistics.throttles,
            "Evictions": statistics.evictions,
            "MemoryClaimed": statistics.memory_claimed,
            "MemoryLimit": statistics.memory_limit,
            "Functions": functions.map(function).collect::<Vec<_>>(),
            "Ahead": ahead.kinds.into_iter().map(kind).collect::<Vec<_>>(),
            "Snapshots": ahead.snapshots,
        });
        Ok(answer.to_string().into())
    }
}

fn function(statistics: FunctionStatistics) -> Value {
    json!({
        "FunctionName": statistics.function.name.as_str(),
        "Environments": statistics.environments,
        "Idle": statistics.idle,
        "Running": statistics.running,
        "Waiting": statistics.waiting,
        "ReservedConcurrentExecutions": statistics.reserved,
        "Provisioned": provisioned(statistics.provisioned),
        "Throttles": statistics.throttles,
        "Evictions": statistics.evictions,
    })
}

fn provisioned(statistics: ProvisionedStatistics) -> Value {
    json!({
        "Requested": statistics.requested,
        "Allocated": statistics.allocated,
        "Available": statistics.available,
        "Invocations": statistics.invocations,
        "Spillovers": statistics.spillovers,
    })
}

fn kind(statistics: KindStatistics) -> Value {
    json!({
        "Kind": match statistics.kind {
            AheadKind::Sandbox => "Sandbox",
            AheadKind::Copy => "Copy",
            AheadKind::Boot => "Boot",
        },
        "Runtimes": statistics.runtimes,
        "Ready": statistics.ready,
        "Target": statistics.target,
        "Memory": statistics.memory,
        "Hits": statistics.hits,
        "Misses": statistics.misses,
        "Forks": statistics.forks,
        "Zygote": statistics.zygote,
    })
}
