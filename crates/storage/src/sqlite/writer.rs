use std::sync::Arc;
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::checkpoint::CheckpointTrigger;
use super::health::Health;
use crate::StorageError;

/// Operations that wait while a commit runs; further callers wait for a place.
const QUEUE_MAX: usize = 256;
/// Operations that share one commit.
const BATCH_MAX: usize = 256;

/// The one thread that writes to a file.
///
/// It takes what has come in while the last commit ran, runs it as one transaction with a savepoint per
/// operation, and answers all of them after the commit: the cost of the fsync is shared, and one refusal
/// doesn't undo its neighbours.
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        health: Arc<Health>,
        checkpoint: Option<CheckpointTrigger>,
    ) -> Result<Self, StorageError> {
        let (queue, operations) = mpsc::channel(QUEUE_MAX);
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || run(&connection, operations, &health, checkpoint.as_ref()))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(Pending { operation: Some(operation), result: None, answer });
        let queue = self.queue.as_ref().ok_or_else(ended)?;
        queue.send(job).await.map_err(|_| ended())?;
        answered.await.unwrap_or_else(|_| Err(ended()))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn ended() -> StorageError {
    StorageError::Closed("its writer has ended".to_owned())
}

fn run(
    connection: &Connection,
    mut operations: mpsc::Receiver<Box<dyn Job>>,
    health: &Health,
    checkpoint: Option<&CheckpointTrigger>,
) {
    while let Some(first) = operations.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH_MAX
            && let Ok(next) = operations.try_recv()
        {
            batch.push(next);
        }
        let committed = health.check().and_then(|()| commit(connection, &mut batch));
        health.note(&committed);
        for job in batch {
            job.answer(&committed);
        }
        if let Some(checkpoint) = checkpoint {
            health.note(&checkpoint.committed(connection));
        }
    }
}

/// Commits all operations, or none.
fn commit(connection: &Connection, batch: &mut [Box<dyn Job>]) -> Result<(), StorageError> {
    execute(connection, "BEGIN IMMEDIATE")?;
    let committed = batch
        .iter_mut()
        .try_for_each(|job| run_in_savepoint(connection, job.as_mut()))
        .and_then(|()| execute(connection, "COMMIT"));
    // After some errors SQLite has rolled back by itself.
    if committed.is_err() && !connection.is_autocommit() {
        execute(connection, "ROLLBACK").map_err(|error| StorageError::Closed(error.to_string()))?;
    }
    committed
}

/// An error here is one that the whole batch shares.
fn run_in_savepoint(connection: &Connection, job: &mut dyn Job) -> Result<(), StorageError> {
    execute(connection, "SAVEPOINT operation")?;
    match job.run(connection) {
        Outcome::Done => {}
        Outcome::Refused => execute(connection, "ROLLBACK TO operation")?,
        Outcome::Fatal(error) => return Err(error),
    }
    execute(connection, "RELEASE operation")
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StorageError> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// What an operation means for its batch.
enum Outcome {
    Done,
    /// It is undone alone, and keeps its error for its caller.
    Refused,
    Fatal(StorageError),
}

/// An operation whose types the writer need not know.
trait Job: Send {
    fn run(&mut self, connection: &Connection) -> Outcome;
    fn answer(self: Box<Self>, committed: &Result<(), StorageError>);
}

struct Pending<F, T> {
    operation: Option<F>,
    result: Option<Result<T, StorageError>>,
    answer: oneshot::Sender<Result<T, StorageError>>,
}

impl<F, T> Job for Pending<F, T>
where
    F: FnOnce(&Connection) -> Result<T, StorageError> + Send,
    T: Send,
{
    fn run(&mut self, connection: &Connection) -> Outcome {
        let Some(operation) = self.operation.take() else { return Outcome::Done };
        match operation(connection) {
            Err(error @ (StorageError::DiskFull | StorageError::Closed(_))) => Outcome::Fatal(error),
            Err(error) => {
                self.result = Some(Err(error));
                Outcome::Refused
            }
            Ok(value) => {
                self.result = Some(Ok(value));
                Outcome::Done
            }
        }
    }

    fn answer(self: Box<Self>, committed: &Result<(), StorageError>) {
        let answer = match committed {
            Ok(()) => self.result.unwrap_or_else(|| Err(ended())),
            Err(error) => Err(shared(error)),
        };
        // The caller may have gone; what was committed stays.
        let _ = self.answer.send(answer);
    }
}

/// The batch's error, for each of its callers.
fn shared(error: &StorageError) -> StorageError {
    match error {
        StorageError::DiskFull => StorageError::DiskFull,
        StorageError::Closed(reason) => StorageError::Closed(reason.clone()),
        other => StorageError::Database(other.to_string()),
    }
}
