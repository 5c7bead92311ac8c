//! SIGTERM and Ctrl-C.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::{OrFail as _, Outcome};
use crate::output;

/// The exit code of a program that was interrupted.
const INTERRUPTED: i32 = 130;

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
        let signal = self.next().await;
        output::note(format!("{signal} again: ending at once"));
        std::process::exit(INTERRUPTED)
    }
}
