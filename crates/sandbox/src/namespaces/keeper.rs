//! The server's side of the launcher: starts it, sends it orders, and notices what it reports and its end.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use hob_types::{EnvironmentId, Random};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::channel;
use super::message::{Abilities, Configuration, FromLauncher, ToLauncher};
use crate::SandboxSpec;
use crate::cgroup::{self, Layout};
use crate::network::{DnsSockets, dns};

/// A running launcher. When the last handle is dropped it ends, and with it everything that it made; the drop waits
/// for that.
pub(super) struct Keeper {
    orders: Orders,
    shared: Arc<Shared>,
    pub(super) abilities: Abilities,
    /// Answers the sandboxes' questions for names.
    _dns: JoinSet<()>,
    watch: Option<JoinHandle<()>>,
}

/// The way to a launcher, also when that has ended.
#[derive(Clone)]
pub(super) struct Orders(Arc<OwnedFd>);

#[derive(Default)]
struct Shared {
    ended: AtomicBool,
    /// Who waits for the removal of a sandbox.
    removals: Mutex<HashMap<String, oneshot::Sender<()>>>,
}

impl Keeper {
    /// Starts a launcher and waits until it can make sandboxes.
    ///
    /// The calling runtime answers the sandboxes' questions for names for as long as this value lives.
    pub(super) async fn start(
        command: Vec<OsString>,
        configuration: Configuration,
        random: Arc<dyn Random>,
    ) -> io::Result<Self> {
        let (control, theirs) = channel::pair()?;
        let (configured, answer) = oneshot::channel();
        let shared = Arc::new(Shared::default());
        let cgroups = configuration.cgroups.clone();
        let watch = Watch { control: control.try_clone()?, shared: Arc::clone(&shared), cgroups };
        // A thread of its own, for as long as the launcher lives: the launcher's death signal comes when the
        // thread that started it ends, not when the process does.
        let watch = std::thread::Builder::new()
            .name("hob-launcher".to_owned())
            .stack_size(256 << 10)
            .spawn(move || watch.run(&command, theirs, configuration, configured))?;
        let (abilities, dns) = answer.await.map_err(|_| io::Error::other("the launcher ended at once"))??;
        let orders = Orders(Arc::new(control));
        Ok(Self { orders, shared, abilities, _dns: serve_names(dns, random), watch: Some(watch) })
    }

    /// Orders a sandbox. Its init, or the launcher in its place, answers on the other end of `channel`. What is
    /// returned resolves when nothing of the sandbox is left.
    pub(super) async fn create(
        &self,
        spec: SandboxSpec,
        theirs: OwnedFd,
    ) -> io::Result<oneshot::Receiver<()>> {
        let (removed, removal) = oneshot::channel();
        self.shared.await_removal(spec.id, removed);
        self.orders.send(ToLauncher::Create(spec), theirs).await?;
        Ok(removal)
    }

    pub(super) fn orders(&self) -> Orders {
        self.orders.clone()
    }

    pub(super) fn has_ended(&self) -> bool {
        self.shared.ended.load(Ordering::Acquire)
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // The watch holds a copy of the descriptor, so closing ours would not reach the launcher.
        let _ = rustix::net::shutdown(&*self.orders.0, rustix::net::Shutdown::Both);
        // The launcher clears up behind itself, which takes it some ten milliseconds; if this process ended
        // before, its death signal would interrupt that.
        if let Some(watch) = self.watch.take() {
            let _ = watch.join();
        }
    }
}

impl Orders {
    /// Who obeys the order answers on the other end of `channel`. Waits only while the launcher is busy with very many.
    pub(super) async fn send(&self, order: ToLauncher, channel: OwnedFd) -> io::Result<()> {
        match channel::send_now(&self.0, &order, &[channel.as_fd()]) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let control = Arc::clone(&self.0);
                let send = move || channel::send(&control, &order, &[channel.as_fd()]);
                tokio::task::spawn_blocking(send).await.map_err(io::Error::other)?
            }
            result => result,
        }
    }
}

/// What the launcher's thread does.
struct Watch {
    control: OwnedFd,
    shared: Arc<Shared>,
    cgroups: Layout,
}

impl Watch {
    fn run(
        &self,
        command: &[OsString],
        theirs: OwnedFd,
        configuration: Configuration,
        configured: oneshot::Sender<io::Result<(Abilities, Option<DnsSockets>)>>,
    ) {
        let mut child = match spawn(command, theirs) {
            Ok(child) => child,
            Err(error) => {
                let _ = configured.send(Err(error));
                return;
            }
        };
        // If nobody waits for the answer, the channel is closed by now and the launcher is about to end.
        let _ = configured.send(configure(self.control.as_fd(), configuration));
        while let Ok(Some((message, _))) = channel::receive(&self.control) {
            if let FromLauncher::Removed(name) = message {
                self.shared.removed(&name);
            }
        }
        self.wait_for(&mut child);
        self.shared.launcher_ended();
    }

    /// The launcher ends after all that it started, and what is frozen does not end.
    fn wait_for(&self, launcher: &mut Child) {
        const PAUSE: Duration = Duration::from_millis(2);
        while let Ok(None) = launcher.try_wait() {
            cgroup::thaw_all(&self.cgroups);
            std::thread::sleep(PAUSE);
        }
    }
}

fn spawn(command: &[OsString], control: OwnedFd) -> io::Result<Child> {
    let (program, arguments) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    Command::new(program)
        .args(arguments)
        .env_clear()
        .stdin(Stdio::from(control))
        .stdout(Stdio::null())
        .spawn()
}

fn serve_names(sockets: Option<DnsSockets>, random: Arc<dyn Random>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    if let Some(sockets) = sockets {
        tasks.spawn(async move {
            if let Err(error) = dns::serve(sockets, dns::RESOLV_CONF.into(), random).await {
                tracing::error!(%error, "functions can no longer resolve names");
            }
        });
    }
    tasks
}

fn configure(
    control: BorrowedFd<'_>,
    configuration: Configuration,
) -> io::Result<(Abilities, Option<DnsSockets>)> {
    channel::send(control, &ToLauncher::Configure(configuration), &[])?;
    match channel::receive(control)? {
        Some((FromLauncher::Configured(abilities), sockets)) => Ok((abilities, dns_sockets(sockets))),
        Some((FromLauncher::Unable(failure), _)) => Err(failure.to_error()),
        Some((FromLauncher::Removed(_), _)) | None => Err(io::Error::other("the launcher ended at once")),
    }
}

fn dns_sockets(sockets: Vec<OwnedFd>) -> Option<DnsSockets> {
    let [udp, tcp] = <[OwnedFd; 2]>::try_from(sockets).ok()?;
    Some(DnsSockets { udp: udp.into(), tcp: tcp.into() })
}

impl Shared {
    fn await_removal(&self, id: EnvironmentId, removed: oneshot::Sender<()>) {
        self.removals.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_string(), removed);
    }

    fn removed(&self, name: &str) {
        if let Some(waiting) = self.removals.lock().unwrap_or_else(PoisonError::into_inner).remove(name) {
            // Most sandboxes are dropped without anybody waiting.
            let _ = waiting.send(());
        }
    }

    /// All sandboxes ended with the launcher.
    fn launcher_ended(&self) {
        self.ended.store(true, Ordering::Release);
        self.removals.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
