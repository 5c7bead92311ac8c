//! One sandbox's groups.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Layout, Place, Version};

/// What a sandbox may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) memory_bytes: u64,
    /// Thousandths of one CPU, until [`CpuShare::apply`].
    pub(crate) cpu_millis: u32,
    /// Processes and threads together.
    pub(crate) processes: u32,
}

/// Short, so that a function with a small share of CPU is not stopped for long at a time (the kernel's own
/// default of 100 ms would stop a function of 128 MB for 93 ms).
const CPU_PERIOD_MICROS: u64 = 20_000;

/// The groups of one sandbox. It must be [removed](Self::remove); dropping it leaves the directories.
#[derive(Debug)]
pub(crate) struct Group {
    directories: Vec<PathBuf>,
}

impl Group {
    /// Makes the groups and sets the limits, or makes nothing.
    pub(crate) fn create(layout: &Layout, name: &str, limits: &Limits) -> io::Result<Self> {
        let directories = layout.directories().into_iter().map(|parent| parent.join(name)).collect();
        let group = Self { directories };
        match group.make(layout, name, limits) {
            Ok(()) => Ok(group),
            Err(error) => {
                group.remove();
                Err(error)
            }
        }
    }

    fn make(&self, layout: &Layout, name: &str, limits: &Limits) -> io::Result<()> {
        for directory in &self.directories {
            fs::create_dir(directory)?;
        }
        let group = |place: &Place| (place.version, place.directory.join(name));
        if let Some(place) = &layout.memory {
            limit_memory(group(place), limits.memory_bytes)?;
        }
        if let Some(place) = &layout.cpu {
            limit_cpu((place.version, &group(place).1), limits.cpu_millis)?;
        }
        if let Some(place) = &layout.pids {
            set(&group(place).1, "pids.max", u64::from(limits.processes))?;
        }
        Ok(())
    }

    /// The files into which a process writes `0` to join.
    pub(crate) fn entrances(&self) -> io::Result<Vec<File>> {
        let open = |directory: &PathBuf| {
            // In version 1 a lone thread joins faster through `tasks`, which version 2 has not.
            let open = |name| OpenOptions::new().write(true).open(directory.join(name));
            open("tasks").or_else(|_| open("cgroup.procs"))
        };
        self.directories.iter().map(open).collect()
    }

    /// Removes the groups, whose processes must have ended. `false` if the kernel is not ready for it yet; the
    /// groups can then be removed a moment later.
    pub(crate) fn remove(&self) -> bool {
        // All are tried, whatever becomes of the first.
        self.directories.iter().filter(|directory| !remove_directory(directory)).count() == 0
    }
}

/// The share of CPU that a sandbox has once it is held to it.
#[derive(Debug)]
pub(crate) struct CpuShare {
    group: Option<(Version, PathBuf)>,
    millis: u32,
}

impl CpuShare {
    /// What a program may use before: initialisation must not take a small function ten times as long.
    pub(crate) const BEFORE_MILLIS_MIN: u32 = 1000;

    pub(crate) fn new(layout: &Layout, name: &str, millis: u32) -> Self {
        let group = layout.cpu.as_ref().map(|place| (place.version, place.directory.join(name)));
        Self { group, millis }
    }

    /// For a sandbox that has become another's, whose initialisation now begins.
    pub(super) fn change(&mut self, millis: u32) -> io::Result<()> {
        let before = |millis: u32| millis.max(Self::BEFORE_MILLIS_MIN);
        let is_other = before(millis) != before(self.millis);
        self.millis = millis;
        match &self.group {
            Some((version, group)) if is_other => limit_cpu((*version, group), before(millis)),
            _ => Ok(()),
        }
    }

    pub(crate) fn apply(&self) {
        let Some((version, group)) = &self.group else { return };
        if self.millis >= Self::BEFORE_MILLIS_MIN {
            return;
        }
        if let Err(error) = limit_cpu((*version, group), self.millis) {
            tracing::warn!(%error, "a sandbox could not be held to its share of CPU");
        }
    }
}

/// Replaces a limit by another. In version 1, that of memory may never be above that of memory and swap together.
pub(super) fn change_memory_limit(version: Version, group: &Path, bytes: u64) -> io::Result<()> {
    if version == Version::V2 {
        return set(group, "memory.max", bytes);
    }
    match set(group, "memory.limit_in_bytes", bytes) {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            set_if_there(group, "memory.memsw.limit_in_bytes", bytes)?;
            set(group, "memory.limit_in_bytes", bytes)?;
        }
        result => {
            result?;
            set_if_there(group, "memory.memsw.limit_in_bytes", bytes)?;
        }
    }
    set_if_there(group, "memory.kmem.tcp.limit_in_bytes", bytes)
}

