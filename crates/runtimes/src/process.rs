//! Running a helper program to its end, with a deadline.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How often a program that has a deadline is looked at.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProcessError {
    #[error("{0}")]
    Start(String),
    #[error("it did not end within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// The last line that it wrote on standard error.
    #[error("{0}")]
    Failed(String),
}

/// Runs a program without input and returns what it wrote on standard output.
pub(crate) fn output(command: &mut Command, timeout: Duration) -> Result<String, ProcessError> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| ProcessError::Start(error.to_string()))?;
    let stdout = read(child.stdout.take());
    let stderr = read(child.stderr.take());
    let succeeded = wait(&mut child, timeout)?;
    if succeeded { Ok(received(stdout)) } else { Err(ProcessError::Failed(last_line(&received(stderr)))) }
}

/// Whether it succeeded. A program that does not end in time is killed.
fn wait(child: &mut Child, timeout: Duration) -> Result<bool, ProcessError> {
    for _ in 0..timeout.as_millis() / POLL_INTERVAL.as_millis() {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.success()),
            Ok(None) => thread::sleep(POLL_INTERVAL),
            Err(error) => return Err(ProcessError::Start(error.to_string())),
        }
    }
    // It may have ended by itself in this moment; either way nothing of it is left.
    let _ = child.kill();
    let _ = child.wait();
    Err(ProcessError::TimedOut(timeout))
}

fn read(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What could be read before an error is still worth showing.
            let _ = pipe.read_to_end(&mut bytes);
        }
        let _ = sender.send(bytes);
    });
    receiver
}

/// A grandchild may hold the pipe open after the program has ended; nobody waits for that.
fn received(pipe: mpsc::Receiver<Vec<u8>>) -> String {
    let bytes = pipe.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn last_line(text: &str) -> String {
    let line = text.lines().rev().find(|line| !line.trim().is_empty());
    line.unwrap_or("it failed without saying why").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, timeout: Duration) -> Result<String, ProcessError> {
        output(Command::new("/bin/sh").args(["-c", script]), timeout)
    }

    #[test]
    fn the_output_is_that_of_a_program_that_succeeds() {
        let done = shell("echo out; echo err >&2", Duration::from_secs(10));
        assert_eq!(done, Ok("out\n".to_owned()));
    }

    #[test]
    fn the_last_line_of_standard_error_says_why_it_failed() {
        let failed = shell("echo first >&2; echo last >&2; exit 3", Duration::from_secs(10));
        assert_eq!(failed, Err(ProcessError::Failed("last".to_owned())));
    }

    #[test]
    fn a_program_that_does_not_end_is_killed() {
        let timeout = Duration::from_millis(50);
        assert_eq!(shell("exec sleep 1000", timeout), Err(ProcessError::TimedOut(timeout)));
    }
}
