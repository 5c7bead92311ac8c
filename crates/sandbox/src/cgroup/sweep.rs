//! Removes the groups of a server that no longer runs.

use std::fs;
use std::path::Path;

use super::group::remove_directory;

/// Removes an instance's directory with all groups in it, after killing what still runs there; the launcher's
/// death has killed it already, unless the kernel has yet to get to it.
pub(crate) fn remove_all(instance: &Path) {
    for group in groups_in(instance) {
        end_processes(&group);
        remove_directory(&group);
    }
    remove_directory(instance);
    // Empty only when this was the last instance.
    if let Some(hob) = instance.parent().filter(|parent| parent.ends_with("hob")) {
        remove_directory(hob);
    }
}

fn groups_in(instance: &Path) -> Vec<std::path::PathBuf> {
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
    for process in
        processes.lines().filter_map(|line| line.parse().ok()).filter_map(rustix::process::Pid::from_raw)
    {
        let _ = rustix::process::kill_process(process, rustix::process::Signal::KILL);
    }
    // A frozen process of version 1 dies when it is thawed.
    let state = group.join("freezer.state");
    if state.exists() {
        let _ = fs::write(state, "THAWED");
    }
}
