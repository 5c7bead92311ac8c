//! Removes what a function has written, whatever it did to prevent that.

use std::fs::{self, DirEntry, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Removes a directory with all in it. Directories of any depth take neither stack nor descriptors: each is moved to
/// the top before its turn comes.
pub(super) fn remove(directory: &Path) -> io::Result<()> {
    let mut moved = 0_u64;
    loop {
        let directories = unlink_files(directory)?;
        if directories.is_empty() {
            return match fs::remove_dir(directory) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        for inner in directories {
            for innermost in unlink_files(&inner)? {
                make_accessible(&innermost);
                move_up(&innermost, directory, &mut moved)?;
            }
            fs::remove_dir(&inner)?;
        }
    }
}

/// Under a name that nothing has yet.
fn move_up(inner: &Path, directory: &Path, moved: &mut u64) -> io::Result<()> {
    loop {
        let target = directory.join(format!("removed-{moved}"));
        *moved += 1;
        if !target.exists() {
            return fs::rename(inner, target);
        }
    }
}

/// Removes what is no directory, and returns what is one.
fn unlink_files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    make_accessible(directory);
    let entries: Vec<DirEntry> = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?.collect::<io::Result<_>>()?,
    };
    let (directories, files): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    files.iter().try_for_each(|file| fs::remove_file(file.path()))?;
    Ok(directories.iter().map(DirEntry::path).collect())
}

/// Its owner may always open a directory again. It fails where it is not needed or where nothing helps.
pub(super) fn make_accessible(directory: &Path) {
    let _ = fs::set_permissions(directory, Permissions::from_mode(0o700));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_depth_and_no_mode_keeps_a_directory() {
        let parent = tempfile::tempdir().unwrap();
        let top = parent.path().join("top");
        fs::create_dir(&top).unwrap();
        fs::create_dir_all(top.join("removed-0/taken")).unwrap();
        let mut place =
            rustix::fs::open(&top, rustix::fs::OFlags::DIRECTORY, rustix::fs::Mode::empty()).unwrap();
        for _ in 0..3000 {
            rustix::fs::mkdirat(&place, "deeper", rustix::fs::Mode::RWXU).unwrap();
            rustix::fs::openat(&place, "file", rustix::fs::OFlags::CREATE, rustix::fs::Mode::empty())
                .unwrap();
            let deeper = rustix::fs::openat(
                &place,
                "deeper",
                rustix::fs::OFlags::DIRECTORY,
                rustix::fs::Mode::empty(),
            );
            rustix::fs::fchmod(&place, rustix::fs::Mode::empty()).unwrap();
            place = deeper.unwrap();
        }
        remove(&top).unwrap();
        assert!(!top.exists());
        remove(&top).unwrap();
    }
}
