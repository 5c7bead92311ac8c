//! What version 2 demands before groups with limits can be made: a group that has processes cannot hand
//! controllers to groups below it ("no internal processes"), and each level must hand them on explicitly.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Controller;

/// The controllers that sandboxes use.
const CONTROLLERS: [&str; 3] = ["memory", "cpu", "pids"];

/// The name of the leaf into which the server's own processes move.
const LEAF: &str = "hob-server";

pub(super) fn has(group: &Path, controller: &str) -> bool {
    listed(&group.join("cgroup.controllers"), controller)
}

/// Whether groups below this one can use the controller.
pub(super) fn offers(group: &Path, controller: Controller) -> bool {
    let name = match controller {
        Controller::Memory => "memory",
        Controller::Cpu => "cpu",
        Controller::Pids => "pids",
        // Part of every group, in kernels from 5.2 on.
        Controller::Freezer => return group.join("cgroup.freeze").exists(),
    };
    listed(&group.join("cgroup.subtree_control"), name)
}

/// The group below which this server can make groups with limits: its own if it was delegated to it (systemd:
/// `Delegate=yes`), else the root of the tree, which only root may use and which may have processes.
pub(super) fn delegate(own: &Path) -> io::Result<PathBuf> {
    // An earlier server, or this one before a restart of the launcher, may have moved into the leaf already.
    let own = if own.ends_with(LEAF) { own.parent().unwrap_or(own) } else { own };
    match enable_controllers(own) {
        Ok(()) => Ok(own.to_owned()),
        Err(error) if error.raw_os_error() == Some(libc::EBUSY) => {
            move_into_leaf(own)?;
            enable_controllers(own)?;
            Ok(own.to_owned())
        }
        Err(_) if rustix::process::geteuid().is_root() => {
            let root = root_of(own);
            enable_controllers(root)?;
            Ok(root.to_owned())
        }
        Err(error) => Err(error),
    }
}

/// Hands the controllers that a group has on to the groups below it.
pub(super) fn enable_controllers(group: &Path) -> io::Result<()> {
    let control = group.join("cgroup.subtree_control");
    for controller in CONTROLLERS {
        if has(group, controller) && !listed(&control, controller) {
            fs::write(&control, format!("+{controller}"))?;
        }
    }
    Ok(())
}

/// Moves every process of a group into a leaf below it.
fn move_into_leaf(group: &Path) -> io::Result<()> {
    let leaf = group.join(LEAF);
    fs::create_dir_all(&leaf)?;
    let target = leaf.join("cgroup.procs");
    for process in fs::read_to_string(group.join("cgroup.procs"))?.lines() {
        match fs::write(&target, process) {
            // It has ended meanwhile.
            Err(error) if error.raw_os_error() == Some(libc::ESRCH) => {}
            result => result?,
        }
    }
    Ok(())
}

/// The root group of the tree is the topmost directory with the tree's files.
fn root_of(group: &Path) -> &Path {
    group.ancestors().take_while(|path| path.join("cgroup.controllers").exists()).last().unwrap_or(group)
}

fn listed(file: &Path, word: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|text| text.split_whitespace().any(|listed| listed == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(controllers: &str, enabled: &str) -> tempfile::TempDir {
        let group = tempfile::tempdir().unwrap();
        fs::write(group.path().join("cgroup.controllers"), controllers).unwrap();
        fs::write(group.path().join("cgroup.subtree_control"), enabled).unwrap();
        group
    }

    #[test]
    fn a_group_whose_controllers_are_handed_on_is_used_as_it_is() {
        let group = group("cpu memory pids io\n", "cpu memory pids\n");
        assert_eq!(delegate(group.path()).unwrap(), group.path());
        let left = fs::read_to_string(group.path().join("cgroup.subtree_control")).unwrap();
        assert_eq!(left, "cpu memory pids\n", "nothing was written");
    }

    #[test]
    fn a_missing_controller_is_enabled() {
        let group = group("cpu memory\n", "memory\n");
        enable_controllers(group.path()).unwrap();
        assert_eq!(fs::read_to_string(group.path().join("cgroup.subtree_control")).unwrap(), "+cpu");
    }

    #[test]
    fn processes_move_into_the_leaf() {
        let group = group("memory\n", "");
        fs::write(group.path().join("cgroup.procs"), "41\n").unwrap();
        move_into_leaf(group.path()).unwrap();
        assert_eq!(fs::read_to_string(group.path().join(LEAF).join("cgroup.procs")).unwrap(), "41");
    }

    #[test]
    fn the_server_in_its_leaf_uses_the_group_above() {
        let group = group("memory\n", "memory\n");
        assert_eq!(delegate(&group.path().join(LEAF)).unwrap(), group.path());
    }
}
