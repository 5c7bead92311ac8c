//! How often an account may call the API of one region. Source: Lambda guide, "Lambda quotas", API requests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hob_types::{AccountId, Bucket, Clock, Rate, Region, Timestamp};

/// How many accounts and regions are remembered before those are forgotten that have not called lately.
const REMEMBERED_MAX: usize = 1024;

/// Operations that are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestKind {
    GetFunction,
    GetPolicy,
    /// Every other one but those that invoke, whose limits are concurrency's.
    Other,
}

/// What the accounts have called in the last second.
pub(crate) struct RequestCounts {
    clock: Arc<dyn Clock>,
    accounts: Mutex<HashMap<(AccountId, Region), Buckets>>,
}

#[derive(Default)]
struct Buckets {
    get_function: Bucket,
    get_policy: Bucket,
    other: Bucket,
}

impl RequestKind {
    /// A second's requests may come at once; AWS does not say how many may.
    fn rate(self) -> Rate {
        let size = match self {
            Self::GetFunction => 100,
            Self::GetPolicy | Self::Other => 15,
        };
        Rate { size, refill: Duration::from_secs(1) }
    }
}

impl RequestCounts {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, accounts: Mutex::default() }
    }

    /// Counts one more, if it may come.
    pub(crate) fn admit(&self, account: &AccountId, region: &Region, kind: RequestKind) -> bool {
        let now = self.clock.now().since(Timestamp::EPOCH);
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.len() >= REMEMBERED_MAX {
            accounts.retain(|_, buckets| !buckets.are_full(now));
        }
        let buckets = accounts.entry((account.clone(), region.clone())).or_default();
        buckets.of(kind).take(now, kind.rate())
    }
}

impl Buckets {
    fn of(&self, kind: RequestKind) -> &Bucket {
        match kind {
            RequestKind::GetFunction => &self.get_function,
            RequestKind::GetPolicy => &self.get_policy,
            RequestKind::Other => &self.other,
        }
    }

    fn are_full(&self, now: Duration) -> bool {
        [&self.get_function, &self.get_policy, &self.other].into_iter().all(|bucket| bucket.is_full(now))
    }
}

#[cfg(test)]
mod tests {
    use hob_types::ManualClock;

    use super::*;

    fn counts() -> (Arc<ManualClock>, RequestCounts) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_767_323_045_678)));
        (clock.clone(), RequestCounts::new(clock))
    }

    fn admitted(counts: &RequestCounts, account: u32, kind: RequestKind) -> usize {
        let account = format!("{account:012}").parse().unwrap();
        (0..1000).filter(|_| counts.admit(&account, &Region::local(), kind)).count()
    }

    #[test]
    fn each_kind_and_each_account_has_its_own_quota() {
        let (_, counts) = counts();
        for account in 0..2 {
            let admitted = |kind| admitted(&counts, account, kind);
            assert_eq!(admitted(RequestKind::GetFunction), 100);
            assert_eq!(admitted(RequestKind::GetPolicy), 15);
            assert_eq!(admitted(RequestKind::Other), 15);
        }
        let elsewhere = "eu-west-1".parse().unwrap();
        assert!(counts.admit(&AccountId::local(), &elsewhere, RequestKind::Other));
    }

    #[test]
    fn requests_may_come_again_as_time_goes_by() {
        let (clock, counts) = counts();
        admitted(&counts, 0, RequestKind::Other);
        clock.advance(Duration::from_millis(200));
        assert_eq!(admitted(&counts, 0, RequestKind::Other), 3);
        clock.advance(Duration::from_secs(60));
        assert_eq!(admitted(&counts, 0, RequestKind::Other), 15);
    }

    #[test]
    fn accounts_that_call_no_more_are_forgotten() {
        let (clock, counts) = counts();
        for account in 0..1024 {
            admitted(&counts, account, RequestKind::Other);
        }
        clock.advance(Duration::from_secs(1));
        admitted(&counts, 5000, RequestKind::Other);
        assert_eq!(counts.accounts.lock().unwrap().len(), 1);
    }
}
