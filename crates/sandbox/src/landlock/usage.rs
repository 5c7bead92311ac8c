//! What a sandbox's processes and files use, where no control group counts it.

use std::fs::{self, DirEntry};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::process::Pid;

use super::removal::make_accessible;
use crate::namespaces::kilobytes;
use crate::spec::TMP_BYTES_PER_FILE;

/// In bytes. A page that several processes share counts once among them.
pub(super) fn memory(process: Pid) -> u64 {
    let directory = PathBuf::from(format!("/proc/{process}"));
    match fs::read_to_string(directory.join("smaps_rollup")) {
        Ok(rollup) => kilobytes(&rollup, "Pss:") << 10,
        // It has hidden itself (PR_SET_DUMPABLE); this is for everybody, and counts shared pages in full.
        Err(_) => {
            let status = fs::read_to_string(directory.join("status")).unwrap_or_default();
            kilobytes(&status, "VmRSS:") << 10
        }
    }
}

/// How many threads a process has.
pub(super) fn threads(process: Pid) -> usize {
    fs::read_dir(format!("/proc/{process}/task")).map_or(0, Iterator::count)
}

/// What a directory takes on its disk, in bytes, and a file at least its share of a `/tmp`. Fails where it cannot be known, such as below a path too long to name.
pub(super) fn files(directory: &Path) -> io::Result<u64> {
    let mut directories = vec![directory.to_owned()];
    let mut total = 0;
    while let Some(directory) = directories.pop() {
        for entry in entries(&directory)? {
            let Some(metadata) = still_there(entry.metadata())? else { continue };
            total += (metadata.blocks() * 512).max(TMP_BYTES_PER_FILE);
            if metadata.is_dir() {
                directories.push(entry.path());
            }
        }
    }
    Ok(total)
}

fn entries(directory: &Path) -> io::Result<Vec<DirEntry>> {
    let read = fs::read_dir(directory).or_else(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => {
            make_accessible(directory);
            fs::read_dir(directory)
        }
        _ => Err(error),
    });
    match still_there(read)? {
        Some(entries) => entries.collect(),
        None => Ok(Vec::new()),
    }
}

/// Files come and go while one looks.
fn still_there<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_a_closed_directory_counts() {
        let directory = tempfile::tempdir().unwrap();
        let closed = directory.path().join("a/closed");
        fs::create_dir_all(&closed).unwrap();
        fs::write(closed.join("file"), vec![1; 1 << 20]).unwrap();
        fs::set_permissions(&closed, std::os::unix::fs::PermissionsExt::from_mode(0o000)).unwrap();
        assert!(files(directory.path()).unwrap() >= 1 << 20);
    }

    #[test]
    fn a_file_without_content_takes_room() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("empty"), []).unwrap();
        assert_eq!(files(directory.path()).unwrap(), TMP_BYTES_PER_FILE);
    }

    #[test]
    fn a_process_that_cannot_be_examined_is_counted_all_the_same() {
        assert_eq!(kilobytes("VmHWM:\t  400 kB\nVmRSS:\t  300 kB\n", "VmRSS:"), 300);
        assert!(memory(rustix::process::getpid()) > 1 << 20);
    }
}
