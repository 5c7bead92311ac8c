//! Mounts by descriptor: made detached, given their attributes, and only then attached.

use std::ffi::CString;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::CWD;
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MountFlags, MoveMountFlags, OpenTreeFlags, fsconfig_create,
    fsconfig_set_flag, fsconfig_set_string, fsmount, fsopen, mount, move_mount, open_tree,
};

use super::problem::{Doing, Result};
use crate::sys::{self, Propagation};

/// No set-user-ID programs and no devices.
pub(crate) const GUARDED: u64 = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV;
/// Likewise, and nothing can be changed.
pub(crate) const READ_ONLY: u64 = GUARDED | libc::MOUNT_ATTR_RDONLY;

/// A copy of a file or of a directory with all that is mounted in it, not yet attached.
pub(crate) fn copy(source: &Path, attributes: u64) -> Result<OwnedFd> {
    copy_as(source, attributes, Propagation::Private)
}

/// Likewise, but with a say in what becomes of what is mounted in it later.
pub(crate) fn copy_as(source: &Path, attributes: u64, propagation: Propagation) -> Result<OwnedFd> {
    let flags =
        OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::AT_RECURSIVE;
    let tree =
        open_tree(CWD, source, flags).doing(format_args!("copying the mount of {}", source.display()))?;
    sys::set_mount_attributes(tree.as_fd(), attributes, propagation, true)
        .doing(format_args!("restricting the mount of {}", source.display()))?;
    Ok(tree)
}

/// A new file system, not yet attached.
pub(crate) fn new(kind: &str, options: &[(&str, &str)], attributes: MountAttrFlags) -> Result<OwnedFd> {
    let doing = format_args!("mounting a {kind}").to_string();
    let context = fsopen(kind, FsOpenFlags::FSOPEN_CLOEXEC).doing(&doing)?;
    for (key, value) in options {
        match *value {
            "" => fsconfig_set_flag(context.as_fd(), *key),
            value => fsconfig_set_string(context.as_fd(), *key, value),
        }
        .doing(format_args!("{doing} with {key}={value}"))?;
    }
    fsconfig_create(context.as_fd()).doing(&doing)?;
    fsmount(context.as_fd(), FsMountFlags::FSMOUNT_CLOEXEC, attributes).doing(&doing)
}

/// Lays several directories over one another, by an overlay that cannot be written to, and mounts that over an open
/// directory.
pub(crate) fn stack(sources: &[PathBuf], target: BorrowedFd<'_>) -> Result<()> {
    // Through its descriptor, because the path could lead elsewhere.
    let path = format!("/proc/self/fd/{}", target.as_raw_fd());
    let flags = MountFlags::RDONLY | MountFlags::NOSUID | MountFlags::NODEV;
    let options = CString::new(overlay_options(sources)).doing("stacking directories")?;
    mount("overlay", path, "overlay", flags, options.as_c_str()).doing("stacking directories")
}

/// The kernel wants the topmost directory first, and a backslash before what would end a name.
fn overlay_options(sources: &[PathBuf]) -> Vec<u8> {
    let escaped = |source: &PathBuf| -> Vec<u8> {
        let special = |byte: &u8| matches!(byte, b'\\' | b':' | b',');
        source
            .as_os_str()
            .as_bytes()
            .iter()
            .flat_map(|byte| special(byte).then_some(b'\\').into_iter().chain([*byte]))
            .collect()
    };
    let stack: Vec<Vec<u8>> = sources.iter().rev().map(escaped).collect();
    [b"lowerdir=".as_slice(), &stack.join(&b':')].concat()
}

/// Attaches a detached mount to an open directory or file.
pub(crate) fn attach(mount: impl AsFd, target: BorrowedFd<'_>) -> Result<()> {
    let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH;
    move_mount(mount, c"", target, c"", flags).doing("attaching a mount")
}

/// Attaches a detached mount to a path that the server itself made.
pub(crate) fn attach_at(mount: impl AsFd, target: &Path) -> Result<()> {
    move_mount(mount, c"", CWD, target, MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH)
        .doing(format_args!("attaching a mount at {}", target.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_layer_lies_on_top() {
        let sources = [PathBuf::from("/layers/first"), PathBuf::from("/layers/a:b,c")];
        assert_eq!(overlay_options(&sources), br"lowerdir=/layers/a\:b\,c:/layers/first");
    }
}
