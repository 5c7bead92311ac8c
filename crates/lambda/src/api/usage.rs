//! What functions have used. AWS has no operation for it, so it is a path of the server's own.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use hob_storage::{UsageRecord, UsageStore};
use hob_types::{Architecture, Clock, Day, FunctionName, InvocationSource, Version};
use hob_wire::{AwsError, Identity, ServerRoute};
use serde::Serialize;

use super::error::{invalid_usage_query, unreadable_usage};
use crate::UsageWriter;

/// How long an answer waits until the last invocations are in it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Answers `GET /_hob/usage?first=2026-11-01&last=2026-11-30`; without days, those of the current month in UTC.
pub struct UsageRoute {
    pub writer: Arc<UsageWriter>,
    pub store: Arc<dyn UsageStore>,
    pub clock: Arc<dyn Clock>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    first: Day,
    last: Day,
    records: Vec<Line>,
}

/// Sums of one function's version, source and day; milliseconds and MiB times milliseconds are exact.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Line {
    function_name: FunctionName,
    version: Version,
    architecture: Architecture,
    source: InvocationSource,
    day: Day,
    requests: u64,
    errors: u64,
    throttles: u64,
    billed_ms: u64,
    init_ms: u64,
    memory_mib_ms: u64,
    storage_mib_ms: u64,
}

#[async_trait]
impl ServerRoute for UsageRoute {
    fn path(&self) -> &'static str {
        "/_hob/usage"
    }

    async fn get(&self, identity: &Identity, query: &str) -> Result<Bytes, AwsError> {
        let (first, last) = self.period(query)?;
        if !self.writer.flush(PATIENCE).await {
            tracing::warn!("the newest invocations are not yet in what functions have used");
        }
        let Identity { account, region, .. } = identity;
        let records = self.store.usage(account, region, first, last).await.map_err(unreadable_usage)?;
        let answer = Answer { first, last, records: records.into_iter().map(Line::from).collect() };
        let json = serde_json::to_vec(&answer).map_err(unreadable_usage)?;
        Ok(json.into())
    }
}

impl UsageRoute {
    fn period(&self, query: &str) -> Result<(Day, Day), AwsError> {
        let today = Day::of(self.clock.now());
        let (mut first, mut last) = (today.first_of_month(), today.last_of_month());
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let day = || value.parse().map_err(|error| invalid_usage_query(format!("{name}: {error}")));
            match name {
                "first" => first = day()?,
                "last" => last = day()?,
                _ => return Err(invalid_usage_query(format!("{name} is no parameter of /_hob/usage"))),
            }
        }
        Ok((first, last))
    }
}

impl From<UsageRecord> for Line {
    fn from(UsageRecord { key, usage }: UsageRecord) -> Self {
        Self {
            function_name: key.function.name,
            version: key.version,
            architecture: key.architecture,
            source: key.source,
            day: key.day,
            requests: usage.requests,
            errors: usage.errors,
            throttles: usage.throttles,
            billed_ms: usage.billed_ms,
            init_ms: usage.init_ms,
            memory_mib_ms: usage.memory_mib_ms,
            storage_mib_ms: usage.storage_mib_ms,
        }
    }
}
