//! What all sandboxes show of the host, mounted once where only the launcher sees it, to be copied from there.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use rustix::mount::{MountAttrFlags, MountPropagationFlags, mount_change};

use super::super::mounts;
use super::super::problem::{Doing, Result};

/// The user that functions run as. Source: the spelling is AWS's; the numbers are those that users report.
pub(crate) const USER: u32 = 993;
pub(crate) const GROUP: u32 = 990;

/// The part of the host's `/etc` that programs need to find libraries, certificates, Java and the time zone.
pub(crate) const ETC: [&str; 11] = [
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "alternatives",
    "ssl",
    "pki",
    "ca-certificates",
    "ca-certificates.conf",
    "crypto-policies",
    "localtime",
    "mime.types",
];

/// Links or directories beside `/usr`, as the host has them.
pub(crate) const BESIDE_USR: [&str; 6] = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];

pub(crate) const DEVICES: [&str; 5] = ["null", "zero", "full", "random", "urandom"];

const DEVICE_LINKS: [(&str, &str); 4] = [
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
];

/// A directory of the launcher's mount namespace.
pub(crate) struct Stage {
    directory: PathBuf,
    /// In the root directory of every sandbox: a link as on the host.
    pub(crate) links: Vec<(&'static str, PathBuf)>,
    /// In the root directory of every sandbox: a directory that is mounted from here.
    pub(crate) directories: Vec<&'static str>,
}

impl Stage {
    pub(super) fn build(directory: &Path) -> Result<Self> {
        let tmpfs =
            mounts::new("tmpfs", &[("mode", "755"), ("size", "4m")], MountAttrFlags::MOUNT_ATTR_NOSUID)?;
        mounts::attach_at(tmpfs, directory)?;
        let mut stage = Self {
            directory: directory.to_owned(),
            links: Vec::new(),
            directories: vec!["usr", "etc", "dev"],
        };
        for empty in [stage.root_mount_point(), stage.slots(""), stage.slot_template()] {
            fs::create_dir(empty).doing("preparing the stage")?;
        }
        stage.show("usr")?;
        for name in BESIDE_USR {
            match fs::read_link(Path::new("/").join(name)) {
                Ok(target) => stage.links.push((name, target)),
                Err(_) if Path::new("/").join(name).is_dir() => {
                    stage.show(name)?;
                    stage.directories.push(name);
                }
                Err(_) => {}
            }
        }
        stage.mask_host_packages()?;
        stage.furnish_etc()?;
        stage.furnish_dev()?;
        Ok(stage)
    }

