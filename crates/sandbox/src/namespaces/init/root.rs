//! The root file system of a sandbox.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{Mode, OFlags, ResolveFlags, mkdirat, openat2, symlinkat};
use rustix::io::Errno;
use rustix::mount::{MountAttrFlags, MountFlags, mount};

use super::super::launcher::Stage;
use super::super::mounts::{self, READ_ONLY};
use super::super::problem::{Doing, Result};
use crate::{Mount, SandboxSpec, sys};

/// Directories that every function finds, empty if nothing is mounted there.
const DIRECTORIES: [&str; 11] =
    ["proc", "tmp", "var", "var/task", "var/runtime", "var/lang", "opt", "run", "home", "mnt", "root"];

/// Files of `/proc` that tell of the host what a function need not know, and that its user could read.
const MASKED: [&str; 3] = ["proc/kcore", "proc/keys", "proc/timer_list"];

/// Builds the file system and makes it this process's own. All of it is read-only but `/tmp`.
pub(super) fn build(spec: &SandboxSpec, stage: &Stage, tmp: Option<&OwnedFd>) -> Result<()> {
    let tmpfs = mounts::new("tmpfs", &[("mode", "755"), ("size", "1m")], MountAttrFlags::empty())?;
    mounts::attach_at(&tmpfs, &stage.root_mount_point())?;
    let root = Root { directory: tmpfs };
    root.show_stage(stage)?;
    for mount in &spec.mounts {
        root.show(mount)?;
    }
    root.mount_proc()?;
    match tmp {
        Some(image) => root.attach(image, Path::new("tmp"))?,
        None => root.mount_tmp(spec)?,
    }
    sys::set_mount_attributes(root.directory.as_fd(), READ_ONLY, false).doing("making the root read-only")?;
    sys::pivot_root(root.directory.as_fd()).doing("changing the root directory")
}

struct Root {
    directory: OwnedFd,
}

impl Root {
    fn show_stage(&self, stage: &Stage) -> Result<()> {
        for name in DIRECTORIES {
            self.make_directory(Path::new(name))?;
        }
        for (name, target) in &stage.links {
            symlinkat(target, &self.directory, *name).doing(format_args!("linking /{name}"))?;
        }
        for name in &stage.directories {
            self.make_directory(Path::new(name))?;
            let attributes =
                if *name == "dev" { libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID } else { READ_ONLY };
            self.attach(mounts::copy(&stage.source(name), attributes)?, Path::new(name))?;
        }
        Ok(())
    }

    fn show(&self, wanted: &Mount) -> Result<()> {
        let target = wanted.target.strip_prefix("/").unwrap_or(&wanted.target);
        match wanted.sources.as_slice() {
            [] => self.make_directories(target),
            [source] => {
                let tree = mounts::copy(source, READ_ONLY)?;
                self.make_target(target, source.is_dir())?;
                self.attach(tree, target)
            }
            stack => {
                self.make_directories(target)?;
                self.stack(stack, target)
            }
        }
    }

    /// Several directories over one another, by an overlay that cannot be written to.
    fn stack(&self, sources: &[PathBuf], target: &Path) -> Result<()> {
        let place = self.open(target).doing(format_args!("opening {}", target.display()))?;
        // Through its descriptor, because the path could lead elsewhere before the root is changed.
        let path = format!("/proc/self/fd/{}", place.as_raw_fd());
        let flags = MountFlags::RDONLY | MountFlags::NOSUID | MountFlags::NODEV;
        let options = std::ffi::CString::new(overlay_options(sources)).doing("stacking directories")?;
        mount("overlay", path, "overlay", flags, options.as_c_str())
            .doing(format_args!("stacking directories under /{}", target.display()))
    }

    fn mount_proc(&self) -> Result<()> {
        let attributes = MountAttrFlags::MOUNT_ATTR_RDONLY
            | MountAttrFlags::MOUNT_ATTR_NOSUID
            | MountAttrFlags::MOUNT_ATTR_NODEV
            | MountAttrFlags::MOUNT_ATTR_NOEXEC;
        let proc = mounts::new("proc", &[("hidepid", "invisible")], attributes)?;
        self.attach(proc, Path::new("proc"))?;
        for masked in MASKED {
            // Not every kernel has each of them.
            if let Ok(file) = self.open(Path::new(masked)) {
                mounts::attach(mounts::copy(Path::new("/dev/null"), READ_ONLY)?, file.as_fd())?;
            }
        }
        Ok(())
    }

    fn mount_tmp(&self, spec: &SandboxSpec) -> Result<()> {
        let size = spec.ephemeral_storage.bytes().to_string();
        let attributes = MountAttrFlags::MOUNT_ATTR_NOSUID | MountAttrFlags::MOUNT_ATTR_NODEV;
        let tmp = mounts::new("tmpfs", &[("mode", "1777"), ("size", &size)], attributes)?;
        self.attach(tmp, Path::new("tmp"))
    }

    fn attach(&self, mount: impl AsFd, target: &Path) -> Result<()> {
        let place = self.open(target).doing(format_args!("opening /{}", target.display()))?;
        mounts::attach(mount, place.as_fd())
    }

    /// A path as it will be inside: links of the function's own code cannot lead out of it.
    fn open(&self, path: &Path) -> rustix::io::Result<OwnedFd> {
        let flags = OFlags::PATH | OFlags::CLOEXEC;
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        openat2(&self.directory, path, flags, Mode::empty(), resolve)
    }

    /// Something to mount over, if there is nothing yet.
    fn make_target(&self, target: &Path, is_directory: bool) -> Result<()> {
        if is_directory {
            return self.make_directories(target);
        }
        self.make_directories(target.parent().unwrap_or(Path::new("")))?;
        match self.open(target) {
            Err(Errno::NOENT) => self.make_file(target),
            result => result.map(drop).doing(format_args!("opening /{}", target.display())),
        }
    }

    fn make_directories(&self, path: &Path) -> Result<()> {
        let mut made = PathBuf::new();
        for component in path.components() {
            let Component::Normal(name) = component else { continue };
            made.push(name);
            self.make_directory(&made)?;
        }
        Ok(())
    }

    /// If it is not there. Its parent is.
    fn make_directory(&self, path: &Path) -> Result<()> {
        match self.in_parent(path, |parent, name| mkdirat(parent, name, Mode::from_raw_mode(0o755))) {
            // In a directory of the host that is read-only, only what exists already can be mounted over.
            Err(Errno::EXIST | Errno::ROFS) => Ok(()),
            result => result.doing(format_args!("making /{}", path.display())),
        }
    }

    fn make_file(&self, path: &Path) -> Result<()> {
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
        let make = |parent: BorrowedFd<'_>, name: &Path| {
            rustix::fs::openat(parent, name, flags, Mode::from_raw_mode(0o644)).map(drop)
        };
        self.in_parent(path, make).doing(format_args!("making /{}", path.display()))
    }

    fn in_parent(
        &self,
        path: &Path,
        make: impl FnOnce(BorrowedFd<'_>, &Path) -> rustix::io::Result<()>,
    ) -> rustix::io::Result<()> {
        match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) if !parent.as_os_str().is_empty() => {
                make(self.open(parent)?.as_fd(), Path::new(name))
            }
            _ => make(self.directory.as_fd(), path),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_layer_lies_on_top() {
        let sources = [PathBuf::from("/layers/first"), PathBuf::from("/layers/a:b,c")];
        assert_eq!(overlay_options(&sources), br"lowerdir=/layers/a\:b\,c:/layers/first");
    }
}
