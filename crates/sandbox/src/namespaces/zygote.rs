//! The server's handle of a zygote.

use std::any::Any;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::keeper::Orders;
use super::line::Line;
use super::message::{FromZygote, SandboxName, ToLauncher, ToZygote, ZygoteOrder};
use crate::{SandboxError, Zygote};

/// What a zygote imports takes some hundred milliseconds, on a machine that does nothing else.
const READY_DEADLINE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(super) struct NamespacedZygote {
    /// Closing it ends the zygote.
    line: Line,
    forks: AtomicU64,
}

impl NamespacedZygote {
    pub(super) async fn start(orders: &Orders, order: ZygoteOrder) -> Result<Self, SandboxError> {
        let doing = |source| SandboxError::Io { doing: "cannot start a zygote", source };
        let (line, theirs) = Line::open().map_err(doing)?;
        orders.send(ToLauncher::Zygote(order), theirs).await.map_err(doing)?;
        let answer = tokio::time::timeout(READY_DEADLINE, line.receive());
        match answer.await.map_err(|_| doing(io::ErrorKind::TimedOut.into()))?.map_err(doing)? {
            Some((FromZygote::Ready, _)) => Ok(Self { line, forks: AtomicU64::new(0) }),
            Some((FromZygote::Failed(failure), _)) => Err(doing(io::Error::other(failure.doing))),
            None => Err(doing(io::Error::other("the launcher has ended"))),
        }
    }

    /// Orders a copy. The answer comes on the sandbox's own channel.
    pub(super) fn fork(&self, sandbox: &SandboxName, output: [&OwnedFd; 2]) -> io::Result<()> {
        self.forks.fetch_add(1, Ordering::Relaxed);
        self.line.send(&ToZygote::Fork(sandbox.clone()), &output)
    }
}

impl Zygote for NamespacedZygote {
    fn has_ended(&self) -> bool {
        self.line.is_closed()
    }

    fn forks(&self) -> u64 {
        self.forks.load(Ordering::Relaxed)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
