//! How much of the machine execution environments may take together.

use std::fs;
use std::path::{Path, PathBuf};

use hob_types::MemoryMib;
use rustix::process::{Resource, getrlimit};

use crate::config::Config;

const MIB: u64 = 1 << 20;

/// What stays for everything else on the machine, the server included: this much, or a tenth if that is more.
const MEMORY_SPARED: u64 = 256 * MIB;

/// Of the server's open files: those of an environment, and those of everything else.
const DESCRIPTORS_EACH: u64 = 16;
const DESCRIPTORS_SPARED: u64 = 256;

/// In bytes. Unless it is configured: what is available as the server starts, within the limits of the control groups
/// that it lives in. Always enough for the smallest function.
pub fn memory(config: &Config) -> u64 {
    if let Some(mebibytes) = config.memory {
        return mebibytes.saturating_mul(MIB);
    }
    let limits =
        fs::read_to_string("/proc/self/cgroup").map(|groups| limit_files(&groups)).unwrap_or_default();
    let limits = limits.iter().filter_map(|file| fs::read_to_string(file).ok()?.trim().parse().ok());
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|info| available(&info));
    spare(limits.chain(machine).min().unwrap_or(u64::MAX))
}

/// As many as the limit of open files allows; to be asked once that has been raised.
pub fn environments_max() -> u64 {
    let descriptors = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    (descriptors.saturating_sub(DESCRIPTORS_SPARED) / DESCRIPTORS_EACH).max(1)
}

fn spare(available: u64) -> u64 {
    let spared = MEMORY_SPARED.max(available / 10);
    available.saturating_sub(spared).max(u64::from(MemoryMib::MIN) * MIB)
}

/// Of `/proc/meminfo`, in bytes.
fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// Of `/proc/self/cgroup`: where the limits of the memory of each group up to the root are, if there are any.
fn limit_files(groups: &str) -> Vec<PathBuf> {
    let limits = |group: &str| {
        let mut fields = group.splitn(3, ':');
        let (_, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
        let (root, file) = match controllers {
            "" => ("/sys/fs/cgroup", "memory.max"),
            _ if controllers.split(',').any(|controller| controller == "memory") => {
                ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
            }
            _ => return None,
        };
        let path = path.trim_start_matches('/');
        let ancestors = Path::new(path).ancestors();
        Some(ancestors.map(move |ancestor| Path::new(root).join(ancestor).join(file)).collect::<Vec<_>>())
    };
    groups.lines().filter_map(limits).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_laptop_runs_several_large_functions_and_a_small_machine_the_smallest() {
        assert_eq!(spare(10_000 * MIB), 9000 * MIB);
        assert_eq!(spare(600 * MIB), 344 * MIB);
        assert_eq!(spare(100 * MIB), 128 * MIB);
    }

    #[test]
    fn what_is_available_is_read_as_the_kernel_writes_it() {
        let meminfo = "MemTotal:       16384000 kB\nMemFree:          100 kB\nMemAvailable:    8192000 kB\n";
        assert_eq!(available(meminfo), Some(8_192_000 * 1024));
        assert_eq!(available("MemTotal: 1 kB"), None);
    }

    #[test]
    fn the_limit_of_every_ancestor_counts_in_both_hierarchies() {
        let shown = |groups| {
            let files = limit_files(groups);
            files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(
            shown("0::/user.slice/hob.scope"),
            [
                "/sys/fs/cgroup/user.slice/hob.scope/memory.max",
                "/sys/fs/cgroup/user.slice/memory.max",
                "/sys/fs/cgroup/memory.max",
            ]
        );
        assert_eq!(
            shown("5:devices:/\n4:memory,blkio:/job"),
            [
                "/sys/fs/cgroup/memory/job/memory.limit_in_bytes",
                "/sys/fs/cgroup/memory/memory.limit_in_bytes"
            ]
        );
    }
}
