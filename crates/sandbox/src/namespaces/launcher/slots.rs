//! The directories of a sandbox in which something appears after it was made.
//!
//! Each sandbox has a mount of its own here, of the same few empty directories, and shows copies of those that are
//! slaves of it: what is mounted here appears there at once, and nothing that is mounted there appears here.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, openat};
use rustix::mount::{UnmountFlags, unmount};

use super::super::mounts::{self, READ_ONLY};
use super::super::problem::{Doing, Result};
use super::stage::Stage;
use crate::Mount;
use crate::sys::{self, Propagation};

/// Dropping it leaves what the sandbox shows as it is then, for good.
#[derive(Debug)]
pub(super) struct Slots {
    place: PathBuf,
    mount: OwnedFd,
    /// Where each is inside, by its number.
    targets: Vec<PathBuf>,
}

impl Slots {
    /// For a sandbox that is to be forked next. `None` for one that has no slots.
    pub(super) fn open(stage: &Stage, sandbox: &str, targets: &[PathBuf]) -> Result<Option<Self>> {
        if targets.is_empty() {
            return Ok(None);
        }
        let template = stage.slot_template();
        for number in 0..targets.len() {
            make_directory(&template.join(number.to_string()))?;
        }
        let place = stage.slots(sandbox);
        make_directory(&place)?;
        let mount = mounts::copy_as(&template, READ_ONLY, Propagation::Shared)?;
        let slots = Self { place, mount, targets: targets.to_owned() };
        mounts::attach_at(&slots.mount, &slots.place)?;
        Ok(Some(slots))
    }

    /// Mounts each at the slot that its target names.
    pub(super) fn attach(&self, wanted: &[Mount]) -> Result<()> {
        wanted.iter().try_for_each(|mount| self.show(mount))
    }

    fn show(&self, wanted: &Mount) -> Result<()> {
        let number = self.targets.iter().position(|target| *target == wanted.target);
        let number = number.ok_or(std::io::ErrorKind::NotFound);
        let number = number.doing(format_args!("looking for the slot {}", wanted.target.display()))?;
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let slot = openat(&self.mount, number.to_string(), flags, Mode::empty()).doing("opening a slot")?;
        match wanted.sources.as_slice() {
            [] => Ok(()),
            [source] => mounts::attach(mounts::copy(source, READ_ONLY)?, slot.as_fd()),
            stack => mounts::stack(stack, slot.as_fd()),
        }
    }
}

impl Drop for Slots {
    fn drop(&mut self) {
        // Unmounting here would unmount in the sandbox, too, if it still followed.
        let separated = sys::set_mount_attributes(self.mount.as_fd(), 0, Propagation::Private, false);
        if separated.is_ok() && unmount(&self.place, UnmountFlags::DETACH).is_ok() {
            // It is empty, unless the unmounting failed.
            let _ = fs::remove_dir(&self.place);
        }
    }
}

fn make_directory(path: &Path) -> Result<()> {
    match fs::create_dir(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        result => result.doing(format_args!("making {}", path.display())),
    }
}
