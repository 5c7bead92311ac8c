//! How much memory one process uses, as the kernel tells it process by process.

use std::fs;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::path::Path;

/// In bytes. Pages that several processes use count for each by its share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Memory {
    pub(super) own: u64,
    /// What the kernel keeps as files in memory: shared mappings, and the content of a `/tmp` that is memory.
    pub(super) shared: u64,
}

/// Nothing if the process has ended. `process` is its directory below `/proc`.
pub(super) fn of(process: &Path) -> Memory {
    let Ok(rollup) = fs::read_to_string(process.join("smaps_rollup")) else { return Memory::default() };
    let shared = kilobytes(&rollup, "Pss_Shmem:");
    Memory { own: kilobytes(&rollup, "Pss:").saturating_sub(shared) << 10, shared: shared << 10 }
}

/// The number of a process in this process's own namespace, whatever namespace its descriptor came from.
pub(super) fn number(process: BorrowedFd<'_>) -> io::Result<u32> {
    let text = fs::read_to_string(format!("/proc/self/fdinfo/{}", process.as_raw_fd()))?;
    let number = text.lines().find_map(|line| line.strip_prefix("Pid:"));
    number.and_then(|number| number.trim().parse().ok()).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

pub(crate) fn kilobytes(rollup: &str, name: &str) -> u64 {
    let line = rollup.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use rustix::process::{PidfdFlags, getpid, pidfd_open};

    use super::*;

    #[test]
    fn shared_memory_counts_by_itself() {
        let process = tempfile::tempdir().unwrap();
        let rollup =
            "Rss: 9000 kB\nPss:                3000 kB\nPss_Anon: 1000 kB\nPss_Shmem:          1024 kB\n";
        fs::write(process.path().join("smaps_rollup"), rollup).unwrap();
        assert_eq!(of(process.path()), Memory { own: 1976 << 10, shared: 1024 << 10 });
        assert_eq!(of(Path::new("/proc/nobody")), Memory::default());
    }

    #[test]
    fn a_descriptor_tells_the_number_of_its_process() {
        let me = pidfd_open(getpid(), PidfdFlags::empty()).unwrap();
        assert_eq!(number(me.as_fd()).unwrap(), std::process::id());
    }
}
