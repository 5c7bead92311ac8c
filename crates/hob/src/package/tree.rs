//! The files below a folder.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::Files;
use super::ignore::Rules;
use crate::failure::{Failure, OrFail as _, Outcome};

#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) executable: bool,
}

/// Deeper than any sane folder, and what a symbolic link that leads back to its own folder runs into.
const DEPTH_MAX: usize = 64;

/// Everything that [`Rules`] do not leave out. Symbolic links are followed: Lambda gets what they lead to.
pub(super) fn collect(folder: &Path, rules: Rules) -> Outcome<Files> {
    let mut files = Files::new();
    visit(folder, "", rules, DEPTH_MAX, &mut files)?;
    Ok(files)
}

fn visit(folder: &Path, prefix: &str, rules: Rules, depth: usize, files: &mut Files) -> Outcome {
    if depth == 0 {
        return Err(Failure::new(format!("{} has no end", folder.display()))
            .because("its folders are nested too deeply, perhaps by a symbolic link to a folder above"));
    }
    let unreadable = || format!("cannot read {}", folder.display());
    for entry in fs::read_dir(folder).or_fail(unreadable)? {
        let path = entry.or_fail(unreadable)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            return Err(Failure::new(format!("{} has a name that is no UTF-8", path.display())));
        };
        // A link that leads nowhere is an error here rather than a missing file in production.
        let metadata = fs::metadata(&path).or_fail(|| format!("cannot read {}", path.display()))?;
        if metadata.is_dir() {
            if !rules.ignores_folder(name) {
                visit(&path, &format!("{prefix}{name}/"), rules, depth - 1, files)?;
            }
        } else if metadata.is_file() && !rules.ignores_file(name) {
            let executable = metadata.permissions().mode() & 0o111 != 0;
            files.insert(format!("{prefix}{name}"), File { path: path.clone(), executable });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Outcome<Vec<String>> {
        Ok(collect(folder, Rules::Project { node_modules: true })?.into_keys().collect())
    }

    fn write(folder: &Path, name: &str) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, name).unwrap();
    }

    #[test]
    fn files_are_named_as_in_the_zip_and_links_are_followed() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for name in ["app.py", "lib/a/b.py", ".git/config", "lib/__pycache__/b.pyc"] {
            write(folder, name);
        }
        std::os::unix::fs::symlink("lib", folder.join("link")).unwrap();
        assert_eq!(names(folder).unwrap(), ["app.py", "lib/a/b.py", "link/a/b.py"]);
    }

    #[test]
    fn a_link_in_a_circle_or_to_nowhere_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(".", folder.path().join("again")).unwrap();
        assert!(names(folder.path()).is_err());
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join("dangling")).unwrap();
        assert!(names(folder.path()).is_err());
    }

    #[test]
    fn what_may_be_executed_stays_so() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "bootstrap");
        let bootstrap = folder.path().join("bootstrap");
        fs::set_permissions(&bootstrap, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(
            collect(folder.path(), Rules::Project { node_modules: true }).unwrap()["bootstrap"].executable
        );
    }
}
