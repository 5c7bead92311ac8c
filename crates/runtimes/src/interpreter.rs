//! An interpreter on the host, as it describes itself.

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;
use std::time::Duration;

use crate::jvm;
use crate::process::{self, ProcessError};

/// An interpreter that needs longer to say its version is not worth having.
const PROBE_TIMEOUT: Duration = Duration::from_secs(10);

/// Answers with the version, the executable and the prefix, whether it is started directly, through a version
/// manager's shim, or in a virtual environment.
const ASK_PYTHON: &str = "\
import os, sys
print('%d.%d.%d' % sys.version_info[:3])
print(os.path.realpath(getattr(sys, '_base_executable', '') or sys.executable))
print(os.path.realpath(sys.base_prefix))";

const ASK_NODE: &str = "\
const fs = require('fs'), path = require('path');
const executable = fs.realpathSync(process.execPath);
console.log([process.versions.node, executable, path.dirname(path.dirname(executable))].join('\\n'))";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    Python,
    Nodejs,
    Java,
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Python => "Python",
            Self::Nodejs => "Node.js",
            Self::Java => "Java",
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InterpreterVersion {
    pub major: u32,
    pub minor: u32,
    pub patch: u32,
}

impl fmt::Display for InterpreterVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("an interpreter's version is one to three numbers with dots between")]
pub struct InvalidInterpreterVersion;

impl FromStr for InterpreterVersion {
    type Err = InvalidInterpreterVersion;

    fn from_str(text: &str) -> Result<Self, InvalidInterpreterVersion> {
        let mut numbers = [0; 3];
        for (i, part) in text.split('.').enumerate() {
            *numbers.get_mut(i).ok_or(InvalidInterpreterVersion)? =
                part.parse().map_err(|_| InvalidInterpreterVersion)?;
        }
        let [major, minor, patch] = numbers;
        Ok(Self { major, minor, patch })
    }
}

/// An interpreter that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    pub language: Language,
    pub version: InterpreterVersion,
    /// The real executable, whatever shim or link led to it.
    pub executable: PathBuf,
    /// What has to be visible for it to work; its standard library lies below.
    pub prefix: PathBuf,
}

/// Why a candidate is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProbeError {
    #[error("it cannot be executed: {0}")]
    Failed(String),
    #[error("it does not answer as an interpreter does")]
    NotAnInterpreter,
    #[error("{} is too old: {} is the oldest that is served", .0, .1)]
    TooOld(InterpreterVersion, &'static str),
    #[error(
        "functions run as another user, who may not read {}; run `chmod -R o+rX` on it or install it \
         elsewhere", .0.display()
    )]
    NotReadable(PathBuf),
}

impl Interpreter {
    /// Asks the program at `path`, or what is installed around it. `by_others`: every user must be able to read it.
    pub(crate) fn probe(language: Language, path: &Path, by_others: bool) -> Result<Self, ProbeError> {
        let interpreter = match language {
            Language::Python => Self::ask(language, path, &["-I", "-S", "-c", ASK_PYTHON])?,
            Language::Nodejs => Self::ask(language, path, &["-e", ASK_NODE])?,
            Language::Java => jvm::at(path).ok_or(ProbeError::NotAnInterpreter)?,
        };
        interpreter.check_age()?;
        if by_others {
            interpreter.check_readable()?;
        }
        Ok(interpreter)
    }

    fn ask(language: Language, path: &Path, arguments: &[&str]) -> Result<Self, ProbeError> {
        let mut command = Command::new(path);
        command.args(arguments);
        // They would change what is asked, or make the start fail.
        for variable in ["PYTHONHOME", "PYTHONPATH", "NODE_OPTIONS", "NODE_EXTRA_CA_CERTS"] {
            command.env_remove(variable);
        }
        let answer = process::output(&mut command, PROBE_TIMEOUT).map_err(failed)?;
        parse(language, &answer).ok_or(ProbeError::NotAnInterpreter)
    }

    fn check_age(&self) -> Result<(), ProbeError> {
        match (self.language, self.version.major, self.version.minor) {
            (Language::Python, 3, ..9) => Err(ProbeError::TooOld(self.version, "Python 3.9")),
            (Language::Nodejs, ..18, _) => Err(ProbeError::TooOld(self.version, "Node.js 18")),
            (Language::Java, ..8, _) => Err(ProbeError::TooOld(self.version, "Java 8")),
            _ => Ok(()),
        }
    }

    /// Of the prefix and what is in it; the folders above are made anew inside a sandbox.
    fn check_readable(&self) -> Result<(), ProbeError> {
        let mut needed = vec![self.prefix.clone(), self.executable.clone()];
        if self.language == Language::Python {
            let InterpreterVersion { major, minor, .. } = self.version;
            needed.push(self.prefix.join(format!("lib/python{major}.{minor}")));
            needed.push(self.prefix.join(format!("lib/python{major}.{minor}/os.py")));
        }
        match needed.into_iter().find(|path| !readable_by_others(path)) {
            Some(path) => Err(ProbeError::NotReadable(path)),
            None => Ok(()),
        }
    }

    /// Part of the base system that every sandbox shows.
    pub(crate) fn is_in_usr(&self) -> bool {
        self.prefix.starts_with("/usr")
    }
}

fn failed(error: ProcessError) -> ProbeError {
    ProbeError::Failed(error.to_string())
}

fn parse(language: Language, answer: &str) -> Option<Interpreter> {
    let mut lines = answer.lines();
    let version = lines.next()?.parse().ok()?;
    let mut path = || lines.next().map(PathBuf::from).filter(|path| path.is_absolute());
    let (executable, prefix) = (path()?, path()?);
    // A prefix that is the whole file system cannot be shown to a function.
    (prefix.parent().is_some()).then_some(Interpreter { language, version, executable, prefix })
}

fn readable_by_others(path: &Path) -> bool {
    let Ok(metadata) = fs::metadata(path) else { return false };
    let needed = if metadata.is_dir() { 0o005 } else { 0o004 };
    metadata.permissions().mode() & needed == needed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_version_parses_to_itself() {
        let version = InterpreterVersion { major: 3, minor: 12, patch: 1 };
        assert_eq!(version.to_string().parse(), Ok(version));
        assert_eq!("20".parse(), Ok(InterpreterVersion { major: 20, minor: 0, patch: 0 }));
        assert!("3.x".parse::<InterpreterVersion>().is_err());
        assert!("1.2.3.4".parse::<InterpreterVersion>().is_err());
        assert!("".parse::<InterpreterVersion>().is_err());
    }

    #[test]
    fn an_answer_has_version_executable_and_prefix() {
        let answer = "3.12.1\n/opt/py/bin/python3.12\n/opt/py\n";
        let interpreter = parse(Language::Python, answer).unwrap();
        assert_eq!(interpreter.version.to_string(), "3.12.1");
        assert_eq!(interpreter.executable, Path::new("/opt/py/bin/python3.12"));
        assert!(!interpreter.is_in_usr());
        assert_eq!(parse(Language::Python, "hello\n"), None);
        assert_eq!(parse(Language::Python, "3.12.1\n/bin/python3\n/\n"), None);
    }
}
