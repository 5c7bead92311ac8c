//! `/tmp` as a file system of its own in a sparse file, so that it has its own size and is not memory.
//!
//! The file has no name from the moment it is mounted, and the loop device clears itself: when the sandbox's mount
//! goes, however it ends, the kernel frees both.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hob_types::EphemeralStorageMib;
use rustix::fs::{SeekFrom, seek};
use rustix::mount::MountAttrFlags;

use super::super::mounts;
use super::super::problem::{Doing, Result};
use crate::spec::TMP_BYTES_PER_FILE;
use crate::sys;

/// Where `mkfs.ext4` may lie; the launcher inherits no `PATH`.
const MKFS: [&str; 3] = ["/usr/sbin/mkfs.ext4", "/sbin/mkfs.ext4", "/usr/bin/mkfs.ext4"];

/// An empty file system of one size. Only some hundred kilobytes of it are not holes.
pub(super) struct Template {
    length: u64,
    extents: Vec<(u64, Vec<u8>)>,
}

impl Template {
    /// Reads it from the directory, where it is made first if need be; that takes some 50 ms.
    pub(super) fn open(directory: &Path, size: EphemeralStorageMib) -> Result<Self> {
        let path = directory.join(format!("tmp-{size}.ext4"));
        if !path.exists() {
            make_file_system(directory, &path, size)?;
        }
        Self::read(&path).doing(format_args!("reading {}", path.display()))
    }

    fn read(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut extents = Vec::new();
        let mut end = 0;
        // ENXIO: only a hole follows.
        while let Ok(start) = seek(&file, SeekFrom::Data(end)) {
            end = seek(&file, SeekFrom::Hole(start))?;
            let mut bytes = vec![0; usize::try_from(end - start).map_err(io::Error::other)?];
            file.read_exact_at(&mut bytes, start)?;
            extents.push((start, bytes));
        }
        Ok(Self { length, extents })
    }

    /// A new file system with the template's content, mounted but not attached.
    pub(super) fn mount(&self, directory: &Path) -> Result<OwnedFd> {
        let path = directory.join("image");
        let file = self.empty_file(&path).doing(format_args!("writing {}", path.display()))?;
        mount_file(&file, &self.extents)
    }

    fn empty_file(&self, path: &Path) -> io::Result<File> {
        let file = new_file(path)?;
        fs::remove_file(path)?;
        file.set_len(self.length)?;
        Ok(file)
    }
}

fn new_file(path: &Path) -> io::Result<File> {
    // What a killed server left here under this name was never mounted.
    let _ = fs::remove_file(path);
    OpenOptions::new().read(true).write(true).create_new(true).open(path)
}

/// Writes these bytes at these places first.
fn mount_file(file: &File, content: &[(u64, Vec<u8>)]) -> Result<OwnedFd> {
    let (device, writable) = sys::loop_device(file.as_fd()).doing("setting up a loop device")?;
    // Through the device: what has been written to the file before, the kernel waits for to be on the disk.
    let written = content.iter().try_for_each(|(start, bytes)| writable.write_all_at(bytes, *start));
    written.doing("writing an image of /tmp")?;
    // Some kernels mount nothing that can be written to otherwise, and it must stay open until it is mounted.
    let _open = File::open(&device).doing("opening a loop device")?;
    drop(writable);
    // Inode tables are zero in a sparse file already, and what a sandbox loses in a power failure is lost anyway.
    let options = [("source", device.as_str()), ("noinit_itable", ""), ("nobarrier", "")];
    mounts::new("ext4", &options, MountAttrFlags::MOUNT_ATTR_NOSUID | MountAttrFlags::MOUNT_ATTR_NODEV)
}

/// Under another name first, so that a template is whole or not there.
fn make_file_system(directory: &Path, path: &Path, size: EphemeralStorageMib) -> Result<()> {
    let unfinished: PathBuf = directory.join(format!("tmp-{size}.unfinished-{}", std::process::id()));
    let file = new_file(&unfinished).doing(format_args!("writing {}", unfinished.display()))?;
    // What the file system needs for itself comes on top: functions count on the whole size.
    file.set_len(size.bytes() + size.bytes() / 24 + (4 << 20)).doing("sizing the image of /tmp")?;
    let inodes = size.bytes() / TMP_BYTES_PER_FILE;
    run_mkfs(&unfinished, inodes).doing("making the file system of /tmp")?;
    open_to_everybody(&file)?;
    fs::rename(&unfinished, path).doing("keeping the image of /tmp")
}

fn run_mkfs(image: &Path, inodes: u64) -> io::Result<()> {
    let program = MKFS.into_iter().find(|program| Path::new(program).exists());
    let program =
        program.ok_or_else(|| io::Error::other("mkfs.ext4 is not installed (package e2fsprogs)"))?;
    let output = Command::new(program)
        .args(["-q", "-F", "-m", "0", "-O", "^has_journal,^resize_inode", "-N", &inodes.to_string()])
        .args(["-E", "lazy_itable_init=1,nodiscard"])
        .arg(image)
        .stdin(Stdio::null())
        .output()?;
    match output.status.success() {
        true => Ok(()),
        false => Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
    }
}

/// What `mkfs` leaves is root's own, with a `lost+found` in it.
fn open_to_everybody(file: &File) -> Result<()> {
    let mount = mount_file(file, &[])?;
    let root = File::from(mount.try_clone().doing("opening the image of /tmp")?);
    let _ = rustix::fs::unlinkat(&mount, "lost+found", rustix::fs::AtFlags::REMOVEDIR);
    let doing = "opening the image of /tmp to the function";
    let directory = rustix::fs::openat(&root, ".", rustix::fs::OFlags::DIRECTORY, rustix::fs::Mode::empty())
        .doing(doing)?;
    File::from(directory).set_permissions(Permissions::from_mode(0o1777)).doing(doing)
}
