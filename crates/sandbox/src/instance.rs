//! The name of one running server, in everything that could outlive it.
//!
//! A server holds a lock on `<runtime directory>/<instance>.lock` for as long as it lives; the kernel lets go of
//! it however the server ends. The file lists the control groups' directories. A server that starts sweeps every
//! instance whose lock is free.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use hob_types::Random;
use rustix::fs::{FlockOperation, flock};

use crate::cgroup;

/// This server's own instance. Dropping it removes what the file system shows of it.
#[derive(Debug)]
pub(crate) struct Instance {
    name: String,
    directory: PathBuf,
    lock: File,
}

impl Instance {
    /// Takes a new name. The directory is made if need be, for this user only.
    pub(crate) fn create(directory: &Path, random: &dyn Random) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o755).create(directory)?;
        let name = u32::from_ne_bytes(random.array());
        let name = format!("{name:08x}");
        // It gets the name by which others find it when it is locked already.
        let unlocked = directory.join(format!("{name}.new"));
        let lock = OpenOptions::new().read(true).write(true).create_new(true).open(&unlocked)?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        fs::create_dir(directory.join(&name))?;
        fs::rename(unlocked, lock_path(directory, &name))?;
        Ok(Self { name, directory: directory.to_owned(), lock })
    }

    /// Eight lower-case hexadecimal digits.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// An empty directory over which the launcher mounts, where only it sees it.
    pub(crate) fn stage(&self) -> PathBuf {
        self.directory.join(&self.name)
    }

    /// Notes what is to be swept if this server is killed.
    pub(crate) fn record(&mut self, cgroups: &cgroup::Layout) -> io::Result<()> {
        for directory in cgroups.directories() {
            writeln!(self.lock, "{}", directory.display())?;
        }
        Ok(())
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        remove(&self.directory, &self.name);
    }
}

/// Removes what servers left that no longer run. Never touches what belongs to a running one.
pub(crate) fn sweep(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".lock").map(str::to_owned))
        .filter(|name| sweep_instance(directory, name))
        .collect()
}

/// `true` if it was dead.
fn sweep_instance(directory: &Path, name: &str) -> bool {
    let Ok(lock) = File::open(lock_path(directory, name)) else { return false };
    let dead = flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok();
    if dead {
        remove(directory, name);
    }
    dead
}

fn remove(directory: &Path, name: &str) {
    let path = lock_path(directory, name);
    let mut groups = String::new();
    let _ = File::open(&path).and_then(|mut lock| lock.read_to_string(&mut groups));
    let removed = groups.lines().filter(|group| !cgroup::remove_all(Path::new(group))).count() == 0;
    let _ = fs::remove_dir(directory.join(name));
    // As long as the file is there, a later sweep tries again what did not work now.
    if removed {
        let _ = fs::remove_file(path);
    }
}

fn lock_path(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{name}.lock"))
}

#[cfg(test)]
mod tests {
    use hob_types::SeededRandom;

    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_running_server_is_never_swept() {
        let directory = tempfile::tempdir().unwrap();
        let live = Instance::create(directory.path(), &SeededRandom::new(1)).unwrap();
        assert_eq!(sweep(directory.path()), Vec::<String>::new());
        assert!(live.stage().is_dir());
    }

    #[test]
    fn what_a_killed_server_left_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        let group = tempfile::tempdir().unwrap();
        fs::create_dir_all(group.path().join("dead/environment")).unwrap();
        fs::create_dir(directory.path().join("dead")).unwrap();
        let list = format!("{}\n", group.path().join("dead").display());
        fs::write(directory.path().join("dead.lock"), list).unwrap();

        assert_eq!(sweep(directory.path()), ["dead"]);
        assert_eq!(names(directory.path()), Vec::<String>::new());
        assert_eq!(names(group.path()), Vec::<String>::new());
    }

    #[test]
    fn a_server_that_ends_in_peace_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        drop(Instance::create(directory.path(), &SeededRandom::new(1)).unwrap());
        assert_eq!(names(directory.path()), Vec::<String>::new());
    }
}
