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
    #[error("functions in {0} bring the AWS SDK in their packages")]
    InPackages(Language),
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

/// The languages whose runtime has the SDK on AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SdkOf {
    Python,
    Nodejs,
}

impl SdkOf {
    /// `None`: packages bring their own.
    pub(crate) fn language(language: Language) -> Option<Self> {
        match language {
            Language::Python => Some(Self::Python),
            Language::Nodejs => Some(Self::Nodejs),
            Language::Java => None,
        }
    }
}

/// The last error for each language: a server that is offline must not try again with every environment.
#[derive(Debug, Default)]
struct Failures {
    python: Option<SdkError>,
    nodejs: Option<SdkError>,
}

impl Failures {
    fn of(&mut self, sdk: SdkOf) -> &mut Option<SdkError> {
        match sdk {
            SdkOf::Python => &mut self.python,
            SdkOf::Nodejs => &mut self.nodejs,
        }
    }
}

impl Sdks {
    pub(crate) fn new(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("packs"), fetching: Mutex::default(), compiled: Remembered::default() }
    }

    /// The folder to mount. `None`: it has not been fetched, or the interpreter is too old for it.
    pub(crate) fn installed(&self, interpreter: &Interpreter) -> Option<PathBuf> {
        let sdk = check(interpreter).ok()?;
        let pack = self.pack(sdk);
        pack.is_dir().then(|| self.mountable(sdk, interpreter, &pack))
    }

    /// Fetches the pack unless it is there, or unless that has failed before in this process.
    pub(crate) fn fetch_once(
        &self,
        interpreter: &Interpreter,
        path: &[PathBuf],
    ) -> Result<PathBuf, SdkError> {
        let sdk = check(interpreter)?;
        let mut failures = self.fetching.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = failures.of(sdk) {
            return Err(error.clone());
        }
        let fetched = self.fetch(interpreter, path, &|_| {});
        *failures.of(sdk) = fetched.as_ref().err().cloned();
        fetched
    }

    /// Fetches the pack unless it is there. `progress` is told what is being done.
    pub(crate) fn fetch(
        &self,
        interpreter: &Interpreter,
        path: &[PathBuf],
        progress: &dyn Fn(&str),
    ) -> Result<PathBuf, SdkError> {
        let sdk = check(interpreter)?;
        let pack = self.pack(sdk);
        if !pack.is_dir() {
            progress(&format!("fetching the AWS SDK for {}", interpreter.language));
            files::make_folder(&pack, |folder| match sdk {
                SdkOf::Python => python::fetch(interpreter, folder),
                SdkOf::Nodejs => nodejs::fetch(interpreter, path, folder),
            })?;
        }
        progress(&format!("preparing it for {} {}", interpreter.language, interpreter.version));
        Ok(self.mountable(sdk, interpreter, &pack))
    }

    fn pack(&self, sdk: SdkOf) -> PathBuf {
        self.folder.join(match sdk {
            SdkOf::Python => &*PYTHON_PACK,
            SdkOf::Nodejs => &*NODEJS_PACK,
        })
    }

    fn mountable(&self, sdk: SdkOf, interpreter: &Interpreter, pack: &Path) -> PathBuf {
        match sdk {
            SdkOf::Python => {
                self.compiled.get(&interpreter.executable, || python::compile(interpreter, pack));
                pack.to_owned()
            }
            SdkOf::Nodejs => pack.join("node_modules"),
        }
    }
}

fn check(interpreter: &Interpreter) -> Result<SdkOf, SdkError> {
    let sdk = SdkOf::language(interpreter.language).ok_or(SdkError::InPackages(interpreter.language))?;
    let too_old = sdk == SdkOf::Python && interpreter.version.minor < 10;
    if too_old { Err(SdkError::PythonTooOld(interpreter.version)) } else { Ok(sdk) }
}

fn fetch_failed(language: Language, error: ProcessError) -> SdkError {
    SdkError::Fetch { language, reason: error.to_string() }
}
