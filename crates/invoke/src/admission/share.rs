//! One function's share of its account's concurrency.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use hob_types::{Bucket, Rate};

use super::account::{Account, Part};
use crate::ThrottleReason;

/// Requests per second for each invocation that may run at once. Source: Lambda guide, "Lambda quotas".
const REQUESTS_PER_CONCURRENCY: u32 = 10;

/// How many new environments one function may get at once, and how soon it may get as many again. Source: Lambda
/// guide, "Lambda scaling behavior".
const SCALING: Rate = Rate { size: 1000, refill: Duration::from_secs(10) };

/// All versions of one function. What is counted here is counted for its account as well.
#[derive(Debug)]
pub(crate) struct Share {
    account: Arc<Account>,
    reserved: AtomicU64,
    running: AtomicU32,
    requests: Bucket,
    scaling: Bucket,
    throttles: AtomicU64,
    evictions: AtomicU64,
}

/// In place of a number: nothing is reserved.
const NONE: u64 = u64::MAX;

impl Share {
    pub(super) fn new(account: Arc<Account>) -> Self {
        Self {
            account,
            reserved: AtomicU64::new(NONE),
            running: AtomicU32::new(0),
            requests: Bucket::default(),
            scaling: Bucket::default(),
            throttles: AtomicU64::new(0),
            evictions: AtomicU64::new(0),
        }
    }

    pub(crate) fn reserved(&self) -> Option<u32> {
        u32::try_from(self.reserved.load(Ordering::SeqCst)).ok()
    }

    /// What runs goes on, and is counted where it was.
    pub(super) fn reserve(&self, reserved: Option<u32>) {
        let before = self.reserved.swap(reserved.map_or(NONE, u64::from), Ordering::SeqCst);
        self.account.reserve(u32::try_from(before).unwrap_or(0), reserved.unwrap_or(0));
    }

    pub(crate) fn running(&self) -> u32 {
        self.running.load(Ordering::SeqCst)
    }

    /// Invocations that were refused at a limit.
    pub(crate) fn throttles(&self) -> u64 {
        self.throttles.load(Ordering::Relaxed)
    }

    pub(crate) fn count_throttle(&self) {
        self.throttles.fetch_add(1, Ordering::Relaxed);
    }

    /// Idle environments that were ended because another function needed their room.
    pub(crate) fn evictions(&self) -> u64 {
        self.evictions.load(Ordering::Relaxed)
    }

    pub(crate) fn count_eviction(&self) {
        self.evictions.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts one more invocation, or says which limit is in its way.
    pub(super) fn enter(&self, now: Duration) -> Result<Part, ThrottleReason> {
        let reserved = self.reserved();
        let one_more = |running| (running < reserved.unwrap_or(u32::MAX)).then(|| running + 1);
        if self.running.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_more).is_err() {
            return Err(ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded);
        }
        let part = reserved.map_or(Part::Unreserved, |_| Part::Reserved);
        if !self.account.enter(part) {
            self.running.fetch_sub(1, Ordering::SeqCst);
            return Err(ThrottleReason::ConcurrentInvocationLimitExceeded);
        }
        let within_rate = match reserved {
            Some(reserved) => self.requests.take(now, requests(reserved)),
            None => self.account.requests.take(now, requests(self.account.unreserved())),
        };
        if !within_rate {
            self.leave(part);
            return Err(match part {
                Part::Reserved => ThrottleReason::ReservedFunctionInvocationRateLimitExceeded,
                Part::Unreserved => ThrottleReason::FunctionInvocationRateLimitExceeded,
            });
        }
        Ok(part)
    }

    pub(super) fn leave(&self, part: Part) {
        self.account.leave(part);
        self.running.fetch_sub(1, Ordering::SeqCst);
    }

    /// Counts one more environment, if the function may have it already.
    pub(super) fn scale(&self, now: Duration) -> bool {
        self.scaling.take(now, SCALING)
    }
}

fn requests(concurrency: u32) -> Rate {
    Rate { size: concurrency.saturating_mul(REQUESTS_PER_CONCURRENCY), refill: Duration::from_secs(1) }
}
