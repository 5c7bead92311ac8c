use hob_types::{QueueArn, Timestamp};

/// Names a move task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MoveTaskId(i64);

impl MoveTaskId {
    pub const fn new(id: i64) -> Self {
        Self(id)
    }

    pub const fn get(self) -> i64 {
        self.0
    }
}

/// The moving of a dead-letter queue's messages to where they are to be tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveTaskRecord {
    pub id: MoveTaskId,
    pub source: QueueArn,
    /// `None`: each message goes to the queue that it came from.
    pub destination: Option<QueueArn>,
    /// `None`: as fast as it goes.
    pub per_second: Option<u32>,
    pub status: MoveTaskStatus,
    pub started: Timestamp,
    pub moved: u64,
    /// When it was started.
    pub to_move: u64,
    pub failure: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoveTaskStatus {
    Running,
    Completed,
    /// It was to be ended, and its worker has not seen that yet.
    Cancelling,
    Cancelled,
    Failed,
}

impl MoveTaskStatus {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::Cancelling => "CANCELLING",
            Self::Cancelled => "CANCELLED",
            Self::Failed => "FAILED",
        }
    }

    pub const ALL: [Self; 5] =
        [Self::Running, Self::Completed, Self::Cancelling, Self::Cancelled, Self::Failed];

    /// Nothing more will happen.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled | Self::Failed)
    }
}

/// What one step of a move task did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    Messages(u64),
    /// It has come to its end, whichever that is.
    Finished,
}
