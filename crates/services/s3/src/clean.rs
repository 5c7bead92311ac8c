use std::time::Duration;

use hob_storage::StorageError;

use crate::S3;

/// After a failure, such as a disk that is full, so long to the next try.
const PAUSE: Duration = Duration::from_secs(10);

impl S3 {
    /// Removes the files of what was deleted, and once what a crash has left. Runs for as long as the server does;
    /// ending it loses nothing.
    pub async fn clean(&self) {
        report(self.content.remove_unreferenced().await);
        loop {
            if !report(self.content.remove_deleted().await) {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            self.content.deleted().await;
        }
    }
}

fn report(done: Result<(), StorageError>) -> bool {
    done.inspect_err(|error| tracing::warn!(%error, "files of deleted objects cannot be removed")).is_ok()
}
