//! One function's share of its account's concurrency.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use hob_types::{Bucket, Rate};

use super::account::{Account, Part};
use super::allotment::Allotment;
use super::requests;
use super::running::{Running, RunningCounter};
use crate::ThrottleReason;

/// How many new environments one function may get at once, and how soon it may get as many again. Source: Lambda
/// guide, "Lambda scaling behavior".
const SCALING: Rate = Rate { size: 1000, refill: Duration::from_secs(10) };

/// All versions of one function. What is counted here is counted for its account as well.
#[derive(Debug)]
pub(crate) struct Share {
    account: Arc<Account>,
    reserved: AtomicU64,
    /// Of all versions together.
    provisioned: AtomicU32,
    running: RunningCounter,
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
            provisioned: AtomicU32::new(0),
            running: RunningCounter::default(),
            requests: Bucket::default(),
            scaling: Bucket::default(),
            throttles: AtomicU64::new(0),
            evictions: AtomicU64::new(0),
        }
    }

    pub(crate) fn reserved(&self) -> Option<u32> {
        u32::try_from(self.reserved.load(Ordering::SeqCst)).ok()
    }

    /// Environments, of all versions together.
    pub(super) fn provisioned(&self) -> u32 {
        self.provisioned.load(Ordering::SeqCst)
    }

    /// What runs goes on, and is counted where it was. Of two changes at once the second must find what the first has
    /// left.
    pub(super) fn reserve(&self, reserved: Option<u32>) {
        self.change(|| self.reserved.store(reserved.map_or(NONE, u64::from), Ordering::SeqCst));
    }

    /// Likewise.
    pub(super) fn provision(&self, provisioned: u32) {
        self.change(|| self.provisioned.store(provisioned, Ordering::SeqCst));
    }

    /// The function is gone.
    pub(super) fn clear(&self) {
        self.change(|| {
            self.reserved.store(NONE, Ordering::SeqCst);
            self.provisioned.store(0, Ordering::SeqCst);
        });
    }

    fn change(&self, change: impl FnOnce()) {
        let before = self.set_aside();
        change();
        self.account.set_aside(before, self.set_aside());
    }

    /// Of the account's concurrency. What is provisioned is a part of what is reserved.
    pub(super) fn set_aside(&self) -> u32 {
        self.reserved().unwrap_or_else(|| self.provisioned())
    }

    pub(crate) fn running(&self) -> u32 {
        self.running.get().all
    }

    /// What a reservation lets run: of it, outside of what versions have provisioned.
    fn limits(&self, reserved: Option<u32>) -> Running {
        let provisioned = self.provisioned();
        let limits = |reserved: u32| Running { all: reserved, open: reserved.saturating_sub(provisioned) };
        reserved.map_or(Running { all: u32::MAX, open: u32::MAX }, limits)
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

    /// Counts one more invocation, or says which limit is in its way. What its version has provisioned goes first.
    pub(super) fn enter(&self, now: Duration, allotment: &Allotment) -> Result<Part, ThrottleReason> {
        let reserved = self.reserved();
        let part = match reserved {
            _ if allotment.enter(now) => Part::Provisioned,
            Some(_) => Part::Reserved,
            None => Part::Unreserved,
        };
        let entered = self.enter_part(now, part, reserved);
        if entered.is_err() && part == Part::Provisioned {
            allotment.leave();
        }
        entered.map(|()| part)
    }

    fn enter_part(&self, now: Duration, part: Part, reserved: Option<u32>) -> Result<(), ThrottleReason> {
        let limits = self.limits(reserved);
        if !self.running.enter(part != Part::Provisioned, limits) {
            return Err(ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded);
        }
        if !self.account.enter(part) {
            self.running.leave(part != Part::Provisioned);
            return Err(ThrottleReason::ConcurrentInvocationLimitExceeded);
        }
        let too_fast = match part {
            // Its allotment has looked.
            Part::Provisioned => None,
            Part::Reserved => (!self.requests.take(now, requests(limits.open)))
                .then_some(ThrottleReason::ReservedFunctionInvocationRateLimitExceeded),
            Part::Unreserved => (!self.account.requests.take(now, requests(self.account.unreserved())))
                .then_some(ThrottleReason::FunctionInvocationRateLimitExceeded),
        };
        match too_fast {
            Some(reason) => {
                self.leave(part);
                Err(reason)
            }
            None => Ok(()),
        }
    }

    pub(super) fn leave(&self, part: Part) {
        self.account.leave(part);
        self.running.leave(part != Part::Provisioned);
    }

    /// Counts one more environment, if the function may have it already.
    pub(super) fn scale(&self, now: Duration) -> bool {
        self.scaling.take(now, SCALING)
    }
}
