use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hob_storage::{LogDelivery, LogStore, LogStreamId, NewLogEvent};
use hob_types::Clock;
use tokio::sync::Notify;

/// What may wait to be written, of one stream and in all: a flood from one function must leave room for the
/// others. In bytes, as CloudWatch Logs counts them.
const STREAM_BYTES_MAX: usize = 4 << 20;
const BYTES_MAX: usize = 32 << 20;
/// How long the writer gathers lines before it writes them, so that a busy server doesn't commit for each.
const LINGER: Duration = Duration::from_millis(20);
/// How long the writer rests after a failure.
const REST: Duration = Duration::from_secs(1);

/// Takes the server's own log events off the path of those who log: [`write`](Self::write) never waits and
/// never fails. What there is no room for is dropped, and the stream says how many lines are missing.
pub struct LogWriter {
    store: Arc<dyn LogStore>,
    clock: Arc<dyn Clock>,
    waiting: Mutex<Waiting>,
    /// There is something to write, or the writer was closed.
    wake: Notify,
    /// Everything has been written after it was closed.
    drained: Notify,
}

#[derive(Default)]
struct Waiting {
    streams: HashMap<LogStreamId, WaitingStream>,
    bytes: usize,
    closed: bool,
}

#[derive(Default)]
struct WaitingStream {
    events: Vec<NewLogEvent>,
    bytes: usize,
    dropped: Dropped,
}

/// Lines that are missing after the events of a stream.
#[derive(Clone, Debug, Default)]
struct Dropped {
    lines: u64,
    reason: String,
}

impl LogWriter {
    pub fn new(store: Arc<dyn LogStore>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, waiting: Mutex::default(), wake: Notify::new(), drained: Notify::new() }
    }

    /// Group and stream are made when they are missing. The events of a stream keep their order.
    pub fn write(&self, stream: &LogStreamId, events: Vec<NewLogEvent>) {
        if events.is_empty() {
            return;
        }
        self.waiting().add(stream, events);
        self.wake.notify_one();
    }

    /// Writes what comes in until the writer is closed and nothing is left. Run it once, beside the server.
    pub async fn run(&self) {
        loop {
            self.wake.notified().await;
            if !self.waiting().closed {
                tokio::time::sleep(LINGER).await;
            }
            let (streams, closed) = self.take();
            let written = self.deliver(streams).await;
            if closed {
                break self.drained.notify_one();
            }
            if written.is_err() {
                tokio::time::sleep(REST).await;
            }
        }
    }

    /// Accepts nothing more and waits until everything has been written, at most for `grace`.
    /// `false`: some of it has not.
    pub async fn close(&self, grace: Duration) -> bool {
        self.waiting().closed = true;
        self.wake.notify_one();
        tokio::time::timeout(grace, self.drained.notified()).await.is_ok()
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> (HashMap<LogStreamId, WaitingStream>, bool) {
        let mut waiting = self.waiting();
        waiting.bytes = 0;
        (std::mem::take(&mut waiting.streams), waiting.closed)
    }

    async fn deliver(&self, streams: HashMap<LogStreamId, WaitingStream>) -> Result<(), ()> {
        let now = self.clock.now();
        let counts: Vec<_> = streams.iter().map(|(id, stream)| (id.clone(), stream.lines())).collect();
        let deliveries = streams.into_iter().map(|(id, waiting)| {
            let mut events = waiting.events;
            events.extend(waiting.dropped.event(now));
            LogDelivery { stream: id, events }
        });
        let Err(error) = self.store.deliver(deliveries.collect(), now).await else { return Ok(()) };
        tracing::warn!(%error, "log lines could not be stored");
        let mut waiting = self.waiting();
        for (id, lines) in counts {
            waiting.streams.entry(id).or_default().dropped.add(lines, &error.to_string());
        }
        drop(waiting);
        // So that the streams tell of it, even if nothing more is logged.
        self.wake.notify_one();
        Err(())
    }
}

impl Waiting {
    fn add(&mut self, id: &LogStreamId, events: Vec<NewLogEvent>) {
        let bytes = events.iter().map(NewLogEvent::stored_bytes).sum::<usize>();
        let stream = match self.streams.get_mut(id) {
            Some(stream) => stream,
            None => self.streams.entry(id.clone()).or_default(),
        };
        let fits = stream.bytes + bytes <= STREAM_BYTES_MAX && self.bytes + bytes <= BYTES_MAX;
        // After the first dropped line all are, until the writer has come by: else the order would be lost.
        if fits && stream.dropped.lines == 0 && !self.closed {
            stream.bytes += bytes;
            self.bytes += bytes;
            stream.events.extend(events);
        } else {
            stream.dropped.add(events.len() as u64, "they came faster than they could be stored");
        }
    }
}

