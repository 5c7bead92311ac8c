//! What the server itself needs: a port, a place for its data, descriptors.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use rustix::process::{Resource, getrlimit};

use super::finding::{Finding, Grade};
use crate::config::Config;
use crate::output;
use crate::server::room;

/// A package of 250 MB, unpacked beside its zip, and some logs.
const DISK_COMFORTABLE: u64 = 1 << 30;
/// Eight functions of the smallest size at once.
const MEMORY_COMFORTABLE: u64 = 1 << 30;
/// An environment takes about a dozen descriptors, so this is enough for a few hundred of them.
const DESCRIPTORS_COMFORTABLE: u64 = 4096;

pub(super) fn examine(config: &Config) -> Vec<Finding> {
    vec![port(config), data_directory(&config.data_dir), memory(config), descriptors()]
}

fn port(config: &Config) -> Finding {
    let address = SocketAddr::new(config.host, config.port);
    if TcpListener::bind(address).is_ok() {
        return Finding::ok("port", format!("{address} is free"));
    }
    if TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok() {
        return Finding::ok("port", format!("{address} is served"))
            .because("a server, perhaps `hob up`, is running there".to_owned());
    }
    Finding::new("port", Grade::Fail, format!("{address} cannot be used"))
        .advise("another one: `hob up --port 0` takes a free one".to_owned())
}

fn data_directory(directory: &Path) -> Finding {
    let shown = directory.display();
    // It is made by the first start, so its nearest ancestor tells where it will lie.
    let existing = directory.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
    let existing = if existing.as_os_str().is_empty() { Path::new(".") } else { existing };
    let Ok(disk) = rustix::fs::statvfs(existing) else {
        return Finding::new("disk", Grade::Fail, format!("{shown} cannot be examined"))
            .advise("another data directory: `hob up --data-dir DIRECTORY`".to_owned());
    };
    if rustix::fs::access(existing, rustix::fs::Access::WRITE_OK).is_err() {
        return Finding::new("disk", Grade::Fail, format!("{shown} cannot be written"))
            .advise("another data directory: `hob up --data-dir DIRECTORY`".to_owned());
    }
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let state = format!("{} free for {shown}", output::bytes(free));
    if free >= DISK_COMFORTABLE {
        return Finding::ok("disk", state);
    }
    Finding::new("disk", Grade::Warn, state)
        .advise("make room, or take another data directory: `hob up --data-dir DIRECTORY`".to_owned())
}

/// How much of it functions may use at the same time.
fn memory(config: &Config) -> Finding {
    let memory = room::memory(config);
    let at_once = |mebibytes: u64| (memory / (mebibytes << 20)).max(1);
    let state = format!("{} for functions that run", output::bytes(memory));
    let meaning = format!("{} of 128 MB at once, or {} of 1024 MB; more wait", at_once(128), at_once(1024));
    if memory >= MEMORY_COMFORTABLE {
        return Finding::ok("memory", state).because(meaning);
    }
    Finding::new("memory", Grade::Warn, state)
        .because(meaning)
        .advise("free some, or allow more than that: `memory` in hob.toml, in MiB".to_owned())
}

fn descriptors() -> Finding {
    let hard = getrlimit(Resource::Nofile).maximum;
    let state = hard.map_or_else(|| "unlimited".to_owned(), |hard| format!("{hard} for the server"));
    if hard.is_none_or(|hard| hard >= DESCRIPTORS_COMFORTABLE) {
        return Finding::ok("descriptors", state);
    }
    Finding::new("descriptors", Grade::Warn, state)
        .because("every execution environment takes about a dozen".to_owned())
        .advise(
            "raise the hard limit of open files (`ulimit -Hn`, or LimitNOFILE= in a unit file)".to_owned(),
        )
}
