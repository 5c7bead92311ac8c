//! Finds the controllers' trees and this process's place in them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Controller, Layout, Place, Version, v2};

/// Where this server's groups can lie: `hob/<instance>` below its own group, per controller that it may use.
/// The directories exist when this returns.
pub(crate) fn detect(instance: &str) -> Layout {
    let Ok(mounts) = fs::read_to_string("/proc/self/mountinfo") else { return Layout::default() };
    let Ok(own) = fs::read_to_string("/proc/self/cgroup") else { return Layout::default() };
    own_groups(&mounts, &own).map(|controller, place| prepare(controller, place, instance))
}

/// Makes the directory for this instance's groups, if the server may.
fn prepare(controller: Controller, place: &Place, instance: &str) -> Option<Place> {
    let place = make_directory(place, instance).ok()?;
    let has_controller = place.version == Version::V1 || v2::offers(&place.directory, controller);
    has_controller.then_some(place)
}

fn make_directory(place: &Place, instance: &str) -> io::Result<Place> {
    let directory = match place.version {
        Version::V1 => place.directory.join("hob").join(instance),
        Version::V2 => v2::delegate(&place.directory)?.join("hob").join(instance),
    };
    fs::create_dir_all(&directory)?;
    if place.version == Version::V2 {
        // From the top down: a group has the controllers that the one above hands on.
        for group in [directory.parent(), Some(&directory)].into_iter().flatten() {
            v2::enable_controllers(group)?;
        }
    }
    Ok(Place { version: place.version, directory })
}

/// This process's own group per controller, from `/proc/self/mountinfo` and `/proc/self/cgroup`.
fn own_groups(mountinfo: &str, own: &str) -> Layout {
    let mounts: Vec<CgroupMount> = mountinfo.lines().filter_map(CgroupMount::parse).collect();
    let v1 = |controller: &str| {
        let mount = mounts.iter().find(|mount| mount.has_v1(controller))?;
        let path = own_path(own, |names| names.split(',').any(|name| name == controller))?;
        Some(Place { version: Version::V1, directory: mount.locate(path)? })
    };
    let unified = mounts.iter().find(|mount| mount.version == Version::V2).and_then(|mount| {
        let path = own_path(own, str::is_empty)?;
        Some(Place { version: Version::V2, directory: mount.locate(path)? })
    });
    let v2 = |controller: &str| unified.clone().filter(|place| v2::has(&place.directory, controller));
    let find = |controller: &str| v1(controller).or_else(|| v2(controller));
    let memory = find("memory");
    // Every group of version 2 can be frozen, whichever controllers it has.
    let freezer = v1("freezer").or_else(|| unified.clone());
    Layout { cpu: find("cpu"), pids: find("pids"), freezer, memory }
}

/// The path in a line `4:memory:/path` whose middle matches.
fn own_path(own: &str, matches: impl Fn(&str) -> bool) -> Option<&Path> {
    own.lines().find_map(|line| {
        let mut parts = line.splitn(3, ':').skip(1);
        matches(parts.next()?).then(|| parts.next().map(Path::new)).flatten()
    })
}

struct CgroupMount {
    version: Version,
    /// Which part of the tree is mounted; not `/` in a container without a cgroup namespace.
    root: PathBuf,
    point: PathBuf,
    options: String,
}

impl CgroupMount {
    /// As in `35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory`.
    fn parse(line: &str) -> Option<Self> {
        let (place, kind) = line.split_once(" - ")?;
        let mut place = place.split(' ').skip(3);
        let (root, point) = (place.next()?, place.next()?);
        let mut kind = kind.split(' ');
        let version = match kind.next()? {
            "cgroup" => Version::V1,
            "cgroup2" => Version::V2,
            _ => return None,
        };
        let options = kind.nth(1)?.to_owned();
        Some(Self { version, root: root.into(), point: point.into(), options })
    }

    fn has_v1(&self, controller: &str) -> bool {
        self.version == Version::V1 && self.options.split(',').any(|option| option == controller)
    }

    /// The directory of a group. `None` if it lies outside of what is mounted.
    fn locate(&self, path: &Path) -> Option<PathBuf> {
        path.strip_prefix(&self.root).ok().map(|below| self.point.join(below))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1: &str = "\
32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw";

    #[test]
    fn version_1_has_a_tree_per_controller() {
        let layout = own_groups(V1, "4:memory:/user/a\n8:pids:/\n1:cpu,cpuacct:/\n0::/x\n");
        let place = |directory: &str| Some(Place { version: Version::V1, directory: directory.into() });
        assert_eq!(layout.memory, place("/sys/fs/cgroup/memory/user/a"));
        assert_eq!(layout.pids, place("/sys/fs/cgroup/pids"));
        assert_eq!(layout.cpu, place("/sys/fs/cgroup/cpu"));
        let unified = Place { version: Version::V2, directory: "/sys/fs/cgroup/unified/x".into() };
        assert_eq!(layout.freezer, Some(unified), "where version 1 has no freezer");
    }

    #[test]
    fn a_mount_of_a_part_of_the_tree_is_where_that_part_is() {
        let mounts = "35 31 0:32 /docker/7 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory";
        let memory = |own: &str| own_groups(mounts, own).memory.map(|place| place.directory);
        assert_eq!(memory("4:memory:/docker/7/x"), Some("/sys/fs/cgroup/memory/x".into()));
        assert_eq!(memory("4:memory:/elsewhere"), None);
    }

    #[test]
    fn version_2_counts_only_for_the_controllers_that_it_has() {
        let tree = tempfile::tempdir().unwrap();
        let group = tree.path().join("user.slice");
        fs::create_dir(&group).unwrap();
        fs::write(group.join("cgroup.controllers"), "memory pids\n").unwrap();
        let mounts = format!("30 23 0:26 / {} rw - cgroup2 cgroup2 rw,nsdelegate", tree.path().display());
        let layout = own_groups(&mounts, "0::/user.slice\n");
        let place = Some(Place { version: Version::V2, directory: group });
        assert_eq!((layout.memory, layout.pids, layout.freezer), (place.clone(), place.clone(), place));
        assert_eq!(layout.cpu, None);
    }
}
