//! A sandbox, and perhaps a runtime that waits in it for its function.

use std::io;
use std::net::TcpStream;
use std::thread::ThreadId;
use std::time::Duration;

use hob_environment::Parked;
use hob_sandbox::{Listeners, Output, Program, Sandbox, SandboxError, SandboxSpec, Sandboxes, Zygote};

/// A runtime that has not asked for its assignment by then never will.
const BOOT_LIMIT: Duration = Duration::from_secs(10);

/// The longest head of a request for an assignment, in bytes.
const REQUEST_MAX: usize = 2 << 10;

const REQUEST: &[u8] = b"GET /hob/assignment HTTP/1.1\r\n";

pub(super) struct Made {
    pub sandbox: Box<dyn Sandbox>,
    pub listeners: Listeners,
    pub runtime: Option<Parked>,
    /// Whose reactor hears of the sandbox first.
    pub shard: ThreadId,
}

impl Made {
    /// Nothing runs in it yet.
    pub(super) async fn new(sandboxes: &dyn Sandboxes, spec: SandboxSpec) -> Result<Self, SandboxError> {
        let mut sandbox = sandboxes.create(spec).await?;
        let listeners = sandbox.take_listeners().ok_or_else(|| doing(io::ErrorKind::NotFound.into()))?;
        Ok(Self { sandbox, listeners, runtime: None, shard: std::thread::current().id() })
    }

    /// Neither the sandbox has ended, as it does with its launcher, nor the runtime that waits in it.
    pub(super) fn is_alive(&self) -> bool {
        !self.sandbox.has_ended() && self.runtime.as_ref().is_none_or(Parked::is_waiting)
    }

    /// Starts a runtime that will wait for its function.
    pub(super) async fn boot(&mut self, program: Program) -> Result<(), SandboxError> {
        let output = self.sandbox.start(program).await?;
        self.await_runtime(output).await
    }

    /// The same, as a copy.
    pub(super) async fn fork(&mut self, zygote: &dyn Zygote) -> Result<(), SandboxError> {
        let output = self.sandbox.fork(zygote).await?;
        self.await_runtime(output).await
    }

    /// The same, as a copy of the version's own snapshot, or as what is to be one.
    pub(super) async fn restore(&mut self, snapshot: &dyn Zygote) -> Result<(), SandboxError> {
        self.fork(snapshot).await?;
        // Its variables are those of a function, and are known later.
        self.runtime.iter_mut().for_each(|runtime| runtime.restored = Some(Vec::new()));
        Ok(())
    }

    /// Returns when the runtime waits. If it never will, nothing runs in the sandbox any more.
    async fn await_runtime(&mut self, output: Output) -> Result<(), SandboxError> {
        let requested = tokio::select! {
            requested = tokio::time::timeout(BOOT_LIMIT, request(&self.listeners)) => requested,
            _ = self.sandbox.exited() => Ok(Err(io::ErrorKind::BrokenPipe.into())),
        };
        match requested.unwrap_or_else(|elapsed| Err(elapsed.into())) {
            Ok(connection) => {
                self.runtime = Some(Parked { output, connection, restored: None });
                Ok(())
            }
            Err(error) => {
                self.sandbox.kill();
                let _ = tokio::time::timeout(BOOT_LIMIT, self.sandbox.exited()).await;
                Err(doing(error))
            }
        }
    }
}

fn doing(source: io::Error) -> SandboxError {
    SandboxError::Io { doing: "cannot start a runtime ahead", source }
}

/// The connection on which the runtime has asked for its assignment, and nothing else.
async fn request(listeners: &Listeners) -> io::Result<TcpStream> {
    let listener = tokio::net::TcpListener::from_std(listeners.runtime_api.try_clone()?)?;
    let (connection, _) = listener.accept().await?;
    let mut head = Vec::with_capacity(REQUEST_MAX);
    while !head.ends_with(b"\r\n\r\n") {
        connection.readable().await?;
        match connection.try_read_buf(&mut head) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            _ if head.len() >= REQUEST_MAX => return Err(io::ErrorKind::InvalidData.into()),
            _ => {}
        }
    }
    match head.starts_with(REQUEST) {
        true => connection.into_std(),
        false => Err(io::ErrorKind::InvalidData.into()),
    }
}
