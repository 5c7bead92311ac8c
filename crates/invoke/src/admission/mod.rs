//! How many invocations may run at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use tokio::sync::Notify;

use crate::{InvokeError, ThrottleReason};

/// Counts running invocations over all functions and shards.
pub(crate) struct Admission {
    limit: u32,
    running: AtomicU32,
    closed: AtomicBool,
    /// Told when the last invocation of a closed server is answered.
    drained: Notify,
    admitted: AtomicU64,
    throttled: AtomicU64,
}

/// One running invocation; it is counted until this is dropped.
pub(crate) struct Permit(Arc<Admission>);

impl Admission {
    pub(crate) fn new(limit: u32) -> Self {
        Self {
            limit,
            running: AtomicU32::new(0),
            closed: AtomicBool::new(false),
            drained: Notify::new(),
            admitted: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
        }
    }

    pub(crate) fn admit(self: &Arc<Self>) -> Result<Permit, InvokeError> {
        // Counted first and looked at then, so that of many at once no more than the limit get through, and a
        // shutdown either sees this one or is seen by it.
        let before = self.running.fetch_add(1, Ordering::SeqCst);
        let permit = Permit(Arc::clone(self));
        if self.closed.load(Ordering::SeqCst) {
            return Err(InvokeError::Service("The server is shutting down.".to_owned()));
        }
        if before >= self.limit {
            self.throttled.fetch_add(1, Ordering::Relaxed);
            return Err(InvokeError::Throttled(ThrottleReason::ConcurrentInvocationLimitExceeded));
        }
        self.admitted.fetch_add(1, Ordering::Relaxed);
        Ok(permit)
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

    pub(crate) fn running(&self) -> u32 {
        self.running.load(Ordering::SeqCst)
    }

    pub(crate) fn admitted(&self) -> u64 {
        self.admitted.load(Ordering::Relaxed)
    }

    pub(crate) fn throttled(&self) -> u64 {
        self.throttled.load(Ordering::Relaxed)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let before = self.0.running.fetch_sub(1, Ordering::SeqCst);
        if before == 1 && self.0.closed.load(Ordering::SeqCst) {
            self.0.drained.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_the_limit_are_admitted_at_a_time() {
        let admission = Arc::new(Admission::new(2));
        let first = admission.admit().map_err(|_| ()).unwrap();
        let _second = admission.admit().map_err(|_| ()).unwrap();
        let reason = ThrottleReason::ConcurrentInvocationLimitExceeded;
        assert!(matches!(admission.admit(), Err(InvokeError::Throttled(found)) if found == reason));
        drop(first);
        assert!(admission.admit().is_ok());
        assert_eq!((admission.admitted(), admission.throttled()), (3, 1));
    }

    #[tokio::test]
    async fn closing_waits_for_what_runs_and_admits_nothing_more() {
        let admission = Arc::new(Admission::new(2));
        let permit = admission.admit().map_err(|_| ()).unwrap();
        let mut closing = Box::pin(admission.close());
        assert!(futures_poll(&mut closing).await.is_pending());
        assert!(matches!(admission.admit(), Err(InvokeError::Service(_))));
        drop(permit);
        closing.await;
    }

    async fn futures_poll<F: Future + Unpin>(future: &mut F) -> std::task::Poll<F::Output> {
        std::future::poll_fn(|context| std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context)))
            .await
    }
}
