//! Reserved concurrency: what a function may use of its account's concurrency, and nobody else.

use std::collections::HashSet;
use std::sync::PoisonError;

use hob_storage::{Changed, CodeUsage, FunctionChange, FunctionRecord, StorageError};
use hob_types::FunctionArn;
use tokio::sync::MutexGuard;

use super::functions::Functions;
use super::target::Target;

/// What always stays for the functions that have reserved nothing. Source: Lambda guide, "Reserved concurrency".
const UNRESERVED_MIN: u32 = 100;

#[derive(Debug, thiserror::Error)]
pub(crate) enum ReserveConcurrencyError {
    /// As Hob names it: without a qualifier.
    #[error("{0} does not exist")]
    NotFound(FunctionArn),
    #[error("versions and aliases reserve nothing")]
    Qualified,
    #[error("{provisioned} are provisioned of the function")]
    BelowProvisioned { reserved: u32, provisioned: u32 },
    #[error("less than {unreserved_min} would stay unreserved")]
    TooMuch { unreserved_min: u32 },
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// An account's concurrency in a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AccountConcurrency {
    pub(crate) limit: u32,
    pub(crate) unreserved: u32,
}

impl Functions {
    /// Holds for invocations from now on, and is durable, when this returns. `None` gives back what was reserved.
    pub(crate) async fn reserve(
        &self,
        target: &Target,
        reserved: Option<u32>,
    ) -> Result<(), ReserveConcurrencyError> {
        check_unqualified(target)?;
        let unreserved_min = self.unreserved_min();
        let change = self.reserving(&target.function).await;
        loop {
            let function = self.store.get(&target.function).await?;
            let function =
                function.ok_or_else(|| ReserveConcurrencyError::NotFound(target.function.clone()))?;
            check_provisioned(&function, reserved)?;
            let function = FunctionRecord { reserved_concurrency: reserved, ..function };
            let concurrency_max = Some(u64::from(self.limits.concurrency - unreserved_min));
            let wanted = FunctionChange { concurrency_max, ..FunctionChange::of(function) };
            match self.store.change(wanted).await? {
                Changed::Done => {
                    change.end(reserved);
                    return Ok(());
                }
                Changed::Stale => {}
                Changed::ConcurrencyExceeded => {
                    return Err(ReserveConcurrencyError::TooMuch { unreserved_min });
                }
            }
        }
    }

    /// One change of a reservation at a time, so that the store and the invoker come to the same end.
    pub(crate) async fn reserving<'a>(&'a self, function: &'a FunctionArn) -> Change<'a> {
        let one_at_a_time = self.reserving.lock().await;
        self.unsettled_reservations().insert(function.clone());
        Change { functions: self, function, _one_at_a_time: one_at_a_time }
    }

    /// Tells the invoker how changes ended whose callers went away meanwhile.
    pub(crate) async fn settle_reservations(&self) -> Result<(), StorageError> {
        let unsettled: Vec<_> = self.unsettled_reservations().iter().cloned().collect();
        for function in unsettled {
            let change = self.reserving(&function).await;
            let reserved =
                self.store.get(&function).await?.and_then(|function| function.reserved_concurrency);
            change.end(reserved);
        }
        Ok(())
    }

    fn unsettled_reservations(&self) -> std::sync::MutexGuard<'_, HashSet<FunctionArn>> {
        self.unsettled_reservations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn reserved(&self, target: &Target) -> Result<Option<u32>, ReserveConcurrencyError> {
        check_unqualified(target)?;
        match self.store.get(&target.function).await? {
            Some(function) => Ok(function.reserved_concurrency),
            None => Err(ReserveConcurrencyError::NotFound(target.function.clone())),
        }
    }

    /// Tells the invoker what was reserved before the server started.
    pub(crate) async fn restore_reservations(&self) -> Result<(), StorageError> {
        for (function, reserved) in self.store.reservations().await? {
            self.invoker.reserve(&function, Some(reserved));
        }
        Ok(())
    }

    pub(crate) fn unreserved_min(&self) -> u32 {
        unreserved_min(self.limits.concurrency)
    }

    /// Of an account that holds this in a region.
    pub(crate) fn account_concurrency(&self, usage: CodeUsage) -> AccountConcurrency {
        let reserved = u32::try_from(usage.claimed_concurrency).unwrap_or(u32::MAX);
        let limit = self.limits.concurrency;
        AccountConcurrency { limit, unreserved: limit.saturating_sub(reserved) }
    }
}

/// A change of a function's reservation in the store. Where it does not [end](Self::end),
/// because it failed or because nobody waits for it any more, the invoker is told later what the store has.
pub(crate) struct Change<'a> {
    functions: &'a Functions,
    function: &'a FunctionArn,
    _one_at_a_time: MutexGuard<'a, ()>,
}

impl Change<'_> {
    pub(crate) fn end(self, reserved: Option<u32>) {
        self.functions.invoker.reserve(self.function, reserved);
        self.functions.unsettled_reservations().remove(self.function);
    }
}

fn check_unqualified(target: &Target) -> Result<(), ReserveConcurrencyError> {
    match target.qualifier {
        None => Ok(()),
        Some(_) => Err(ReserveConcurrencyError::Qualified),
    }
}

/// What is provisioned is a part of what is reserved.
fn check_provisioned(
    function: &FunctionRecord,
    reserved: Option<u32>,
) -> Result<(), ReserveConcurrencyError> {
    let provisioned = function.provisioned_concurrency;
    match reserved {
        Some(reserved) if reserved < provisioned => {
            Err(ReserveConcurrencyError::BelowProvisioned { reserved, provisioned })
        }
        _ => Ok(()),
    }
}

/// An account of AWS has a limit of 1000 or more; where there is less, a tenth of it stays unreserved.
fn unreserved_min(limit: u32) -> u32 {
    UNRESERVED_MIN.min(limit / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_stays_unreserved_or_a_tenth_of_a_small_limit() {
        assert_eq!([0, 9, 10, 1000, 5000].map(unreserved_min), [0, 0, 1, 100, 100]);
    }
}