impl WaitingStream {
    /// How many lines are lost with it.
    fn lines(&self) -> u64 {
        self.events.len() as u64 + self.dropped.lines
    }
}

impl Dropped {
    fn add(&mut self, lines: u64, reason: &str) {
        self.lines += lines;
        if self.reason != reason {
            reason.clone_into(&mut self.reason);
        }
    }

    /// The line that the stream shows for them.
    fn event(&self, timestamp: hob_types::Timestamp) -> Option<NewLogEvent> {
        let Self { lines, reason } = self;
        let message = match lines {
            0 => return None,
            1 => format!("[hob] 1 log line was dropped: {reason}\n"),
            _ => format!("[hob] {lines} log lines were dropped: {reason}\n"),
        };
        Some(NewLogEvent { timestamp, message })
    }
}

#[cfg(test)]
mod tests {
    use hob_storage::{EventOrder, EventQuery, LogGroupId, Storage, StreamSelection};
    use hob_types::{AccountId, ManualClock, Region, Timestamp};

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_767_323_045_678);

    fn stream(name: &str) -> LogStreamId {
        let group = LogGroupId { account: AccountId::local(), region: Region::local(), name: "g".to_owned() };
        LogStreamId { group, name: name.to_owned() }
    }

    fn lines(count: usize, bytes: usize) -> Vec<NewLogEvent> {
        vec![NewLogEvent { timestamp: NOW, message: "x".repeat(bytes) }; count]
    }

    fn writer() -> (LogWriter, Arc<dyn LogStore>, Storage) {
        let storage = Storage::in_memory().unwrap();
        let store = storage.logs();
        (LogWriter::new(store.clone(), Arc::new(ManualClock::at(NOW))), store, storage)
    }

    async fn messages(store: &Arc<dyn LogStore>, name: &str) -> Vec<String> {
        let query = EventQuery {
            group: stream(name).group,
            streams: StreamSelection::Named(vec![name.to_owned()]),
            start: None,
            end: None,
            order: EventOrder::Forward { cut: None },
            limit: usize::MAX,
            bytes_max: usize::MAX,
        };
        store.events(&query).await.unwrap().events.into_iter().map(|event| event.message).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_written_before_the_close_is_stored() {
        let (writer, store, _storage) = writer();
        writer.write(&stream("a"), lines(2, 1));
        writer.write(&stream("b"), lines(1, 1));
        let (closed, ()) = tokio::join!(writer.close(Duration::from_secs(1)), writer.run());
        assert!(closed);
        assert_eq!(messages(&store, "a").await, ["x", "x"]);
        assert_eq!(messages(&store, "b").await, ["x"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_close_that_takes_too_long_says_so() {
        let (writer, ..) = writer();
        writer.write(&stream("a"), lines(1, 1));
        assert!(!writer.close(Duration::from_secs(1)).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_bounded_and_says_how_many_lines_were_dropped() {
        let (writer, store, _storage) = writer();
        for _ in 0..10 {
            writer.write(&stream("flood"), lines(1000, 1000));
        }
        writer.write(&stream("flood"), lines(7, 1));
        writer.write(&stream("quiet"), lines(1, 1));
        let _ = tokio::join!(writer.close(Duration::from_secs(1)), writer.run());
        let flood = messages(&store, "flood").await;
        assert_eq!(flood.len(), 4001);
        assert_eq!(
            flood[4000],
            "[hob] 6007 log lines were dropped: they came faster than they could be stored\n"
        );
        assert_eq!(messages(&store, "quiet").await, ["x"]);
    }

    #[tokio::test(start_paused = true)]
    async fn many_streams_together_are_bounded_too() {
        let (writer, ..) = writer();
        for number in 0..50 {
            writer.write(&stream(&number.to_string()), lines(1000, 1000));
        }
        let waiting = writer.waiting();
        assert!(waiting.bytes <= BYTES_MAX);
        assert!(waiting.streams.values().any(|stream| stream.dropped.lines == 1000));
    }
}
