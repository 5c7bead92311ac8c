//! Where the places of AWS's file system really are, for a sandbox that could not change its root directory.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use hob_sandbox::{Mount, Program};

/// What every sandbox has besides its mounts.
const ALWAYS: [&str; 4] = ["/tmp", "/var/task", "/var/runtime", "/opt"];

/// Puts a sandbox's root in front of every path that only exists there: of the program itself, in its arguments, in its
/// variables. `/` changes nothing.
pub(crate) struct Places<'a> {
    root: &'a Path,
    /// Each with whether the root comes before it.
    known: Vec<(&'a Path, bool)>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(root: &'a Path, mounts: &'a [Mount]) -> Self {
        let mut known: Vec<_> = ALWAYS.iter().map(|place| (Path::new(*place), true)).collect();
        // An interpreter outside `/usr` is shown where it is.
        known.extend(mounts.iter().map(|mount| (mount.target.as_path(), !is_in_place(mount))));
        // The longest first: one may lie within another.
        known.sort_by_key(|(place, _)| std::cmp::Reverse(place.as_os_str().len()));
        Self { root, known }
    }

    pub(crate) fn translate(&self, program: Program) -> Program {
        if self.root == Path::new("/") {
            return program;
        }
        let mut environment: Vec<_> =
            program.environment.into_iter().map(|(name, value)| (name, self.list(&value))).collect();
        for (name, value) in self.additions() {
            if !environment.iter().any(|(set, _)| set == name) {
                environment.push((name.into(), value));
            }
        }
        Program {
            path: self.path(&program.path),
            arguments: program.arguments.iter().map(|argument| self.argument(argument)).collect(),
            environment,
            working_directory: self.path(&program.working_directory),
        }
    }

    /// For the function's log: what the names of the places cannot be, unlike on AWS.
    pub(crate) fn hint(&self) -> Option<String> {
        const HINT: &str = "This sandbox has no root directory of its own (tier landlock): what is at /tmp, /var/task and \
                            /opt on AWS is where TMPDIR, LAMBDA_TASK_ROOT and PATH say.";
        (self.root != Path::new("/")).then(|| HINT.to_owned())
    }

    /// What helps programs to find the places.
    fn additions(&self) -> [(&'static str, OsString); 2] {
        [
            ("TMPDIR", self.path(Path::new("/tmp")).into()),
            // Or Node.js looks for modules beside where the links lead.
            ("NODE_PRESERVE_SYMLINKS", "1".into()),
        ]
    }

    fn path(&self, path: &Path) -> PathBuf {
        let place = self.known.iter().find(|(place, _)| path.starts_with(place));
        match (place, path.strip_prefix("/")) {
            (Some((_, true)), Ok(below)) => self.root.join(below),
            _ => path.to_owned(),
        }
    }

    /// `-option=/var/task/x` as well.
    fn argument(&self, argument: &OsStr) -> OsString {
        match split_once(argument, b'=') {
            Some((name, value)) if name.as_bytes().starts_with(b"-") => {
                [name, OsStr::new("="), &self.list(value)].into_iter().collect()
            }
            _ => self.list(argument),
        }
    }

    /// A path, or several with colons between them.
    fn list(&self, list: &OsStr) -> OsString {
        let entries = list.as_bytes().split(|byte| *byte == b':');
        let entries = entries.map(|entry| self.path(Path::new(OsStr::from_bytes(entry))).into_os_string());
        let entries: Vec<Vec<u8>> = entries.map(OsString::into_vec).collect();
        OsString::from_vec(entries.join(&b':'))
    }
}

fn is_in_place(mount: &Mount) -> bool {
    mount.sources.as_slice() == [mount.target.clone()]
}

fn split_once(text: &OsStr, at: u8) -> Option<(&OsStr, &OsStr)> {
    let position = text.as_bytes().iter().position(|byte| *byte == at)?;
    let (before, after) = text.as_bytes().split_at(position);
    Some((OsStr::from_bytes(before), OsStr::from_bytes(after.get(1..)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(arguments: &[&str], environment: &[(&str, &str)]) -> Program {
        Program {
            path: "/var/task/bootstrap".into(),
            arguments: arguments.iter().map(OsString::from).collect(),
            environment: environment.iter().map(|(name, value)| (name.into(), value.into())).collect(),
            working_directory: "/var/task".into(),
        }
    }

    fn mounts() -> Vec<Mount> {
        let mount =
            |source: &str, target: &str| Mount { sources: vec![source.into()], target: target.into() };
        vec![
            mount("/data/code", "/var/task"),
            mount("/opt/python3.12", "/opt/python3.12"),
            mount("/d/m", "/node_modules"),
        ]
    }

    fn translated(arguments: &[&str], environment: &[(&str, &str)]) -> Program {
        Places::new(Path::new("/r"), &mounts()).translate(program(arguments, environment))
    }

    #[test]
    fn a_real_root_changes_nothing() {
        let program = Places::new(Path::new("/"), &[]).translate(program(&["/tmp"], &[("A", "/opt")]));
        assert_eq!(program.arguments, ["/tmp"]);
        assert_eq!(program.environment, [("A".into(), "/opt".into())]);
        assert_eq!(program.path, Path::new("/var/task/bootstrap"));
    }

    #[test]
    fn the_root_comes_before_every_path_that_only_exists_there() {
        let program =
            translated(&["/var/runtime/b.py", "--dir=/tmp/x", "/usr/bin/env", "/node_modules"], &[]);
        assert_eq!(
            program.arguments,
            ["/r/var/runtime/b.py", "--dir=/r/tmp/x", "/usr/bin/env", "/r/node_modules"]
        );
        assert_eq!(program.path, Path::new("/r/var/task/bootstrap"));
        assert_eq!(program.working_directory, Path::new("/r/var/task"));
    }

    #[test]
    fn lists_are_translated_entry_by_entry() {
        let program =
            translated(&[], &[("PATH", "/opt/python3.12/bin:/usr/bin/:/opt/bin"), ("TMPDIR", "/tmp")]);
        assert_eq!(program.environment[0].1, "/opt/python3.12/bin:/usr/bin/:/r/opt/bin");
        assert_eq!(program.environment[1].1, "/r/tmp");
    }

    #[test]
    fn what_only_looks_like_one_of_the_places_is_left_alone() {
        let values = [("A", "https://host/tmp"), ("B", "/tmpfile"), ("C", "see /tmp"), ("D", "")];
        let program = translated(&["x=/tmp"], &values);
        let left: Vec<_> =
            program.environment.iter().take(4).map(|(_, value)| value.to_str().unwrap()).collect();
        assert_eq!(left, values.map(|(_, value)| value));
        assert_eq!(program.arguments, ["x=/tmp"]);
    }

    #[test]
    fn programs_are_told_where_to_put_temporary_files() {
        let program = translated(&[], &[]);
        assert_eq!(program.environment[0], ("TMPDIR".into(), "/r/tmp".into()));
    }

    #[test]
    fn functions_are_told_only_if_there_is_something_to_tell() {
        assert_eq!(Places::new(Path::new("/"), &[]).hint(), None);
        assert!(Places::new(Path::new("/r"), &[]).hint().is_some());
    }
}
