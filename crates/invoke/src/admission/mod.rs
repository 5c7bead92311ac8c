//! Which invocations may run, by AWS's limits: how many at once, how many per second, and how fast a function may grow.

mod account;
mod allotment;
mod running;
mod share;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use hob_types::{AccountId, FunctionArn, Region};
use tokio::sync::Notify;
use tokio::time::Instant;

use self::account::{Account, Part};
pub(crate) use self::allotment::Allotment;
pub(crate) use self::share::Share;
use crate::{InvokeError, ThrottleReason};
use hob_types::Rate;

/// Requests per second for each invocation that may run at once, whether unreserved, reserved or provisioned. Source:
/// Lambda guide, "Lambda quotas".
const REQUESTS_PER_CONCURRENCY: u32 = 10;

/// The limits of all accounts and functions, for all shards.
pub(crate) struct Admission {
    /// Of each account in each region.
    limit: u32,
    began: Instant,
    accounts: RwLock<Accounts>,
    closed: AtomicBool,
    /// Told when the last invocation of a closed server is answered.
    drained: Notify,
    admitted: AtomicU64,
    throttled: AtomicU64,
}

#[derive(Default)]
struct Accounts {
    accounts: HashMap<(AccountId, Region), Arc<Account>>,
    shares: HashMap<FunctionArn, Arc<Share>>,
}

/// One running invocation; it is counted until this is dropped.
pub(crate) struct Permit {
    admission: Arc<Admission>,
    share: Arc<Share>,
    part: Part,
    /// What it takes from, if that is provisioned.
    allotment: Option<Arc<Allotment>>,
}

impl Admission {
    pub(crate) fn new(limit: u32) -> Self {
        Self {
            limit,
            began: Instant::now(),
            accounts: RwLock::default(),
            closed: AtomicBool::new(false),
            drained: Notify::new(),
            admitted: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
        }
    }

    /// What a function may use; to be kept by those who ask often.
    pub(crate) fn share(&self, function: &FunctionArn) -> Arc<Share> {
        let known = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = known.shares.get(function) {
            return Arc::clone(share);
        }
        drop(known);
        self.accounts.write().unwrap_or_else(PoisonError::into_inner).share(function, self.limit)
    }

    pub(crate) fn reserve(&self, function: &FunctionArn, reserved: Option<u32>) {
        let mut accounts = self.accounts.write().unwrap_or_else(PoisonError::into_inner);
        if reserved.is_some() || accounts.shares.contains_key(function) {
            // Under the lock, so that of two at once the second finds what the first has left.
            accounts.share(function, self.limit).reserve(reserved);
        }
    }

    /// The function's versions together have so many environments provisioned.
    pub(crate) fn provision(&self, function: &FunctionArn, provisioned: u32) {
        let mut accounts = self.accounts.write().unwrap_or_else(PoisonError::into_inner);
        if provisioned > 0 || accounts.shares.contains_key(function) {
            accounts.share(function, self.limit).provision(provisioned);
        }
    }

    /// The function is gone. What it has running is counted to its end.
    pub(crate) fn forget(&self, function: &FunctionArn) {
        let mut accounts = self.accounts.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = accounts.shares.remove(function) {
            share.clear();
        }
    }

    /// `allotment`: what the function's version has provisioned.
    pub(crate) fn admit(
        self: &Arc<Self>,
        share: &Arc<Share>,
        allotment: &Arc<Allotment>,
    ) -> Result<Permit, InvokeError> {
        let entered = share.enter(self.began.elapsed(), allotment);
        let part = entered.map_err(|reason| self.throttle(share, reason))?;
        let allotment = (part == Part::Provisioned).then(|| Arc::clone(allotment));
        let permit = Permit { admission: Arc::clone(self), share: Arc::clone(share), part, allotment };
        // Counted first and looked at then, so that a shutdown either sees this one or is seen by it.
        if self.closed.load(Ordering::SeqCst) {
            return Err(InvokeError::Service("The server is shutting down.".to_owned()));
        }
        self.admitted.fetch_add(1, Ordering::Relaxed);
        Ok(permit)
    }

    /// Whether a function may have one more environment now.
    pub(crate) fn scale(&self, share: &Share) -> Result<(), InvokeError> {
        if share.scale(self.began.elapsed()) {
            return Ok(());
        }
        // Which reason AWS gives is not recorded.
        Err(self.throttle(share, ThrottleReason::ConcurrentInvocationLimitExceeded))
    }

    pub(crate) fn throttle(&self, share: &Share, reason: ThrottleReason) -> InvokeError {
        self.throttled.fetch_add(1, Ordering::Relaxed);
        share.count_throttle();
        InvokeError::Throttled(reason)
    }

    /// Admits nothing more, and returns when nothing runs any more.
    pub(crate) async fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        loop {
            let drained = self.drained.notified();
            if self.running() == 0 {
                return;
            }
            drained.await;
        }
    }

    /// Over all accounts.
    pub(crate) fn running(&self) -> u32 {
        let known = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        known.accounts.values().map(|account| account.running().all).sum()
    }

    pub(crate) fn admitted(&self) -> u64 {
        self.admitted.load(Ordering::Relaxed)
    }

    pub(crate) fn throttled(&self) -> u64 {
        self.throttled.load(Ordering::Relaxed)
    }

    /// Every function that was invoked, or has a reservation or something provisioned.
    pub(crate) fn shares(&self) -> Vec<(FunctionArn, Arc<Share>)> {
        let known = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        known.shares.iter().map(|(function, share)| (function.clone(), Arc::clone(share))).collect()
    }
}

impl Accounts {
    fn share(&mut self, function: &FunctionArn, limit: u32) -> Arc<Share> {
        if let Some(share) = self.shares.get(function) {
            return Arc::clone(share);
        }
        let key = (function.account.clone(), function.region.clone());
        let account = self.accounts.entry(key).or_insert_with(|| Arc::new(Account::new(limit)));
        let share = Arc::new(Share::new(Arc::clone(account)));
        self.shares.insert(function.clone(), Arc::clone(&share));
        share
    }
}

fn requests(concurrency: u32) -> Rate {
    Rate { size: concurrency.saturating_mul(REQUESTS_PER_CONCURRENCY), refill: Duration::from_secs(1) }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.share.leave(self.part);
        if let Some(allotment) = &self.allotment {
            allotment.leave();
        }
        if self.admission.closed.load(Ordering::SeqCst) && self.admission.running() == 0 {
            self.admission.drained.notify_waiters();
        }
    }
}
