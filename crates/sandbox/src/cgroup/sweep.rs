//! Removes the groups of a server that no longer runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::freezer::thaw_v1;
use super::group::remove_directory;

/// A group whose processes were just killed can only be removed when the kernel has ended them.
const ATTEMPTS: u32 = 400;
const PAUSE: Duration = Duration::from_millis(5);

/// Removes an instance's directory with all groups in it, after killing what still runs there; the launcher's
/// death has killed it already, unless the kernel has yet to get to it. Blocks for up to two seconds; `false` if
/// something is left then.
pub(crate) fn remove_all(instance: &Path) -> bool {
    let removed = remove_groups(instance) && remove_directory(instance);
    // Empty only when this was the last instance.
    if let Some(hob) = instance.parent().filter(|parent| parent.ends_with("hob")) {
        remove_directory(hob);
    }
    removed
}

/// Likewise, but leaves the instance's own directory for new groups.
pub(crate) fn remove_groups(instance: &Path) -> bool {
    (0..ATTEMPTS).any(|attempt| {
        if attempt > 0 {
            thread::sleep(PAUSE);
        }
        groups_in(instance).iter().fold(true, |removed, group| {
            end_processes(group);
            remove_directory(group) && removed
        })
    })
}

fn groups_in(instance: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(instance).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect()
}

/// Kills the processes of a group, frozen ones included.
fn end_processes(group: &Path) {
    // Version 2 kills a whole group at once.
    if group.join("cgroup.kill").exists() && fs::write(group.join("cgroup.kill"), "1").is_ok() {
        return;
    }
    let processes = fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
    for process in processes.lines().filter_map(|line| line.parse().ok()).filter_map(Pid::from_raw) {
        // It fails only if the process has ended.
        let _ = kill_process(process, Signal::KILL);
    }
    // A frozen process of version 1 dies when it is thawed.
    thaw_v1(group);
}
