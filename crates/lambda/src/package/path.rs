//! Names inside an archive, as paths that cannot leave it.

use std::fmt;

/// A relative path of plain components: not empty, no `.`, no `..`, no NUL. Any other byte is legal, as on
/// Linux; a newline, too.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct EntryPath(String);

impl EntryPath {
    /// In bytes; leaves room for the directory that the package is unpacked in.
    const LENGTH_MAX: usize = 1024;
    /// How deep directories may lie in one another.
    const DEPTH_MAX: usize = 128;
    /// `NAME_MAX` of Linux's file systems, in bytes.
    const COMPONENT_LENGTH_MAX: usize = 255;

    /// `None`: no path inside the archive. `.` and doubled slashes are dropped, as every unzip does.
    pub(super) fn parse(name: &str) -> Option<Self> {
        if name.starts_with('/') || name.contains('\0') {
            return None;
        }
        let components: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        let legal = |part: &&str| *part != ".." && part.len() <= Self::COMPONENT_LENGTH_MAX;
        let path = components.join("/");
        let bounded = path.len() <= Self::LENGTH_MAX && components.len() <= Self::DEPTH_MAX;
        (!path.is_empty() && bounded && components.iter().all(legal)).then_some(Self(path))
    }

    /// Whether a name stands for the archive's root, as `./` does.
    pub(super) fn is_root(name: &str) -> bool {
        !name.is_empty() && !name.starts_with('/') && name.split('/').all(|part| matches!(part, "" | "."))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn components(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// The directories that this path lies in, the innermost first.
    pub(super) fn ancestors(&self) -> impl Iterator<Item = Self> {
        self.0.rmatch_indices('/').map(|(slash, _)| Self(self.0[..slash].to_owned()))
    }
}

impl fmt::Debug for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(name: &str) -> Option<String> {
        EntryPath::parse(name).map(|path| path.0)
    }

    #[test]
    fn a_name_is_a_path_below_the_package() {
        assert_eq!(parsed("app.py").as_deref(), Some("app.py"));
        assert_eq!(parsed("a/b/c.txt").as_deref(), Some("a/b/c.txt"));
        assert_eq!(parsed("./a//b/").as_deref(), Some("a/b"));
        assert_eq!(parsed("...").as_deref(), Some("..."));
        assert_eq!(parsed("line\nbreak").as_deref(), Some("line\nbreak"));
    }

    #[test]
    fn a_name_that_could_leave_the_package_is_refused() {
        for bad in ["", "/etc/passwd", "../x", "a/../../x", "a/..", "..", "x\0y"] {
            assert_eq!(parsed(bad), None, "{bad:?}");
        }
        assert_eq!(parsed(&"x".repeat(256)), None);
        assert_eq!(parsed(&"x/".repeat(129)), None);
    }

    #[test]
    fn the_ancestors_lead_to_the_root() {
        let path = EntryPath::parse("a/b/c").unwrap();
        let ancestors: Vec<_> = path.ancestors().map(|ancestor| ancestor.0).collect();
        assert_eq!(ancestors, ["a/b", "a"]);
    }

    proptest! {
        #[test]
        fn joined_to_a_directory_a_path_stays_in_it(name in "[a./\\\\\0\n]{0,20}") {
            if let Some(path) = EntryPath::parse(&name) {
                let normal = |part| matches!(part, std::path::Component::Normal(_));
                prop_assert!(std::path::Path::new(path.as_str()).components().all(normal), "{:?}", path);
            }
        }
    }
}
