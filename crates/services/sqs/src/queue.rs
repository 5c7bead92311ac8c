use std::sync::Arc;

use hob_storage::QueueRecord;

use crate::line::Line;

/// A queue as it is now. Whoever changes it puts another one in its place.
pub(crate) struct Queue {
    pub(crate) record: QueueRecord,
    pub(crate) line: Arc<Line>,
}

impl Queue {
    pub(crate) fn is_fifo(&self) -> bool {
        self.record.settings.fifo.is_some()
    }
}
