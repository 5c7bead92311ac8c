//! The catalogue: one for a server.

use std::path::{Path, PathBuf};

use hob_types::{Runtime, RuntimeFamily, RuntimeVersion};

use crate::CatalogueOptions;
use crate::bootstrap::Bootstraps;
use crate::interpreter::{Interpreter, Language};
use crate::interpreters::Interpreters;
use crate::launch::python::Preloading;
use crate::launch::{self, Managed, OwnModules};
use crate::remembered::Remembered;
use crate::request::{RuntimeError, RuntimeLaunch, RuntimeRequest};
use crate::sdk::{SdkError, SdkOf, Sdks, needs_sdk};
use crate::selection::Wanted;

/// Knows what is installed, and remembers what it found. Shared by all threads.
#[derive(Debug)]
pub struct Catalogue {
    pub(crate) interpreters: Interpreters,
    pub(crate) sdks: Sdks,
    bootstraps: Bootstraps,
    /// Whether a package, by its folder, relies on the runtime's SDK.
    needs: Remembered<bool>,
    own_modules: OwnModules,
    strict: bool,
    sdk_on_first_need: bool,
    ca_bundle: Option<PathBuf>,
}

impl Catalogue {
    /// Looks at nothing yet, so it costs nothing.
    pub fn open(options: CatalogueOptions) -> Self {
        Self {
            interpreters: Interpreters::new(options.search, options.functions_run_as_other_user),
            sdks: Sdks::new(&options.data_dir),
            bootstraps: Bootstraps::new(&options.data_dir),
            needs: Remembered::default(),
            own_modules: OwnModules::default(),
            strict: options.strict,
            sdk_on_first_need: options.sdk_on_first_need,
            ca_bundle: options.host_ca_bundle,
        }
    }

    /// How to start the function's runtime. Blocks: use a thread that may. The first call for a runtime asks
    /// the interpreters for their versions, and may fetch an SDK pack; later calls take microseconds.
    pub fn resolve(&self, request: &RuntimeRequest<'_>) -> Result<RuntimeLaunch, RuntimeError> {
        match request.runtime.family() {
            RuntimeFamily::Provided => launch::provided::launch(request),
            RuntimeFamily::Java { .. } if !Bootstraps::has_java() => Err(not_built(request.runtime)),
            RuntimeFamily::Other => Err(unsupported(request.runtime)),
            _ => self.resolve_managed(request),
        }
    }

    /// Fetches the SDK pack of a language unless it is there, with the newest interpreter that can.
    /// `progress` is told what is being done.
    pub fn install_sdk(&self, language: Language, progress: &dyn Fn(&str)) -> Result<PathBuf, SdkError> {
        let mut interpreters: Vec<Interpreter> =
            self.interpreters.all(language).into_iter().filter_map(|(_, probed)| probed.ok()).collect();
        interpreters.sort_by_key(|interpreter| std::cmp::Reverse(interpreter.version));
        interpreters.dedup();
        let mut error = SdkError::NoInterpreter(language);
        for interpreter in &interpreters {
            match self.sdks.fetch(interpreter, self.interpreters.folders(), progress) {
                Ok(pack) => return Ok(pack),
                Err(failed) => error = failed,
            }
        }
        Err(error)
    }

    fn resolve_managed(&self, request: &RuntimeRequest<'_>) -> Result<RuntimeLaunch, RuntimeError> {
        let wanted = wanted(request.runtime).ok_or_else(|| unsupported(request.runtime))?;
        let found = self.interpreters.find(wanted, self.strict);
        let interpreter = found.ok_or_else(|| not_found(request.runtime, wanted, self.strict))?;
        let (sdk, sdk_note) = self.sdk(request, &interpreter);
        let bootstrap = self.bootstraps.folder(&interpreter).map_err(|error| RuntimeError {
            error_type: "Runtime.Unavailable".to_owned(),
            message: format!("the runtime's own files cannot be written: {error}"),
        })?;
        let managed = Managed { interpreter, bootstrap, sdk, ca_bundle: self.ca_bundle.clone() };
        let launch = match wanted.language {
            Language::Python => {
                let preloading = self.preloading(request, &managed);
                launch::python::launch(&managed, request, preloading)
            }
            Language::Nodejs => launch::nodejs::launch(&managed, request),
            Language::Java => launch::java::launch(&managed, request),
        };
        let stand_in = stand_in_note(request.runtime, wanted, &managed.interpreter);
        let description = RuntimeVersion::of(request.runtime).to_string();
        let notes: Vec<String> = stand_in.into_iter().chain(sdk_note).collect();
        let note = (!notes.is_empty()).then(|| notes.join("; "));
        Ok(RuntimeLaunch { description: Some(description), note, ..launch })
    }

