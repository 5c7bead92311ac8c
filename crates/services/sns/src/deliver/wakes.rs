use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hob_types::SubscriptionArn;
use tokio::sync::Notify;

/// The subscriptions that something was stored for since somebody last looked. Lost in a crash, after which all that
/// is stored is looked at.
#[derive(Default)]
pub(crate) struct Wakes {
    woken: Mutex<BTreeSet<SubscriptionArn>>,
    notify: Notify,
}

impl Wakes {
    pub(crate) fn wake(&self, subscriptions: impl IntoIterator<Item = SubscriptionArn>) {
        self.woken().extend(subscriptions);
        self.notify.notify_one();
    }

    /// Waits until there is one.
    pub(super) async fn next(&self) -> BTreeSet<SubscriptionArn> {
        loop {
            let woken = std::mem::take(&mut *self.woken());
            if !woken.is_empty() {
                return woken;
            }
            self.notify.notified().await;
        }
    }

    fn woken(&self) -> MutexGuard<'_, BTreeSet<SubscriptionArn>> {
        self.woken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
