//! Stops a sandbox's processes and lets them go on.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Layout, Place, Version};

/// One sandbox's. Dropping it lets the processes go on: in version 1 a frozen one does not even die.
#[derive(Debug)]
pub(super) struct Freezer {
    group: Option<(Version, PathBuf)>,
    /// Open from the first use on: between two invocations each system call counts.
    switch: OnceLock<File>,
    frozen: AtomicBool,
}

impl Freezer {
    pub(super) fn new(layout: &Layout, name: &str) -> Self {
        let group = layout.freezer.as_ref().map(|place| (place.version, place.directory.join(name)));
        Self { group, switch: OnceLock::new(), frozen: AtomicBool::new(false) }
    }

    /// Takes effect when each process next leaves the kernel.
    pub(super) fn freeze(&self) {
        if self.group.is_some() && !self.frozen.swap(true, Ordering::AcqRel) {
            self.turn(true);
        }
    }

    /// Takes effect at once.
    pub(super) fn thaw(&self) {
        if self.frozen.swap(false, Ordering::AcqRel) {
            self.turn(false);
        }
    }

    fn turn(&self, frozen: bool) {
        let Some((version, group)) = &self.group else { return };
        match self.switch(*version, group).and_then(|mut switch| switch.write_all(state(*version, frozen))) {
            // The sandbox is gone, and its groups with it.
            Err(error) if matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ENODEV)) => {}
            Err(error) => tracing::warn!(%error, frozen, "a sandbox could not be frozen or thawed"),
            Ok(()) => {}
        }
    }

    fn switch(&self, version: Version, group: &Path) -> io::Result<&File> {
        if let Some(switch) = self.switch.get() {
            return Ok(switch);
        }
        let switch = OpenOptions::new().write(true).open(group.join(file(version)))?;
        Ok(self.switch.get_or_init(|| switch))
    }
}

impl Drop for Freezer {
    fn drop(&mut self) {
        self.thaw();
    }
}

/// Thaws all groups in a place, so that their processes can die. In version 2 they can while they are frozen.
pub(crate) fn thaw_all(layout: &Layout) {
    let Some(Place { version: Version::V1, directory }) = &layout.freezer else { return };
    for group in fs::read_dir(directory).into_iter().flatten().flatten() {
        thaw_v1(&group.path());
    }
}

/// Does nothing for a group of another controller or version.
pub(super) fn thaw_v1(group: &Path) {
    let open = OpenOptions::new().write(true).open(group.join(file(Version::V1)));
    // If it fails there is nothing to thaw.
    let _ = open.and_then(|mut switch| switch.write_all(state(Version::V1, false)));
}

pub(super) fn file(version: Version) -> &'static str {
    match version {
        Version::V1 => "freezer.state",
        Version::V2 => "cgroup.freeze",
    }
}

fn state(version: Version, frozen: bool) -> &'static [u8] {
    match (version, frozen) {
        (Version::V1, true) => b"FROZEN",
        (Version::V1, false) => b"THAWED",
        (Version::V2, true) => b"1",
        (Version::V2, false) => b"0",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A group's directory with a switch, and what was written to it so far.
    fn group(version: Version) -> (tempfile::TempDir, Layout, impl Fn() -> String) {
        let parent = tempfile::tempdir().unwrap();
        let switch = parent.path().join("a").join(file(version));
        fs::create_dir(parent.path().join("a")).unwrap();
        fs::write(&switch, "").unwrap();
        let freezer = Some(Place { version, directory: parent.path().to_owned() });
        (parent, Layout { freezer, ..Layout::default() }, move || fs::read_to_string(&switch).unwrap())
    }

    #[test]
    fn each_version_has_words_of_its_own() {
        for (version, frozen, thawed) in [(Version::V1, "FROZEN", "FROZENTHAWED"), (Version::V2, "1", "10")] {
            let (_parent, layout, written) = group(version);
            let freezer = Freezer::new(&layout, "a");
            freezer.freeze();
            assert_eq!(written(), frozen);
            freezer.thaw();
            assert_eq!(written(), thawed);
        }
    }

    #[test]
    fn doing_it_again_is_nothing() {
        let (_parent, layout, written) = group(Version::V2);
        let freezer = Freezer::new(&layout, "a");
        freezer.thaw();
        assert_eq!(written(), "");
        freezer.freeze();
        freezer.freeze();
        assert_eq!(written(), "1");
    }

    #[test]
    fn a_dropped_one_is_thawed() {
        let (_parent, layout, written) = group(Version::V1);
        let freezer = Freezer::new(&layout, "a");
        freezer.freeze();
        drop(freezer);
        assert_eq!(written(), "FROZENTHAWED");
    }

    #[test]
    fn all_of_a_dead_launchers_are_thawed_at_once() {
        let (_parent, layout, written) = group(Version::V1);
        thaw_all(&layout);
        assert_eq!(written(), "THAWED");
    }
}
