//! What a program writes to stdout and stderr, as log events. The program is never held up, and neither is anybody
//! else: the pipes are always emptied, and what comes faster than a log can take is counted instead of kept.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use tokio::net::unix::pipe::Receiver;
use tokio::time::Instant;

use crate::log_decoder::LogDecoder;
use crate::platform_event::Dropped;

/// How much is read before others get their turn.
const READ_MAX: usize = 64 << 10;

/// The most that a pipe holds, and so the most that can have been written before the moment of a drain. Source:
/// `/proc/sys/fs/pipe-max-size`.
const DRAIN_MAX: usize = 1 << 20;

/// What one environment may log in a second; the rest is dropped and counted.
const BYTES_PER_SECOND: usize = 4 << 20;
const LINES_PER_SECOND: usize = 20_000;

/// What the next invocation may log even if this one has used up the second.
const BYTES_LEFT: usize = 64 << 10;
const LINES_LEFT: usize = 100;

/// What a log gets from a program's outputs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Logged {
    /// One event, which may have several lines.
    Line(String),
    /// In the place of lines that came too fast.
    Dropped(Dropped),
}

/// Both outputs of one program.
pub(crate) struct Output {
    stdout: Source,
    stderr: Source,
    allowance: Allowance,
}

struct Source {
    /// `None`: the program has closed it.
    pipe: Option<Receiver>,
    decoder: LogDecoder,
}

impl Output {
    pub(crate) fn new(output: hob_sandbox::Output) -> io::Result<Self> {
        let (stdout, stderr) = (Source::new(output.stdout)?, Source::new(output.stderr)?);
        Ok(Self { stdout, stderr, allowance: Allowance::new(Instant::now()) })
    }

    /// Waits until the program writes, and returns its complete events. Dropping the future loses nothing.
    pub(crate) async fn lines(&mut self) -> Vec<Logged> {
        let lines = tokio::select! {
            lines = self.stdout.lines() => lines,
            lines = self.stderr.lines() => lines,
        };
        self.allowance.apply(lines, Instant::now())
    }

    /// At the end of an invocation: everything that has been written until now, a last line without its end
    /// included.
    pub(crate) fn drain(&mut self) -> Vec<Logged> {
        let mut lines = Vec::new();
        for source in [&mut self.stdout, &mut self.stderr] {
            source.drain(&mut lines);
        }
        let mut lines = self.allowance.apply(lines, Instant::now());
        lines.extend(self.allowance.report().map(Logged::Dropped));
        self.allowance.leave_some();
        lines
    }
}

impl Source {
    fn new(pipe: OwnedFd) -> io::Result<Self> {
        Ok(Self { pipe: Some(Receiver::from_owned_fd_unchecked(pipe)?), decoder: LogDecoder::default() })
    }

    async fn lines(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        while lines.is_empty() {
            let Some(pipe) = &self.pipe else { return std::future::pending().await };
            // A failed wait shows as a failed read.
            let _ = pipe.readable().await;
            let state = take(|chunk| pipe.try_read(chunk), READ_MAX, &mut self.decoder, &mut lines);
            if state == PipeState::Closed {
                self.close(&mut lines);
            }
        }
        lines
    }

    /// Takes what there is without waiting. Asks the kernel: what tokio knows may be older than what was written.
    fn drain(&mut self, lines: &mut Vec<String>) {
        let Some(pipe) = &self.pipe else { return };
        let read = |chunk: &mut [u8]| Ok(rustix::io::read(pipe, chunk)?);
        match take(read, DRAIN_MAX, &mut self.decoder, lines) {
            PipeState::Closed => self.close(lines),
            PipeState::Empty | PipeState::HasMore => self.decoder.end(lines),
        }
    }

    fn close(&mut self, lines: &mut Vec<String>) {
        self.pipe = None;
        self.decoder.end(lines);
    }
}

#[derive(PartialEq, Eq)]
enum PipeState {
    Empty,
    /// As much was read as was allowed; there may be more.
    HasMore,
    Closed,
}