    fn preloading(&self, request: &RuntimeRequest<'_>, managed: &Managed) -> Preloading {
        Preloading {
            brought: self.own_modules.brought(request.code, request.layers),
            needs_sdk: managed.sdk.is_some() && self.needs_sdk(request, SdkOf::Python),
        }
    }

    fn needs_sdk(&self, request: &RuntimeRequest<'_>, sdk: SdkOf) -> bool {
        self.needs.get(request.code, || needs_sdk(sdk, request.code, request.layers))
    }

    /// The pack to mount, and what to say if there should be one and is not.
    fn sdk(&self, request: &RuntimeRequest<'_>, with: &Interpreter) -> (Option<PathBuf>, Option<String>) {
        if let Some(pack) = self.sdks.installed(with) {
            return (Some(pack), None);
        }
        let needed = SdkOf::language(with.language).is_some_and(|sdk| self.needs_sdk(request, sdk));
        if !needed || !self.sdk_on_first_need {
            return (None, None);
        }
        match self.sdks.fetch_once(with, self.interpreters.folders()) {
            Ok(pack) => (Some(pack), None),
            Err(error) => (None, Some(error.to_string())),
        }
    }
}

/// The version that an identifier of a managed runtime asks for.
pub(crate) fn wanted(runtime: &Runtime) -> Option<Wanted> {
    let (language, major, minor) = match runtime.family() {
        RuntimeFamily::Python { major, minor } => (Language::Python, major, Some(minor)),
        RuntimeFamily::Nodejs { major } => (Language::Nodejs, major, None),
        RuntimeFamily::Java { major } => (Language::Java, major, None),
        RuntimeFamily::Provided | RuntimeFamily::Other => return None,
    };
    Some(Wanted { language, major, minor })
}

fn stand_in_note(runtime: &Runtime, wanted: Wanted, interpreter: &Interpreter) -> Option<String> {
    (!wanted.is(interpreter.version)).then(|| {
        format!(
            "{runtime} runs on {} {} ({}), because there is no {wanted} on this machine",
            interpreter.language,
            interpreter.version,
            path_text(&interpreter.executable),
        )
    })
}

fn not_found(runtime: &Runtime, wanted: Wanted, strict: bool) -> RuntimeError {
    let what = if strict { wanted.to_string() } else { wanted.language.to_string() };
    let install = match wanted.language {
        Language::Python => "`apt install python3`, or pyenv for other versions",
        Language::Nodejs => "`apt install nodejs`, or nvm for other versions",
        Language::Java => "`apt install openjdk-17-jre-headless`, or SDKMAN! for other versions",
    };
    RuntimeError {
        error_type: "Runtime.InterpreterNotFound".to_owned(),
        message: format!(
            "{runtime} needs {what}, which was not found on this machine. Install it (on Debian and Ubuntu: \
             {install}); `hob doctor` lists what was found"
        ),
    }
}

fn not_built(runtime: &Runtime) -> RuntimeError {
    RuntimeError {
        error_type: "Runtime.Unavailable".to_owned(),
        message: format!(
            "{runtime} cannot run, because this build of Hob has no Java runtime. Where a JDK is installed, \
             `cargo xtask java` builds it, and a new `cargo build` takes it up"
        ),
    }
}

fn unsupported(runtime: &Runtime) -> RuntimeError {
    RuntimeError {
        error_type: "Runtime.Unsupported".to_owned(),
        message: format!(
            "{runtime} is not served yet: Hob runs python3.x, nodejs, java and provided.* functions; a package with \
             its own bootstrap runs as provided.al2023"
        ),
    }
}

fn path_text(path: &Path) -> String {
    path.display().to_string()
}
