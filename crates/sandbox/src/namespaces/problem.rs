//! An error of the kernel, and what it prevented.

use std::fmt;
use std::io;

use super::message::Failure;

#[derive(Debug)]
pub(crate) struct Problem {
    doing: String,
    source: io::Error,
}

pub(crate) type Result<T> = std::result::Result<T, Problem>;

/// Says what could not be done.
pub(crate) trait Doing<T> {
    fn doing(self, what: impl fmt::Display) -> Result<T>;
}

impl<T, E: Into<io::Error>> Doing<T> for std::result::Result<T, E> {
    fn doing(self, what: impl fmt::Display) -> Result<T> {
        self.map_err(|source| Problem { doing: what.to_string(), source: source.into() })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.doing, self.source)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        match problem.source.raw_os_error() {
            Some(error) => Self { doing: problem.doing, error },
            // Not the kernel's: the text is all there is.
            None => Self { doing: problem.to_string(), error: libc::EIO },
        }
    }
}
