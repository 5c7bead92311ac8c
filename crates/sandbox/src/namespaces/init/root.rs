//! The root file system of a sandbox.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{Mode, OFlags, ResolveFlags, mkdirat, openat2, symlinkat};
use rustix::io::Errno;
use rustix::mount::MountAttrFlags;

use super::super::launcher::Stage;
use super::super::mounts::{self, READ_ONLY};
use super::super::problem::{Doing, Result};
use crate::spec::TMP_BYTES_PER_FILE;
use crate::sys::{self, Propagation};
use crate::{Mount, SandboxSpec};

/// Directories that every function finds, empty if nothing is mounted there.
const DIRECTORIES: [&str; 11] =
    ["proc", "tmp", "var", "var/task", "var/runtime", "var/lang", "opt", "run", "home", "mnt", "root"];

/// Files of `/proc` that tell of the host what a function need not know, and that its user could read.
const MASKED: [&str; 3] = ["proc/kcore", "proc/keys", "proc/timer_list"];

/// Builds the file system and makes it this process's own. All of it is read-only but `/tmp`.
pub(crate) fn build(spec: &SandboxSpec, stage: &Stage, tmp: Option<&OwnedFd>) -> Result<()> {
    stage.leave_to_launcher()?;
    let tmpfs = mounts::new("tmpfs", &[("mode", "755"), ("size", "1m")], MountAttrFlags::empty())?;
    mounts::attach_at(&tmpfs, &stage.root_mount_point())?;
    let root = Root { directory: tmpfs };
    root.show_stage(stage)?;
    for mount in &spec.mounts {
        root.show(mount)?;
    }
    root.open_slots(spec, stage)?;
    root.mount_proc()?;
    match tmp {
        Some(image) => root.attach(image, Path::new("tmp"))?,
        None => root.mount_tmp(spec)?,
    }
    sys::set_mount_attributes(root.directory.as_fd(), READ_ONLY, Propagation::Private, false)
        .doing("making the root read-only")?;
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
                let place = self.open(target).doing(format_args!("opening /{}", target.display()))?;
                mounts::stack(stack, place.as_fd())
            }
        }
    }

    /// Each is a copy of an empty directory on the launcher's side, and shows what is mounted there later.
    fn open_slots(&self, spec: &SandboxSpec, stage: &Stage) -> Result<()> {
        for (number, slot) in spec.slots.iter().enumerate() {
            let target = slot.strip_prefix("/").unwrap_or(slot);
            let source = stage.slots(&spec.id.to_string()).join(number.to_string());
            self.make_directories(target)?;
            self.attach(mounts::copy_as(&source, READ_ONLY, Propagation::Slave)?, target)?;
        }
        Ok(())
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
        let size = spec.ephemeral_storage.bytes();
        // The kernel would allow as many files as the host has pages, and not count what it remembers of them.
        let (size, files) = (size.to_string(), (size / TMP_BYTES_PER_FILE).to_string());
        let attributes = MountAttrFlags::MOUNT_ATTR_NOSUID | MountAttrFlags::MOUNT_ATTR_NODEV;
        let tmp =
            mounts::new("tmpfs", &[("mode", "1777"), ("size", &size), ("nr_inodes", &files)], attributes)?;
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
