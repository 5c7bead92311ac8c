//! Folders that appear whole or not at all.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Makes `target` with what `fill` puts into an empty folder beside it. Another process may do the same at
/// the same time; then the first one's is kept.
pub(crate) fn make_folder<E: From<io::Error>>(
    target: &Path,
    fill: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    let parent = target.parent().unwrap_or(target);
    fs::create_dir_all(parent)?;
    let mut temporary = target.as_os_str().to_owned();
    temporary.push(format!(".{}.partial", std::process::id()));
    let temporary = PathBuf::from(temporary);
    remove(&temporary)?;
    fs::create_dir(&temporary)?;
    let filled = fill(&temporary).and_then(|()| Ok(make_readable(&temporary)?));
    let moved = filled.and_then(|()| Ok(fs::rename(&temporary, target)?));
    if moved.is_ok() {
        return Ok(());
    }
    remove(&temporary)?;
    if target.is_dir() { Ok(()) } else { moved }
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Functions may run as another user, whatever the server's umask is.
fn make_readable(path: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    if metadata.is_symlink() {
        return Ok(());
    }
    let mode = metadata.permissions().mode();
    let executable = metadata.is_dir() || mode & 0o100 != 0;
    fs::set_permissions(path, Permissions::from_mode(mode | if executable { 0o555 } else { 0o444 }))?;
    if metadata.is_dir() {
        for entry in fs::read_dir(path)? {
            make_readable(&entry?.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_cannot_be_filled_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("target");
        let failed = make_folder(&target, |folder| {
            fs::write(folder.join("half"), "")?;
            Err(io::Error::other("no"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_made_folder_is_readable_by_everyone() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("target");
        make_folder(&target, |folder| {
            fs::write(folder.join("file"), "")?;
            fs::set_permissions(folder.join("file"), Permissions::from_mode(0o600))
        })
        .unwrap();
        assert_eq!(fs::metadata(target.join("file")).unwrap().permissions().mode() & 0o777, 0o644);
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o555, 0o555);
    }
}
