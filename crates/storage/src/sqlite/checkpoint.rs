use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::database::{Durability, connect};
use super::health::Health;
use crate::StorageError;

/// The write-ahead log is cut to this size when it starts anew.
pub(super) const WAL_BYTES_KEPT: u64 = 4 << 20;
/// A log longer than this is due to be folded into its file.
const WAL_BYTES_DUE: u64 = 8 << 20;
/// A log longer than this grows faster than it is folded: the writer pauses and folds the rest. The log can
/// only start anew when nothing is left in it, which under constant writes nobody else can bring about.
const WAL_BYTES_MAX: u64 = 32 << 20;

/// The thread that folds the write-ahead log into its file, on a connection of its own, so that commits need
/// not wait for it.
pub(super) struct Checkpointer {
    trigger: Option<CheckpointTrigger>,
    thread: Option<JoinHandle<()>>,
}

/// Held by the writer.
#[derive(Clone)]
pub(super) struct CheckpointTrigger {
    wal: PathBuf,
    wake: SyncSender<()>,
}

impl Checkpointer {
    pub(super) fn start(
        file: &Path,
        durability: Durability,
        health: Arc<Health>,
    ) -> Result<Self, StorageError> {
        let connection = connect(file, durability)?;
        let (wake, woken) = sync_channel(1);
        let mut wal = file.as_os_str().to_owned();
        wal.push("-wal");
        let thread = std::thread::Builder::new()
            .name("checkpoint".to_owned())
            .spawn(move || run(&connection, &woken, &health))?;
        Ok(Self { trigger: Some(CheckpointTrigger { wal: wal.into(), wake }), thread: Some(thread) })
    }

    pub(super) fn trigger(&self) -> Option<CheckpointTrigger> {
        self.trigger.clone()
    }
}

impl CheckpointTrigger {
    /// To be called after each commit, with the connection that committed.
    pub(super) fn committed(&self, connection: &Connection) -> Result<(), StorageError> {
        let bytes = std::fs::metadata(&self.wal).map_or(0, |wal| wal.len());
        if bytes > WAL_BYTES_MAX {
            return checkpoint(connection);
        }
        if bytes > WAL_BYTES_DUE {
            // When one is waiting already, it will do.
            let _ = self.wake.try_send(());
        }
        Ok(())
    }
}

fn run(connection: &Connection, woken: &Receiver<()>, health: &Health) {
    while woken.recv().is_ok() && health.check().is_ok() {
        health.note(&checkpoint(connection));
    }
}

/// Passive: never makes a reader or the writer wait; what they still need is left for the next time.
fn checkpoint(connection: &Connection) -> Result<(), StorageError> {
    Ok(connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?)
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        // The writer's is gone already: its owner drops it first. So the thread ends.
        self.trigger = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
