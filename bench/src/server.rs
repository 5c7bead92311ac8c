//! A server of the benchmark's own: free port, nothing kept, ended when dropped.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::client::Client;
use crate::functions::Workload;

pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process to the line that says it accepts requests.
    pub ready_after: Duration,
    /// Removed with it.
    directory: Option<tempfile::TempDir>,
}

impl Server {
    pub fn start(hob: &Path) -> anyhow::Result<Self> {
        Self::configured(hob, &[])
    }

    /// With settings as `HOB_…` variables.
    pub fn configured(hob: &Path, settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        let directory = tempfile::tempdir()?;
        let mut server = Self::spawn(hob, directory.path(), &["--ephemeral"], settings)?;
        server.directory = Some(directory);
        Ok(server)
    }

    /// Keeps its data in `directory`, for another start.
    pub fn kept(hob: &Path, directory: &Path) -> anyhow::Result<Self> {
        Self::spawn(hob, directory, &[], &[])
    }

    fn spawn(
        hob: &Path,
        directory: &Path,
        arguments: &[&str],
        settings: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let start = Instant::now();
        let mut child = Command::new(hob)
            .args(["up", "--port", "0", "--data-dir"])
            .arg(directory.join("data"))
            .args(arguments)
            .current_dir(directory)
            // An account may invoke ten times per second for each invocation that may run at once; what is measured here
            // is Hob, not that.
            .env("HOB_CONCURRENCY_LIMIT", "10000")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", hob.display()))?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("stdout is piped")?).read_line(&mut line)?;
        let ready_after = start.elapsed();
        let address = line.trim().rsplit_once("http://").context("the server did not become ready")?.1;
        Ok(Self { address: address.parse()?, child, ready_after, directory: None })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn client(&self) -> anyhow::Result<Client> {
        Client::connect(self.address)
    }

    /// A client, and functions of one workload: `f0`, `f1` and so on.
    pub fn deployed(&self, workload: &Workload, functions: usize, memory: u32) -> anyhow::Result<Client> {
        let mut client = self.client()?;
        for number in 0..functions {
            workload.deploy(&mut client, &format!("f{number}"), memory)?;
        }
        Ok(client)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.child.wait();
    }
}
