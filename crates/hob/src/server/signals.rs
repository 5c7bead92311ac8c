//! SIGTERM and Ctrl-C.

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::Instant;

use crate::failure::{OrFail as _, Outcome};
use crate::output;

/// The exit code of a program that was interrupted.
const INTERRUPTED: i32 = 130;
/// Some programs, such as timeout(1), signal a process and then its whole group: one wish, not two.
const ECHO: Duration = Duration::from_millis(50);

/// Once made, the signals no longer end the process by themselves.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Within a runtime.
    pub(super) fn listen() -> Outcome<Self> {
        let listen = |kind| signal(kind).or_fail(|| "cannot listen for signals".to_owned());
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    /// Resolves with the next signal's name.
    pub(super) async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "Ctrl-C",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }

    /// Ends the process with the next signal. What it leaves is swept by the next start.
    pub(super) async fn end_with_next(&mut self) -> ! {
        let first = Instant::now();
        loop {
            let signal = self.next().await;
            if first.elapsed() > ECHO {
                output::note(format!("{signal} again: ending at once"));
                std::process::exit(INTERRUPTED);
            }
        }
    }
}
