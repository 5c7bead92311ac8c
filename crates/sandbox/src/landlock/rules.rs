//! What a program may do with which files, and where it may connect to.

use std::io;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags, fstat, open};

use super::ports::PORTS;
use super::ruleset::{Abi, Ruleset, access};
use crate::SandboxSpec;
use crate::namespaces::{BESIDE_USR, DEVICES, ETC, java_configurations};

const READ: u64 = access::READ_FILE | access::READ_DIR;
const EXECUTE: u64 = READ | access::EXECUTE;
/// A device is written to, and asked whether it is a terminal.
const DEVICE: u64 = READ | access::WRITE_FILE | access::TRUNCATE | access::IOCTL_DEV;
/// Everything but making devices, which this user may not do anyway.
const OWN: u64 = (access::VERSION_1 & !access::MAKE_DEVICE) | access::REFER | access::TRUNCATE;

/// Files of the host's `/etc` that the tier `namespaces` writes itself: names of users, and how to find those of hosts.
const ETC_AS_IT_IS: [&str; 7] =
    ["passwd", "group", "nsswitch.conf", "hosts", "host.conf", "resolv.conf", "gai.conf"];

/// What says how large the machine is, and nothing of what it does.
const MACHINE: [&str; 8] = [
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/version",
    "/proc/filesystems",
    "/proc/sys/vm/overcommit_memory",
    "/proc/sys/kernel/random",
    "/sys/devices/system/cpu",
];

/// The rules for the calling process. `directory` is the sandbox's own.
pub(super) fn ruleset(
    abi: Abi,
    spec: &SandboxSpec,
    directory: &Path,
    ports: [u16; 2],
) -> io::Result<Ruleset> {
    let rules = Ruleset::new(abi)?;
    let files = host().chain(sandbox(spec, directory));
    for (path, rights) in files {
        allow(&rules, &path, rights)?;
    }
    for port in PORTS.iter().map(|(port, _)| *port).chain(ports) {
        rules.allow_connecting_to(port)?;
    }
    Ok(rules)
}

fn host() -> impl Iterator<Item = (PathBuf, u64)> {
    let programs = ["usr"].into_iter().chain(BESIDE_USR).map(|name| (Path::new("/").join(name), EXECUTE));
    let etc = ETC.into_iter().chain(ETC_AS_IT_IS).map(str::to_owned).chain(java_configurations());
    let etc = etc.map(|name| (Path::new("/etc").join(name), READ));
    let devices = DEVICES.into_iter().map(|name| (Path::new("/dev").join(name), DEVICE));
    let machine = MACHINE.into_iter().map(|path| (PathBuf::from(path), READ));
    // Of the processes only the program itself: others' command lines are nobody's business.
    let itself = [(PathBuf::from("/proc/self"), READ | access::WRITE_FILE)];
    programs.chain(etc).chain(devices).chain(machine).chain(itself)
}

fn sandbox<'a>(spec: &'a SandboxSpec, directory: &Path) -> impl Iterator<Item = (PathBuf, u64)> + use<'a> {
    let sources = spec.mounts.iter().flat_map(|mount| mount.sources.iter().cloned());
    let own = [(directory.to_owned(), EXECUTE), (directory.join("tmp"), OWN | access::EXECUTE)];
    sources.map(|source| (source, EXECUTE)).chain(own)
}

/// Nothing is allowed where there is nothing, or nothing that this user may see.
fn allow(rules: &Ruleset, path: &Path, rights: u64) -> io::Result<()> {
    let Ok(place) = open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()) else { return Ok(()) };
    let is_directory = FileType::from_raw_mode(fstat(&place)?.st_mode) == FileType::Directory;
    let rights = if is_directory { rights } else { rights & access::OF_FILE };
    rules.allow(place.as_fd(), rights)
}
