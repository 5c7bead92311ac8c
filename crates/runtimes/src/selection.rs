//! Which interpreter serves a runtime identifier.

use crate::interpreter::{Interpreter, InterpreterVersion, Language};

/// The version that a runtime identifier asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Wanted {
    pub(crate) language: Language,
    pub(crate) major: u32,
    /// `None` for Node.js, whose identifiers name only the major version.
    pub(crate) minor: Option<u32>,
}

/// More than any two versions are apart.
const OLDER: u32 = 1_000_000;

impl Wanted {
    pub(crate) fn is(self, version: InterpreterVersion) -> bool {
        self.matches((version.major, version.minor))
    }

    pub(crate) fn matches(self, (major, minor): (u32, u32)) -> bool {
        self.major == major && self.minor.is_none_or(|wanted| wanted == minor)
    }

    /// How far a version is from the wanted one, and whether it is older. `None`: it cannot stand in.
    fn distance(self, version: InterpreterVersion) -> Option<(u32, bool)> {
        match self.minor {
            Some(_) if version.major != self.major => None,
            Some(minor) => Some((minor.abs_diff(version.minor), version.minor < minor)),
            // Classes that are compiled for a version run on all later ones and on none before.
            None if self.language == Language::Java => {
                let older = version.major < self.major;
                Some((self.major.abs_diff(version.major) + if older { OLDER } else { 0 }, older))
            }
            None => Some((self.major.abs_diff(version.major), version.major < self.major)),
        }
    }
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.language, self.major)?;
        self.minor.map_or(Ok(()), |minor| write!(f, ".{minor}"))
    }
}

/// The one that is nearest to the wanted version; of two equally near, the newer, then the first found.
pub(crate) fn nearest(wanted: Wanted, found: Vec<Interpreter>) -> Option<Interpreter> {
    let distances = found.into_iter().filter_map(|interpreter| {
        let distance = wanted.distance(interpreter.version)?;
        Some((distance, interpreter))
    });
    distances.min_by_key(|(distance, _)| *distance).map(|(_, interpreter)| interpreter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(wanted: Wanted, found: &[&str]) -> Option<String> {
        let interpreter = |version: &&str| Interpreter {
            language: wanted.language,
            version: version.parse().unwrap(),
            executable: "/opt/bin/it".into(),
            prefix: "/opt".into(),
        };
        nearest(wanted, found.iter().map(interpreter).collect()).map(|found| found.version.to_string())
    }

    #[test]
    fn the_nearest_minor_version_of_python_stands_in() {
        let wanted = Wanted { language: Language::Python, major: 3, minor: Some(12) };
        assert_eq!(chosen(wanted, &["3.9.1", "3.11.7"]).as_deref(), Some("3.11.7"));
        assert_eq!(chosen(wanted, &["3.11.7", "3.13.0"]).as_deref(), Some("3.13.0"));
        assert_eq!(chosen(wanted, &["3.11.7", "3.12.1"]).as_deref(), Some("3.12.1"));
        assert_eq!(chosen(wanted, &["2.7.18"]), None);
        assert_eq!(chosen(wanted, &[]), None);
    }

    #[test]
    fn the_nearest_major_version_of_nodejs_stands_in() {
        let wanted = Wanted { language: Language::Nodejs, major: 22, minor: None };
        assert!(wanted.is("22.9.0".parse().unwrap()));
        assert_eq!(chosen(wanted, &["18.1.0", "20.20.2"]).as_deref(), Some("20.20.2"));
        assert_eq!(chosen(wanted, &["20.20.2", "24.0.0"]).as_deref(), Some("24.0.0"));
    }

    #[test]
    fn a_later_java_stands_in_rather_than_an_earlier_one() {
        let wanted = Wanted { language: Language::Java, major: 21, minor: None };
        assert_eq!(chosen(wanted, &["17.0.15", "25.0.1", "30"]).as_deref(), Some("25.0.1"));
        assert_eq!(chosen(wanted, &["11", "17.0.15"]).as_deref(), Some("17.0.15"));
    }
}
