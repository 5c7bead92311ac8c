//! Other systems that answer Lambda's Invoke without Docker, beside Hob in one run.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::client::{Client, invocation};
use crate::functions::Workload;
use crate::report::Report;
use crate::statistics::Sample;
use crate::warm::{many_callers, one_caller};
use crate::{Arguments, Server};

/// How long a peer may take to listen; `cargo lambda watch` compiles before its first answer, too.
const PATIENCE: Duration = Duration::from_secs(300);

/// Each echoes with the language that it supports best; Hob's row with the same one stands above it.
pub fn measure(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    hob(arguments, &Workload::python()?, report)?;
    optional("ministack", ministack(arguments, report));
    hob(arguments, &Workload::nodejs()?, report)?;
    optional("serverless-offline", serverless_offline(arguments, report));
    hob(arguments, &Workload::native(&arguments.native)?, report)?;
    optional("cargo lambda watch", cargo_lambda(arguments, report));
    Ok(())
}

/// A peer that is not installed, or does not work here, has no row.
fn optional(name: &str, measured: anyhow::Result<()>) {
    if let Err(error) = measured {
        eprintln!("no {name}: {error:#}");
    }
}

fn hob(arguments: &Arguments, workload: &Workload, report: &mut Report) -> anyhow::Result<()> {
    let server = Server::start(&arguments.hob)?;
    server.deployed(workload, 1, 1769)?;
    let name = format!("Hob, {}, namespaces, cgroups, seccomp", workload.name);
    rows(arguments, &name, server.address, "f0", report)
}

fn ministack(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let address = free_address()?;
    let mut command = Command::new(arguments.peers.join("python/bin/ministack"));
    let _peer = Peer::start(command.env("GATEWAY_PORT", address.port().to_string()), address)?;
    Workload::python()?.deploy(&mut Client::connect(address)?, "f0", 1769)?;
    rows(arguments, "ministack, Python, not isolated", address, "f0", report)
}

fn serverless_offline(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let (address, http) = (free_address()?, free_address()?);
    let folder = arguments.peers.join("serverless");
    let mut command = Command::new(folder.join("node_modules/.bin/serverless"));
    command.args(["offline", "--lambdaPort", &address.port().to_string()]);
    command.args(["--httpPort", &http.port().to_string()]);
    command.env("SLS_TELEMETRY_DISABLED", "1").env("SLS_NOTIFICATIONS_MODE", "off");
    let _peer = Peer::start(command.current_dir(folder), address)?;
    rows(arguments, "serverless-offline, Node.js, not isolated", address, "bench-dev-echo", report)
}

fn cargo_lambda(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let address = free_address()?;
    let mut command = Command::new(arguments.peers.join("python/bin/cargo-lambda"));
    command.args(["lambda", "watch", "--release", "--ignore-changes", "--invoke-address", "127.0.0.1"]);
    command.args(["--invoke-port", &address.port().to_string()]);
    let _peer = Peer::start(command.current_dir(arguments.peers.join("rust")), address)?;
    // The first call starts the compiler.
    let mut client = Client::with_patience(address, PATIENCE)?;
    client.invoke(&invocation("echo"))?;
    rows(arguments, "cargo lambda watch, native, not isolated", address, "echo", report)
}

fn rows(
    arguments: &Arguments,
    name: &str,
    address: SocketAddr,
    function: &str,
    report: &mut Report,
) -> anyhow::Result<()> {
    let mut client = Client::connect(address)?;
    let first = client.invoke(&invocation(function))?;
    report.latency(&format!("{name}: first call"), "", &Sample::of(vec![first]));
    // The slow ones take 60 ms a call.
    let sample = one_caller(&mut client, function, arguments.repetitions(1000))?;
    report.latency(&format!("{name}: warm, 1 caller"), "", &sample);
    let rate = many_callers(address, function, 8, Duration::from_secs(2))?;
    report.number(&format!("{name}: throughput, 8 callers"), "", rate, "/s");
    Ok(())
}

/// A running peer, ended with all its processes when dropped.
struct Peer(Child);

impl Peer {
    fn start(command: &mut Command, address: SocketAddr) -> anyhow::Result<Self> {
        use std::os::unix::process::CommandExt;
        let shown = Path::new(command.get_program()).display().to_string();
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let peer = Self(quiet.process_group(0).spawn().with_context(|| format!("cannot start {shown}"))?);
        for _ in 0..PATIENCE.as_millis() / 100 {
            if TcpStream::connect(address).is_ok() {
                return Ok(peer);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("{shown} does not listen on {address}")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.0.wait();
    }
}

fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
