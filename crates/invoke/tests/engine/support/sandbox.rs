use std::io::{PipeWriter, Write};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use hob_sandbox::{Abilities, Exit, Listeners, Output, Sandbox, SandboxError, SandboxSpec, Sandboxes};
use tokio::net::unix::pipe::Receiver;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::RuntimeClient;

/// What runs in a sandbox: a future that ends with an exit.
pub type Program = Arc<dyn Fn(RuntimeClient) -> Pin<Box<dyn Future<Output = Exit> + Send>> + Send + Sync>;

pub fn program<F>(run: impl Fn(RuntimeClient) -> F + Send + Sync + 'static) -> Program
where
    F: Future<Output = Exit> + Send + 'static,
{
    Arc::new(move |client| Box::pin(run(client)))
}

pub struct FakeSandboxes {
    program: Program,
    pub created: AtomicUsize,
    pub started: Arc<AtomicUsize>,
    pub removed: Arc<AtomicUsize>,
    /// Answered instead of starting the next programs.
    pub refuse_start: Arc<Mutex<Option<i32>>>,
    pub unavailable: Mutex<Option<String>>,
    pub last_environment: Arc<Mutex<Vec<(String, String)>>>,
    pub can_freeze: bool,
    /// `freeze` and `thaw`, as they were called.
    pub freezer: Arc<Mutex<Vec<&'static str>>>,
}

impl FakeSandboxes {
    pub fn new(program: Program) -> Self {
        Self {
            program,
            created: AtomicUsize::default(),
            started: Arc::default(),
            removed: Arc::default(),
            refuse_start: Arc::default(),
            unavailable: Mutex::default(),
            last_environment: Arc::default(),
            can_freeze: true,
            freezer: Arc::default(),
        }
    }
}

#[async_trait]
impl Sandboxes for FakeSandboxes {
    async fn abilities(&self) -> Abilities {
        Abilities { freeze: self.can_freeze, ..Abilities::default() }
    }

    async fn create(&self, _: SandboxSpec) -> Result<Box<dyn Sandbox>, SandboxError> {
        if let Some(text) = self.unavailable.lock().unwrap().clone() {
            return Err(SandboxError::Unavailable(text));
        }
        self.created.fetch_add(1, Ordering::Relaxed);
        let listen = || {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            listener.set_nonblocking(true).unwrap();
            listener
        };
        let listeners = Listeners { runtime_api: listen(), aws_endpoint: listen() };
        Ok(Box::new(FakeSandbox {
            address: listeners.runtime_api.local_addr().unwrap(),
            listeners: Some(listeners),
            program: Arc::clone(&self.program),
            running: Mutex::default(),
            exit: watch::channel(None).0,
            started: Arc::clone(&self.started),
            removed: Arc::clone(&self.removed),
            refuse_start: Arc::clone(&self.refuse_start),
            last_environment: Arc::clone(&self.last_environment),
            freezer: Arc::clone(&self.freezer),
        }))
    }
}

struct FakeSandbox {
    address: std::net::SocketAddr,
    listeners: Option<Listeners>,
    program: Program,
    running: Mutex<JoinSet<()>>,
    exit: watch::Sender<Option<Exit>>,
    started: Arc<AtomicUsize>,
    removed: Arc<AtomicUsize>,
    refuse_start: Arc<Mutex<Option<i32>>>,
    last_environment: Arc<Mutex<Vec<(String, String)>>>,
    freezer: Arc<Mutex<Vec<&'static str>>>,
}

fn pipe() -> (OwnedFd, PipeWriter) {
    let (reader, writer) = std::io::pipe().unwrap();
    let reader = Receiver::from_owned_fd(reader.into()).unwrap();
    (reader.into_nonblocking_fd().unwrap(), writer)
}

#[async_trait]
impl Sandbox for FakeSandbox {
    fn take_listeners(&mut self) -> Option<Listeners> {
        self.listeners.take()
    }

    async fn start(&mut self, program: hob_sandbox::Program) -> Result<Output, SandboxError> {
        if let Some(code) = *self.refuse_start.lock().unwrap() {
            let source = std::io::Error::from_raw_os_error(code);
            return Err(SandboxError::Exec { path: program.path, source });
        }
        self.started.fetch_add(1, Ordering::Relaxed);
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            (name.into_string().unwrap(), value.into_string().unwrap())
        };
        *self.last_environment.lock().unwrap() = program.environment.into_iter().map(text).collect();
        let ((stdout, out), (stderr, err)) = (pipe(), pipe());
        self.exit = watch::channel(None).0;
        let (exit, run) = (self.exit.clone(), (self.program)(RuntimeClient::new(self.address, out, err)));
        self.running.lock().unwrap().spawn(async move {
            let ended = run.await;
            exit.send_replace(Some(ended));
        });
        Ok(Output { stdout, stderr })
    }

    async fn exited(&mut self) -> Exit {
        let mut exit = self.exit.subscribe();
        let ended = exit.wait_for(Option::is_some).await.unwrap();
        ended.unwrap()
    }

    fn kill(&self) {
        self.running.lock().unwrap().abort_all();
        self.exit.send_if_modified(|exit| exit.is_none() && exit.replace(Exit::Signal(9)).is_none());
    }

    fn freeze(&self) {
        self.freezer.lock().unwrap().push("freeze");
    }

    fn thaw(&self) {
        self.freezer.lock().unwrap().push("thaw");
    }

    fn terminate(&self) {
        self.kill();
    }

    fn limit_cpu(&self) {}

    fn memory_peak(&self) -> u64 {
        35 << 20
    }

    async fn remove(self: Box<Self>) {
        self.removed.fetch_add(1, Ordering::Relaxed);
    }
}

/// Writes without caring whether anybody reads.
pub fn write(mut pipe: &PipeWriter, text: &str) {
    let _ = pipe.write_all(text.as_bytes());
}
