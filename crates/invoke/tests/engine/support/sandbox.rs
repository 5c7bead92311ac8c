use std::io::{PipeWriter, Write};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use hob_sandbox::{
    Abilities, Exit, Listeners, Output, Sandbox, SandboxError, SandboxSpec, Sandboxes, Specialisation,
    Zygote, ZygoteSpec,
};
use tokio::net::unix::pipe::Receiver;
use tokio::sync::{Notify, watch};
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
    /// So many creations find that the machine is full.
    pub exhausted: AtomicUsize,
    pub last_environment: Arc<Mutex<Vec<(String, String)>>>,
    pub can: Abilities,
    /// What was attached to sandboxes that were made ahead. `None`: it fails.
    pub attached: Arc<Mutex<Option<Vec<Specialisation>>>>,
    pub zygotes: AtomicUsize,
    /// Ends every runtime that waits for its function.
    pub end_waiting: Arc<Notify>,
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
            exhausted: AtomicUsize::default(),
            last_environment: Arc::default(),
            can: Abilities { freeze: true, ..Abilities::default() },
            attached: Arc::new(Mutex::new(Some(Vec::new()))),
            zygotes: AtomicUsize::default(),
            end_waiting: Arc::default(),
            freezer: Arc::default(),
        }
    }
}

#[async_trait]
impl Sandboxes for FakeSandboxes {
    async fn abilities(&self) -> Abilities {
        self.can
    }

    async fn zygote(&self, _: ZygoteSpec) -> Result<Arc<dyn Zygote>, SandboxError> {
        self.zygotes.fetch_add(1, Ordering::Relaxed);
        Ok(Arc::new(FakeZygote))
    }

    async fn create(&self, _: SandboxSpec) -> Result<Box<dyn Sandbox>, SandboxError> {
        if let Some(text) = self.unavailable.lock().unwrap().clone() {
            return Err(SandboxError::Unavailable(text));
        }
        let one_less = |left: usize| left.checked_sub(1);
        if self.exhausted.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok() {
            return Err(SandboxError::Exhausted("too many open files".to_owned()));
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
            attached: Arc::clone(&self.attached),
            end_waiting: Arc::clone(&self.end_waiting),
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
    attached: Arc<Mutex<Option<Vec<Specialisation>>>>,
    end_waiting: Arc<Notify>,
    freezer: Arc<Mutex<Vec<&'static str>>>,
}

#[derive(Debug)]
struct FakeZygote;

impl Zygote for FakeZygote {
    fn has_ended(&self) -> bool {
        false
    }

    fn forks(&self) -> u64 {
        0
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl FakeSandbox {
    fn run(&mut self, program: impl Future<Output = Exit> + Send + 'static) {
        self.exit = watch::channel(None).0;
        let exit = self.exit.clone();
        self.running.lock().unwrap().spawn(async move {
            let ended = program.await;
            exit.send_replace(Some(ended));
        });
    }

    fn client(&self) -> (RuntimeClient, Output) {
        let ((stdout, out), (stderr, err)) = (pipe(), pipe());
        (RuntimeClient::new(self.address, out, err), Output { stdout, stderr })
    }

    /// The program, as soon as it has become a function's.
    fn start_waiting(&mut self) -> Output {
        let (mut client, output) = self.client();
        let (program, environment) = (Arc::clone(&self.program), Arc::clone(&self.last_environment));
        let end = Arc::clone(&self.end_waiting);
        self.run(async move {
            let variables = tokio::select! {
                variables = client.assignment() => variables,
                () = end.notified() => return Exit::Status(1),
            };
            *environment.lock().unwrap() = variables;
            program(client).await
        });
        output
    }
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
        if program.arguments.contains(&"wait".into()) {
            return Ok(self.start_waiting());
        }
        self.started.fetch_add(1, Ordering::Relaxed);
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            (name.into_string().unwrap(), value.into_string().unwrap())
        };
        *self.last_environment.lock().unwrap() = program.environment.into_iter().map(text).collect();
        let (client, output) = self.client();
        let program = (self.program)(client);
        self.run(program);
        Ok(output)
    }

    async fn fork(&mut self, _: &dyn Zygote) -> Result<Output, SandboxError> {
        Ok(self.start_waiting())
    }

    async fn attach(&mut self, specialisation: Specialisation) -> Result<(), SandboxError> {
        match &mut *self.attached.lock().unwrap() {
            Some(attached) => {
                attached.push(specialisation);
                Ok(())
            }
            None => Err(SandboxError::Unavailable("it has gone".to_owned())),
        }
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