fn limit_memory((version, group): (Version, PathBuf), bytes: u64) -> io::Result<()> {
    match version {
        Version::V1 => {
            set(&group, "memory.limit_in_bytes", bytes)?;
            // Absent when the kernel does not account for swap.
            set_if_there(&group, "memory.memsw.limit_in_bytes", bytes)?;
            // Version 1 does not count what lies in the buffers of sockets unless it is told to.
            set_if_there(&group, "memory.kmem.tcp.limit_in_bytes", bytes)?;
            set_if_there(&group, "memory.swappiness", 0)
        }
        Version::V2 => {
            set(&group, "memory.max", bytes)?;
            set_if_there(&group, "memory.swap.max", 0)
        }
    }
}

fn limit_cpu((version, group): (Version, &Path), millis: u32) -> io::Result<()> {
    let quota = u64::from(millis) * CPU_PERIOD_MICROS / 1000;
    match version {
        Version::V1 => {
            set(group, "cpu.cfs_period_us", CPU_PERIOD_MICROS)?;
            set(group, "cpu.cfs_quota_us", quota)
        }
        Version::V2 => write(&group.join("cpu.max"), &format!("{quota} {CPU_PERIOD_MICROS}")),
    }
}

fn set(group: &Path, file: &str, value: u64) -> io::Result<()> {
    write(&group.join(file), &value.to_string())
}

fn set_if_there(group: &Path, file: &str, value: u64) -> io::Result<()> {
    match set(group, file, value) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// In one write, as the kernel wants it; a control file is never made.
fn write(file: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().write(true).open(file)?.write_all(text.as_bytes())
}

/// `true` if there is no such directory afterwards.
pub(super) fn remove_directory(directory: &Path) -> bool {
    match fs::remove_dir(directory) {
        Ok(()) => true,
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { memory_bytes: 128 << 20, cpu_millis: 73, processes: 1024 };

    /// A group's directory with the control files that the kernel would put there.
    fn group(files: &[&str]) -> tempfile::TempDir {
        let group = tempfile::tempdir().unwrap();
        for file in files {
            fs::write(group.path().join(file), "").unwrap();
        }
        group
    }

    fn content(group: &tempfile::TempDir, file: &str) -> String {
        fs::read_to_string(group.path().join(file)).unwrap()
    }

    #[test]
    fn version_1_limits_memory_and_swap_together() {
        let group = group(&["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"]);
        limit_memory((Version::V1, group.path().to_owned()), LIMITS.memory_bytes).unwrap();
        assert_eq!(content(&group, "memory.limit_in_bytes"), "134217728");
        assert_eq!(content(&group, "memory.memsw.limit_in_bytes"), "134217728");
        assert!(!group.path().join("memory.swappiness").exists(), "a control file is never made");
    }

    #[test]
    fn version_1_limits_the_buffers_of_sockets() {
        let group = group(&["memory.limit_in_bytes", "memory.kmem.tcp.limit_in_bytes"]);
        limit_memory((Version::V1, group.path().to_owned()), LIMITS.memory_bytes).unwrap();
        assert_eq!(content(&group, "memory.kmem.tcp.limit_in_bytes"), "134217728");
    }

    #[test]
    fn version_2_forbids_swap() {
        let group = group(&["memory.max", "memory.swap.max"]);
        limit_memory((Version::V2, group.path().to_owned()), LIMITS.memory_bytes).unwrap();
        assert_eq!(content(&group, "memory.max"), "134217728");
        assert_eq!(content(&group, "memory.swap.max"), "0");
    }

    #[test]
    fn the_share_of_cpu_is_a_quota_per_20_ms() {
        let v1 = group(&["cpu.cfs_period_us", "cpu.cfs_quota_us"]);
        limit_cpu((Version::V1, v1.path()), LIMITS.cpu_millis).unwrap();
        assert_eq!(
            (content(&v1, "cpu.cfs_period_us"), content(&v1, "cpu.cfs_quota_us")),
            ("20000".into(), "1460".into())
        );
        let v2 = group(&["cpu.max"]);
        limit_cpu((Version::V2, v2.path()), 5789).unwrap();
        assert_eq!(content(&v2, "cpu.max"), "115780 20000");
    }

    #[test]
    fn a_share_below_one_cpu_is_applied_later_and_a_larger_one_holds_from_the_start() {
        let parent = tempfile::tempdir().unwrap();
        let place = Place { version: Version::V2, directory: parent.path().to_owned() };
        let layout = Layout { cpu: Some(place), ..Layout::default() };
        for (millis, expected) in [(73, "1460 20000"), (5789, "")] {
            let group = parent.path().join(millis.to_string());
            fs::create_dir(&group).unwrap();
            fs::write(group.join("cpu.max"), "").unwrap();
            CpuShare::new(&layout, &millis.to_string(), millis).apply();
            assert_eq!(fs::read_to_string(group.join("cpu.max")).unwrap(), expected);
        }
    }

    #[test]
    fn a_group_that_cannot_be_limited_is_not_left_behind() {
        let parent = tempfile::tempdir().unwrap();
        let place = Some(Place { version: Version::V1, directory: parent.path().to_owned() });
        let layout = Layout { memory: place.clone(), pids: place, ..Layout::default() };
        assert!(
            Group::create(&layout, "a", &LIMITS).is_err(),
            "a plain directory has no memory.limit_in_bytes"
        );
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }
}
