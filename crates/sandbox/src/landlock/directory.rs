//! A sandbox's own directory: what other tiers show at `/var/task`, `/opt` and so on is linked from it.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};

use crate::namespaces::{Doing, Result};
use crate::{Mount, SandboxSpec};

/// Where the directories of all sandboxes lie, below the state directory.
pub(super) fn parent(state: &Path) -> PathBuf {
    state.join("environments")
}

/// Makes the directory, for this user only.
pub(super) fn make(directory: &Path, spec: &SandboxSpec) -> Result<()> {
    make_directory(directory)?;
    make_directory(&directory.join("tmp"))?;
    // What lies within another comes after it, whatever the order.
    let mut mounts: Vec<&Mount> = spec.mounts.iter().filter(|mount| !is_in_place(mount)).collect();
    mounts.sort_by_key(|mount| mount.target.components().count());
    for mount in mounts {
        let within = mount.target.strip_prefix("/").unwrap_or(&mount.target);
        show(&mount.sources, &directory.join(within), directory)?;
    }
    for empty in ["var/task", "var/runtime", "opt"] {
        if !directory.join(empty).exists() {
            make_directory(&directory.join(empty))?;
        }
    }
    Ok(())
}

/// An interpreter outside `/usr` is used where it is.
fn is_in_place(mount: &Mount) -> bool {
    mount.sources.as_slice() == [mount.target.clone()]
}

fn show(sources: &[PathBuf], target: &Path, root: &Path) -> Result<()> {
    open_way(target, root)?;
    match sources {
        [] => make_directory(target),
        // Over something that an earlier mount shows.
        [source] if target.exists() => replace(source, target),
        [source] => link(source, target),
        stack => merge(stack, target),
    }
}

/// Makes a directory of links of every link on the way, so that something can be put into it.
fn open_way(target: &Path, root: &Path) -> Result<()> {
    let between: Vec<&Path> = target.ancestors().skip(1).take_while(|path| *path != root).collect();
    for path in between.into_iter().rev() {
        match fs::read_link(path) {
            Ok(shown) => {
                fs::remove_file(path).doing(format_args!("opening {}", path.display()))?;
                merge(&[shown], path)?;
            }
            Err(_) if path.is_dir() => {}
            Err(_) => make_directory(path)?,
        }
    }
    Ok(())
}

/// The last source is on top: what it has hides what the others have, directories are merged. A link of theirs is none
/// of these: it hides and is hidden like a file, as where the kernel does this.
fn merge(sources: &[PathBuf], target: &Path) -> Result<()> {
    make_directory(target)?;
    for source in sources {
        for entry in fs::read_dir(source).doing(format_args!("reading {}", source.display()))? {
            let entry = entry.doing(format_args!("reading {}", source.display()))?;
            lay_over(&entry.path(), &target.join(entry.file_name()))?;
        }
    }
    Ok(())
}

fn lay_over(source: &Path, target: &Path) -> Result<()> {
    match target.symlink_metadata() {
        Err(_) => link(source, target),
        Ok(below) if is_directory(source) && below.is_dir() => merge(&[source.to_owned()], target),
        Ok(_) => match fs::read_link(target) {
            Ok(shown) if is_directory(source) && is_directory(&shown) => {
                fs::remove_file(target).doing(format_args!("opening {}", target.display()))?;
                merge(&[shown, source.to_owned()], target)
            }
            _ => replace(source, target),
        },
    }
}

fn is_directory(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
}

fn replace(source: &Path, target: &Path) -> Result<()> {
    let removed = match target.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
        true => fs::remove_dir_all(target),
        false => fs::remove_file(target),
    };
    removed.doing(format_args!("replacing {}", target.display()))?;
    link(source, target)
}

/// What is a link itself leads from here to where it says, if it is one of the source's own.
fn link(source: &Path, target: &Path) -> Result<()> {
    let leads_to = fs::read_link(source).ok().filter(|to| to.is_relative());
    let to = leads_to.as_deref().unwrap_or(source);
    symlink(to, target).doing(format_args!("linking {}", target.display()))
}