/// Reads until there is no more, or `max` bytes.
fn take(
    mut read: impl FnMut(&mut [u8]) -> io::Result<usize>,
    max: usize,
    decoder: &mut LogDecoder,
    lines: &mut Vec<String>,
) -> PipeState {
    let mut chunk = [0; 8 << 10];
    let mut total = 0;
    while total < max {
        match read(&mut chunk) {
            Ok(0) => return PipeState::Closed,
            Ok(length) => {
                decoder.decode(&chunk[..length], lines);
                total += length;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return PipeState::Empty,
            Err(_) => return PipeState::Closed,
        }
    }
    PipeState::HasMore
}

/// How much may still be logged in this second.
struct Allowance {
    second: Instant,
    bytes: usize,
    lines: usize,
    dropped: Dropped,
}

impl Allowance {
    fn new(now: Instant) -> Self {
        Self {
            second: now,
            bytes: BYTES_PER_SECOND,
            lines: LINES_PER_SECOND,
            dropped: Dropped {
                bytes_per_second: BYTES_PER_SECOND,
                lines_per_second: LINES_PER_SECOND,
                ..Dropped::default()
            },
        }
    }

    /// Keeps the lines for which there is room. After a second in which some were dropped, that is said first.
    fn apply(&mut self, lines: Vec<String>, now: Instant) -> Vec<Logged> {
        let mut report = None;
        if now.saturating_duration_since(self.second) >= Duration::from_secs(1) {
            report = self.report();
            *self = Self::new(now);
        }
        let admitted = lines.into_iter().filter(|line| self.admits(line.len()));
        report.map(Logged::Dropped).into_iter().chain(admitted.map(Logged::Line)).collect()
    }

    fn admits(&mut self, length: usize) -> bool {
        if self.lines == 0 || self.bytes < length {
            self.dropped.lines += 1;
            self.dropped.bytes += length;
            // One short line after a long one that did not fit would hide that anything is missing.
            self.lines = 0;
            return false;
        }
        self.lines -= 1;
        self.bytes -= length;
        true
    }

    fn leave_some(&mut self) {
        self.bytes = self.bytes.max(BYTES_LEFT);
        self.lines = self.lines.max(LINES_LEFT);
    }

    fn report(&mut self) -> Option<Dropped> {
        let none = Dropped { bytes: 0, lines: 0, ..self.dropped };
        let dropped = std::mem::replace(&mut self.dropped, none);
        (dropped != none).then_some(dropped)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{PipeWriter, Write};

    use super::*;

    fn output() -> (PipeWriter, PipeWriter, Output) {
        let pipe = || {
            let (reader, writer) = io::pipe().unwrap();
            (nonblocking(reader.into()), writer)
        };
        let ((stdout, out), (stderr, err)) = (pipe(), pipe());
        (out, err, Output::new(hob_sandbox::Output { stdout, stderr }).unwrap())
    }

    /// Of an output of which nothing was dropped.
    fn lines(logged: Vec<Logged>) -> Vec<String> {
        let line = |logged| match logged {
            Logged::Line(line) => line,
            Logged::Dropped(dropped) => panic!("{dropped:?}"),
        };
        logged.into_iter().map(line).collect()
    }

    fn dropped(logged: &Logged) -> (usize, usize) {
        match logged {
            Logged::Dropped(dropped) => (dropped.lines, dropped.bytes),
            Logged::Line(line) => panic!("{line}"),
        }
    }

    fn nonblocking(pipe: OwnedFd) -> OwnedFd {
        let receiver = Receiver::from_owned_fd(pipe).unwrap();
        receiver.into_nonblocking_fd().unwrap()
    }

    #[tokio::test]
    async fn each_line_is_one_event_and_keeps_its_end() {
        let (mut out, _err, mut output) = output();
        out.write_all(b"one\r\ntwo\nthr").unwrap();
        assert_eq!(lines(output.lines().await), ["one\r\n", "two\n"]);
        out.write_all(b"ee\n").unwrap();
        assert_eq!(lines(output.lines().await), ["three\n"]);
    }

    #[tokio::test]
    async fn a_drain_takes_all_that_was_written_before_it() {
        let (mut out, mut err, mut output) = output();
        out.write_all(b"out\nwithout end").unwrap();
        err.write_all("stderr \u{fc}\n".as_bytes()).unwrap();
        assert_eq!(lines(output.drain()), ["out\n", "without end", "stderr ü\n"]);
        assert_eq!(lines(output.drain()), [""; 0]);
    }

    #[tokio::test]
    async fn a_closed_output_ends_its_last_line() {
        let (mut out, _err, mut output) = output();
        out.write_all(b"last words").unwrap();
        drop(out);
        assert_eq!(lines(output.lines().await), ["last words"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_dropped_and_counted() {
        let mut allowance = Allowance::new(Instant::now());
        let flood = |lines| vec!["x".repeat(1023) + "\n"; lines];
        assert_eq!(allowance.apply(flood(5000), Instant::now()).len(), 4096);
        assert_eq!(allowance.apply(flood(1), Instant::now()).len(), 0);
        tokio::time::advance(Duration::from_secs(1)).await;
        let after = allowance.apply(flood(1), Instant::now());
        assert_eq!(dropped(&after[0]), (905, 926_720));
        assert_eq!(after.len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_leaves_room_for_the_next_invocations_lines() {
        let (_out, _err, mut output) = output();
        let lines = |count| vec!["x\n".to_owned(); count];
        output.allowance.apply(lines(LINES_PER_SECOND + 1), Instant::now());
        assert_eq!(dropped(&output.drain()[0]), (1, 2));
        assert_eq!(output.allowance.apply(lines(LINES_LEFT + 1), Instant::now()).len(), LINES_LEFT);
    }
}
