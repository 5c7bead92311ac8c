//! How each family of runtimes is started.

mod ahead;
pub(crate) mod java;
pub(crate) mod nodejs;
mod preloaded;
pub(crate) mod provided;
pub(crate) mod python;
mod variables;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::interpreter::Interpreter;
use crate::request::{RuntimeLaunch, RuntimeMount, RuntimeRequest};

pub(crate) use self::preloaded::OwnModules;
pub(crate) use self::variables::Variables;

/// Where a bootstrap appears; `LAMBDA_RUNTIME_DIR`.
pub(crate) const RUNTIME_DIR: &str = "/var/runtime";

/// Where layers appear. Nothing else can lie below it.
const LAYERS_DIR: &str = "/opt";
/// Where AWS's runtimes have their language.
const LANGUAGE_DIR: &str = "/var/lang";

/// What an interpreter needs to run functions, found on the host.
#[derive(Debug)]
pub(crate) struct Managed {
    pub(crate) interpreter: Interpreter,
    /// The bootstrap's folder.
    pub(crate) bootstrap: PathBuf,
    pub(crate) sdk: Option<PathBuf>,
    pub(crate) ca_bundle: Option<PathBuf>,
}

impl Managed {
    /// Every mount but those of a language's own: the interpreter, the bootstrap, the certificates.
    fn mounts(&self) -> Vec<RuntimeMount> {
        let mut mounts = Vec::new();
        if !self.interpreter.is_in_usr() {
            mounts.push(mount(&self.interpreter.prefix, self.inside(&self.interpreter.prefix)));
            if !self.interpreter.executable.starts_with(&self.interpreter.prefix) {
                mounts.push(mount(&self.interpreter.executable, &self.interpreter.executable));
            }
        }
        mounts.push(mount(&self.bootstrap, RUNTIME_DIR));
        if let Some(bundle) = &self.ca_bundle {
            mounts.push(mount(bundle, variables::ca_bundle_inside()));
        }
        mounts
    }

    fn prefix_outside_usr(&self) -> Option<PathBuf> {
        (!self.interpreter.is_in_usr()).then(|| self.inside(&self.interpreter.prefix))
    }

    /// Where a file of the interpreter appears: where it is on the host, unless that is where layers are.
    fn inside(&self, path: &Path) -> PathBuf {
        let prefix = &self.interpreter.prefix;
        match path.strip_prefix(prefix) {
            // Joining nothing would end the path with a slash.
            Ok(rest) if rest.as_os_str().is_empty() && prefix.starts_with(LAYERS_DIR) => LANGUAGE_DIR.into(),
            Ok(rest) if prefix.starts_with(LAYERS_DIR) => Path::new(LANGUAGE_DIR).join(rest),
            _ => path.to_owned(),
        }
    }

    /// The interpreter with `arguments`, or the user's wrapper with the interpreter and its arguments.
    fn launch(
        &self,
        request: &RuntimeRequest<'_>,
        mounts: Vec<RuntimeMount>,
        arguments: impl IntoIterator<Item = OsString>,
        variables: Variables<'_>,
    ) -> RuntimeLaunch {
        let interpreter = self.inside(&self.interpreter.executable);
        let command = std::iter::once(interpreter.clone().into_os_string()).chain(arguments);
        let (program, arguments) = match request.environment.get("AWS_LAMBDA_EXEC_WRAPPER") {
            None => (interpreter.clone(), command.collect()),
            Some(wrapper) => (PathBuf::from("/bin/sh"), wrapped(wrapper, command)),
        };
        let environment = variables.finish();
        RuntimeLaunch {
            mounts,
            function_mounts: Vec::new(),
            program,
            arguments,
            environment,
            description: None,
            note: None,
            ahead: None,
        }
    }
}

/// By way of a shell, which names itself as AWS's does, so that a missing wrapper is exit status 127 and the
/// same line in the log.
fn wrapped(wrapper: &str, command: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let shell = ["sh", "-c", "exec \"$@\"", "/var/runtime/bootstrap", wrapper].map(OsString::from);
    shell.into_iter().chain(command).collect()
}

fn mount(source: impl Into<PathBuf>, target: impl Into<PathBuf>) -> RuntimeMount {
    RuntimeMount { sources: vec![source.into()], target: target.into() }
}
