//! How much memory one process uses, as the kernel tells it process by process.

use std::fs;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::path::Path;

/// The share of a process in the pages that it uses, in bytes, without shared memory, which the content of `/tmp` is;
/// 0 if it has ended. `process` is its directory below `/proc`.
pub(super) fn of(process: &Path) -> u64 {
    let Ok(rollup) = fs::read_to_string(process.join("smaps_rollup")) else { return 0 };
    kilobytes(&rollup, "Pss:").saturating_sub(kilobytes(&rollup, "Pss_Shmem:")) << 10
}

/// The number of a process in this process's own namespace, whatever namespace its descriptor came from.
pub(super) fn number(process: BorrowedFd<'_>) -> io::Result<u32> {
    let text = fs::read_to_string(format!("/proc/self/fdinfo/{}", process.as_raw_fd()))?;
    let number = text.lines().find_map(|line| line.strip_prefix("Pid:"));
    number.and_then(|number| number.trim().parse().ok()).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn kilobytes(rollup: &str, name: &str) -> u64 {
    let line = rollup.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use rustix::process::{PidfdFlags, getpid, pidfd_open};

    use super::*;

    #[test]
    fn shared_memory_does_not_count() {
        let process = tempfile::tempdir().unwrap();
        let rollup =
            "Rss: 9000 kB\nPss:                3000 kB\nPss_Anon: 1000 kB\nPss_Shmem:          1024 kB\n";
        fs::write(process.path().join("smaps_rollup"), rollup).unwrap();
        assert_eq!(of(process.path()), 1976 << 10);
        assert_eq!(of(Path::new("/proc/nobody")), 0);
    }

    #[test]
    fn a_descriptor_tells_the_number_of_its_process() {
        let me = pidfd_open(getpid(), PidfdFlags::empty()).unwrap();
        assert_eq!(number(me.as_fd()).unwrap(), std::process::id());
    }
}
