use std::time::Duration;

use crate::Queues;

/// How often the queues are swept. What is too old and was not swept yet is neither handed out nor
/// counted.
const INTERVAL: Duration = Duration::from_secs(300);
/// Rows that one sweep removes, so that senders and receivers need not wait for long.
const ROWS: usize = 1000;

impl Queues {
    /// Removes messages that are too old, and what purges and deleted queues have left, for as long as it is polled.
    pub(crate) async fn sweep(&self) {
        loop {
            match self.store.sweep(self.now(), ROWS).await {
                Ok(true) => tokio::task::yield_now().await,
                Ok(false) => tokio::time::sleep(INTERVAL).await,
                Err(error) => {
                    tracing::warn!(%error, "the queues cannot be swept");
                    tokio::time::sleep(INTERVAL).await;
                }
            }
        }
    }
}