fn make_directory(path: &Path) -> Result<()> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.doing(format_args!("making {}", path.display()))
}

#[cfg(test)]
mod tests {
    use hob_types::{EnvironmentId, EphemeralStorageMib, MemoryMib, SeededRandom};

    use super::*;

    struct Host(tempfile::TempDir);

    impl Host {
        fn with(files: &[&str]) -> Self {
            let host = Self(tempfile::tempdir().unwrap());
            for file in files {
                let path = host.path(file);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, file).unwrap();
            }
            host
        }

        fn path(&self, path: &str) -> PathBuf {
            self.0.path().join(path)
        }

        /// The sandbox's directory.
        fn show(&self, mounts: &[(&[&str], &str)]) -> PathBuf {
            let mount = |(sources, target): &(&[&str], &str)| Mount {
                sources: sources.iter().map(|source| self.path(source)).collect(),
                target: target.into(),
            };
            let spec = SandboxSpec {
                id: EnvironmentId::random(&SeededRandom::new(1)),
                mounts: mounts.iter().map(mount).collect(),
                slots: Vec::new(),
                memory: MemoryMib::default(),
                ephemeral_storage: EphemeralStorageMib::default(),
            };
            make(&self.path("sandbox"), &spec).unwrap();
            self.path("sandbox")
        }
    }

    fn content(path: PathBuf) -> String {
        fs::read_to_string(path).unwrap()
    }

    #[test]
    fn one_source_is_a_link_and_nothing_is_copied() {
        let host = Host::with(&["code/app.py"]);
        let root = host.show(&[(&["code"], "/var/task")]);
        assert_eq!(fs::read_link(root.join("var/task")).unwrap(), host.path("code"));
        assert!(root.join("tmp").is_dir() && root.join("opt").is_dir());
    }

    #[test]
    fn several_sources_are_merged_and_the_last_is_on_top() {
        let host = Host::with(&[
            "one/python/a.py",
            "one/python/b.py",
            "one/x",
            "two/python/b.py",
            "two/x/y",
            "three/z",
        ]);
        let root = host.show(&[(&["one", "two", "three"], "/opt")]);
        assert_eq!(content(root.join("opt/python/a.py")), "one/python/a.py");
        assert_eq!(content(root.join("opt/python/b.py")), "two/python/b.py");
        assert_eq!(content(root.join("opt/x/y")), "two/x/y");
        assert_eq!(content(root.join("opt/z")), "three/z");
    }

    #[test]
    fn a_link_in_a_source_hides_as_a_file_does_and_leads_to_what_is_on_top() {
        let host = Host::with(&["one/lib/a.so.1", "one/etc/x", "two/lib/a.so.1", "two/other/y", "three/z"]);
        symlink("a.so.1", host.path("one/lib/a.so")).unwrap();
        symlink("other", host.path("two/etc")).unwrap();
        let root = host.show(&[(&["one", "two", "three"], "/opt")]);
        assert_eq!(content(root.join("opt/lib/a.so")), "two/lib/a.so.1");
        assert_eq!(content(root.join("opt/etc/y")), "two/other/y");
        assert!(!root.join("opt/etc/x").exists());
    }

    #[test]
    fn a_mount_may_lie_within_another() {
        let host = Host::with(&["runtime/bootstrap.py", "sdk/boto3.py", "ca.pem"]);
        let mounts: [(&[&str], &str); 3] = [
            (&["sdk"], "/var/runtime/python"),
            (&["ca.pem"], "/var/runtime/ca.pem"),
            (&["runtime"], "/var/runtime"),
        ];
        let root = host.show(&mounts);
        assert_eq!(content(root.join("var/runtime/bootstrap.py")), "runtime/bootstrap.py");
        assert_eq!(content(root.join("var/runtime/python/boto3.py")), "sdk/boto3.py");
        assert_eq!(content(root.join("var/runtime/ca.pem")), "ca.pem");
        assert!(!host.path("runtime/python").exists(), "the host's own directory is as it was");
    }
}
