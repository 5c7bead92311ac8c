//! What every test of the router needs.

use std::io::ErrorKind;
use std::os::fd::AsFd as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use hob_sandbox::network::{Attachment, DnsSockets, Router, RouterOptions, Uplink, dns};
use hob_types::SeededRandom;

use crate::made_up_internet::{Namespace, RESOLVER, World};

/// The root of all names: type A, class IN.
pub const QUESTION: &[u8] = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x01";

pub const ANSWER: &[u8] = b"\x12\x34\x81\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x01";

/// How the kernel reports an ICMP answer "administratively prohibited".
pub const REFUSED: ErrorKind = ErrorKind::HostUnreachable;

/// Runs the test on a thread of the made-up host.
pub fn in_a_made_up_internet(test: fn(&World)) {
    if can_run() {
        let world = World::new();
        world.host.run(|| test(&world));
    }
}

fn can_run() -> bool {
    let installed = |program| Command::new(program).arg("-V").output().is_ok();
    let possible = rustix::process::geteuid().is_root() && installed("ip") && installed("nft");
    if !possible {
        eprintln!("skipped: needs root, iproute2 and nftables");
    }
    possible
}

pub fn options(instance: &str) -> RouterOptions {
    let directory = std::env::temp_dir();
    RouterOptions { instance: instance.to_owned(), directory, allow: Vec::new(), deny: Vec::new() }
}

pub fn start(options: &RouterOptions) -> Router {
    let router = Router::start(options).unwrap();
    assert!(matches!(router.uplink(), Uplink::Veth { .. }), "{}", router.uplink());
    router
}

/// An execution environment, as far as its network goes.
pub fn environment(router: &mut Router) -> (Namespace, Attachment) {
    let namespace = Namespace::new();
    let attachment = router.attach(namespace.as_fd()).unwrap();
    (namespace, attachment)
}

pub fn while_serving_names<T: Send + 'static>(
    sockets: DnsSockets,
    resolv_conf: &Path,
    ask: impl FnOnce() -> T + Send + 'static,
) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let random = Arc::new(SeededRandom::new(1));
    runtime.block_on(async {
        tokio::select! {
            ended = dns::serve(sockets, resolv_conf.to_owned(), random) => panic!("{ended:?}"),
            asked = tokio::task::spawn_blocking(ask) => asked.unwrap(),
        }
    })
}

/// Names the made-up resolver.
pub fn resolv_conf() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("nameserver {RESOLVER}\n")).unwrap();
    file
}

const ROLE: &str = "HOB_TEST_ROLE";

/// This program again, in a process of its own, to play the part of one of its tests.
pub fn itself_as(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(ROLE, test);
    command
}

/// The test whose part this process plays.
pub fn role() -> Option<String> {
    std::env::var(ROLE).ok()
}
