//! A Java on the host, by what is written beside it: to start one takes longer than everything else here.

use std::fs;
use std::path::Path;

use crate::interpreter::{Interpreter, InterpreterVersion, Language};

/// The installation that the program `java` at `path`, or what it links to, belongs to.
pub(crate) fn at(path: &Path) -> Option<Interpreter> {
    let executable = fs::canonicalize(path).ok()?;
    // `bin/java`, and up to Java 8 also `jre/bin/java`.
    let prefix = executable.ancestors().skip(2).take(2).find(|prefix| prefix.join("release").is_file())?;
    let version = version(&fs::read_to_string(prefix.join("release")).ok()?)?;
    let prefix = prefix.to_owned();
    prefix.parent()?;
    Some(Interpreter { language: Language::Java, version, executable, prefix })
}

/// That of the line `JAVA_VERSION="17.0.15"`; before Java 9 it is written as `1.8.0_452`.
fn version(release: &str) -> Option<InterpreterVersion> {
    let line = release.lines().find_map(|line| line.strip_prefix("JAVA_VERSION="))?;
    let version = line.trim_matches('"');
    let version = version.strip_prefix("1.").unwrap_or(version);
    let mut numbers = version.split(['.', '_', '-', '+']).map(|number| number.parse().unwrap_or(0));
    let major = numbers.next().filter(|major| *major > 0)?;
    Some(InterpreterVersion { major, minor: numbers.next().unwrap_or(0), patch: numbers.next().unwrap_or(0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(line: &str) -> Option<String> {
        version(&format!("IMPLEMENTOR=\"Debian\"\n{line}\nLIBC=\"gnu\"\n")).map(|version| version.to_string())
    }

    #[test]
    fn versions_of_all_times_are_read() {
        assert_eq!(printed("JAVA_VERSION=\"17.0.15\"").as_deref(), Some("17.0.15"));
        assert_eq!(printed("JAVA_VERSION=\"25\"").as_deref(), Some("25.0.0"));
        assert_eq!(printed("JAVA_VERSION=\"11.0.20.1\"").as_deref(), Some("11.0.20"));
        assert_eq!(printed("JAVA_VERSION=\"1.8.0_452\"").as_deref(), Some("8.0.452"));
        assert_eq!(printed("JAVA_VERSION=\"x\""), None);
        assert_eq!(printed(""), None);
    }

    #[test]
    fn a_java_is_known_by_its_release_file() {
        let root = tempfile::tempdir().unwrap();
        let java = root.path().join("jdk/jre/bin/java");
        fs::create_dir_all(java.parent().unwrap()).unwrap();
        fs::write(&java, "").unwrap();
        assert_eq!(at(&java), None);
        fs::write(root.path().join("jdk/release"), "JAVA_VERSION=\"1.8.0_1\"\n").unwrap();
        let found = at(&java).unwrap();
        assert_eq!(found.version.to_string(), "8.0.1");
        assert_eq!(found.prefix, root.path().canonicalize().unwrap().join("jdk"));
    }
}