    /// Where to copy one of the [`directories`](Self::directories) from.
    pub(crate) fn source(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// An empty directory over which a sandbox's init mounts its root file system.
    pub(crate) fn root_mount_point(&self) -> PathBuf {
        self.directory.join("root")
    }

    /// Where one sandbox's slots are mounted, by their numbers.
    pub(crate) fn slots(&self, sandbox: &str) -> PathBuf {
        self.directory.join("slots").join(sandbox)
    }

    /// The empty directories that all slots are copies of.
    pub(super) fn slot_template(&self) -> PathBuf {
        self.directory.join("slot-template")
    }

    /// For a copy of the launcher's mount namespace: what is unmounted in it stays mounted in the launcher's.
    pub(crate) fn leave_to_launcher(&self) -> Result<()> {
        let propagation = MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC;
        mount_change(&self.directory, propagation).doing("separating the mounts")
    }

    /// A directory of the host's root, read-only.
    fn show(&self, name: &str) -> Result<()> {
        let target = self.directory.join(name);
        fs::create_dir(&target).doing("preparing the stage")?;
        mounts::attach_at(mounts::copy(&Path::new("/").join(name), mounts::READ_ONLY)?, &target)
    }

    /// What the host's administrator installed for Python is not the function's business, and would differ from
    /// machine to machine.
    fn mask_host_packages(&self) -> Result<()> {
        let empty = self.directory.join("empty");
        fs::create_dir(&empty).doing("preparing the stage")?;
        for packages in host_packages() {
            let target = self.directory.join(packages.strip_prefix("/").unwrap_or(&packages));
            mounts::attach_at(mounts::copy(&empty, mounts::READ_ONLY)?, &target)?;
        }
        Ok(())
    }

    fn furnish_etc(&self) -> Result<()> {
        let etc = self.directory.join("etc");
        fs::create_dir(&etc).doing("preparing /etc")?;
        for (name, content) in generated_etc() {
            write(&etc.join(name), &content)?;
        }
        symlink("/proc/self/mounts", etc.join("mtab")).doing("preparing /etc")?;
        for name in ETC.into_iter().map(str::to_owned).chain(java_configurations()) {
            show_entry(&Path::new("/etc").join(&name), &etc.join(&name))?;
        }
        Ok(())
    }

    fn furnish_dev(&self) -> Result<()> {
        let dev = self.directory.join("dev");
        fs::create_dir(&dev).doing("preparing /dev")?;
        for name in DEVICES {
            let target = dev.join(name);
            write(&target, "")?;
            let attributes = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NOEXEC;
            mounts::attach_at(mounts::copy(&Path::new("/dev").join(name), attributes)?, &target)?;
        }
        for (name, target) in DEVICE_LINKS {
            symlink(target, dev.join(name)).doing("preparing /dev")?;
        }
        Ok(())
    }
}

/// Links are made again, so that they point to what the sandbox has at that place; what the server's user may
/// not read is left out.
fn show_entry(source: &Path, target: &Path) -> Result<()> {
    if let Ok(link) = fs::read_link(source) {
        return symlink(link, target).doing("preparing /etc");
    }
    let Ok(metadata) = fs::metadata(source) else { return Ok(()) };
    if metadata.is_dir() {
        fs::create_dir(target).doing("preparing /etc")?;
    } else {
        write(target, "")?;
    }
    mounts::attach_at(mounts::copy(source, mounts::READ_ONLY)?, target)
}

fn write(file: &Path, content: &str) -> Result<()> {
    let doing = || format!("writing {}", file.display());
    fs::write(file, content).doing(doing())?;
    fs::set_permissions(file, fs::Permissions::from_mode(0o644)).doing(doing())
}

/// `/etc` of the host for each Java that is installed: it has the security settings in it.
pub(crate) fn java_configurations() -> Vec<String> {
    names_in("/etc").filter(|name| name.starts_with("java-")).collect()
}

fn host_packages() -> Vec<PathBuf> {
    let mut found = vec![PathBuf::from("/usr/lib/python3/dist-packages")];
    for library in ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64"] {
        for python in names_in(library).filter(|name| name.starts_with("python3.")) {
            for packages in ["dist-packages", "site-packages"] {
                found.push(Path::new(library).join(&python).join(packages));
            }
        }
    }
    found.retain(|packages| packages.is_dir() && !packages.is_symlink());
    found
}

fn names_in(directory: &str) -> impl Iterator<Item = String> {
    fs::read_dir(directory)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
}

fn generated_etc() -> [(&'static str, String); 6] {
    [
        (
            "passwd",
            format!(
                "root:x:0:0:root:/root:/sbin/nologin\n\
                 sbx_user1051:x:{USER}:{GROUP}::/home/sbx_user1051:/sbin/nologin\n\
                 nobody:x:65534:65534:Nobody:/:/sbin/nologin\n"
            ),
        ),
        ("group", format!("root:x:0:\nsbx_user1051:x:{GROUP}:\nnogroup:x:65534:\n")),
        ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n".to_owned()),
        (
            "hosts",
            "127.0.0.1 localhost\n::1 localhost\n169.254.100.1 sandbox.localdomain sandbox\n".to_owned(),
        ),
        ("resolv.conf", "# No other network can be reached from here.\n".to_owned()),
        ("hostname", "sandbox\n".to_owned()),
    ]
}
