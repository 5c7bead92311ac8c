//! SDK packs: what AWS's runtimes bring besides the language.
//!
//! A pack is fetched from the language's package registry, as the user has configured it, with hashes that are
//! pinned here, once for each data directory.

mod need;
mod nodejs;
mod python;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use hob_types::{Runtime, RuntimeFamily};

use crate::bootstrap;
use crate::files;
use crate::interpreter::{Interpreter, InterpreterVersion, Language};
use crate::process::ProcessError;
use crate::remembered::Remembered;

pub(crate) use self::need::needs_sdk;

const FETCH_TIMEOUT: Duration = Duration::from_secs(300);

/// Why there is no SDK pack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SdkError {
    #[error("the AWS SDK for Python needs Python 3.10 or newer, not {0}")]
    PythonTooOld(InterpreterVersion),
    #[error("there is no pip for {}; install it (Debian, Ubuntu: `apt install python3-pip`)", .0.display())]
    NoPip(PathBuf),
    #[error("there is no npm beside {} or on the PATH; install it", .0.display())]
    NoNpm(PathBuf),
    #[error("there is no {0} interpreter on this machine")]
    NoInterpreter(Language),
    #[error("the AWS SDK for {language} could not be fetched: {reason}")]
    Fetch { language: Language, reason: String },
    #[error("the AWS SDK cannot be stored: {0}")]
    Store(String),
}

impl From<io::Error> for SdkError {
    fn from(error: io::Error) -> Self {
        Self::Store(error.to_string())
    }
}

/// Named by what is asked for, so that a server with other pins fetches its own.
static PYTHON_PACK: LazyLock<String> = LazyLock::new(|| pack_name("python-sdk", python::PINS));
static NODEJS_PACK: LazyLock<String> = LazyLock::new(|| pack_name("nodejs-sdk", nodejs::PINS));

fn pack_name(name: &str, pins: &str) -> String {
    let mut hasher = DefaultHasher::new();
    pins.hash(&mut hasher);
    format!("{name}-{:016x}", hasher.finish())
}

/// The packs below a data directory.
#[derive(Debug)]
pub(crate) struct Sdks {
    folder: PathBuf,
    fetching: Mutex<Failures>,
    compiled: Remembered<()>,
}

/// The last error for each language: a server that is offline must not try again with every environment.
#[derive(Debug, Default)]
struct Failures {
    python: Option<SdkError>,
    nodejs: Option<SdkError>,
}

impl Failures {
    fn of(&mut self, language: Language) -> &mut Option<SdkError> {
        match language {
            Language::Python => &mut self.python,
            Language::Nodejs => &mut self.nodejs,
        }
    }
}

impl Sdks {
    pub(crate) fn new(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("packs"), fetching: Mutex::default(), compiled: Remembered::default() }
    }

    /// The folder to mount. `None`: it has not been fetched, or the interpreter is too old for it.
    pub(crate) fn installed(&self, interpreter: &Interpreter) -> Option<PathBuf> {
        let pack = self.pack(interpreter.language);
        if !pack.is_dir() || check(interpreter).is_err() {
            return None;
        }
        Some(self.mountable(interpreter, &pack))
    }

    /// Fetches the pack unless it is there, or unless that has failed before in this process.
    pub(crate) fn fetch_once(
        &self,
        interpreter: &Interpreter,
        path: &[PathBuf],
    ) -> Result<PathBuf, SdkError> {
        let mut failures = self.fetching.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = failures.of(interpreter.language) {
            return Err(error.clone());
        }
        let fetched = self.fetch(interpreter, path, &|_| {});
        *failures.of(interpreter.language) = fetched.as_ref().err().cloned();
        fetched
    }

    /// Fetches the pack unless it is there. `progress` is told what is being done.
    pub(crate) fn fetch(
        &self,
        interpreter: &Interpreter,
        path: &[PathBuf],
        progress: &dyn Fn(&str),
    ) -> Result<PathBuf, SdkError> {
        check(interpreter)?;
        let pack = self.pack(interpreter.language);
        if !pack.is_dir() {
            progress(&format!("fetching the AWS SDK for {}", interpreter.language));
            files::make_folder(&pack, |folder| match interpreter.language {
                Language::Python => python::fetch(interpreter, folder),
                Language::Nodejs => nodejs::fetch(interpreter, path, folder),
            })?;
        }
        progress(&format!("preparing it for {} {}", interpreter.language, interpreter.version));
        Ok(self.mountable(interpreter, &pack))
    }

    fn pack(&self, language: Language) -> PathBuf {
        self.folder.join(match language {
            Language::Python => &*PYTHON_PACK,
            Language::Nodejs => &*NODEJS_PACK,
        })
    }

    fn mountable(&self, interpreter: &Interpreter, pack: &Path) -> PathBuf {
        match interpreter.language {
            Language::Python => {
                self.compiled.get(&interpreter.executable, || python::compile(interpreter, pack));
                pack.to_owned()
            }
            Language::Nodejs => pack.join("node_modules"),
        }
    }
}

fn check(interpreter: &Interpreter) -> Result<(), SdkError> {
    let too_old = interpreter.language == Language::Python && interpreter.version.minor < 10;
    if too_old { Err(SdkError::PythonTooOld(interpreter.version)) } else { Ok(()) }
}

fn fetch_failed(language: Language, error: ProcessError) -> SdkError {
    SdkError::Fetch { language, reason: error.to_string() }
}

/// The language whose SDK a runtime brings.
pub(crate) fn language_of(runtime: &Runtime) -> Option<Language> {
    match runtime.family() {
        RuntimeFamily::Python { .. } => Some(Language::Python),
        RuntimeFamily::Nodejs { .. } => Some(Language::Nodejs),
        _ => None,
    }
}
