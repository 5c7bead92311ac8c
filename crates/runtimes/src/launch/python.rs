//! `python3.12` and its like.

use std::collections::BTreeMap;

use super::ahead::ReadAtStart;
use super::preloaded::Brought;
use super::{Managed, RUNTIME_DIR, Variables, mount};
use crate::request::{Ahead, Method, RuntimeLaunch, RuntimeRequest};

/// Where the SDK pack appears; the bootstrap puts it on `sys.path` behind everything of the user's.
const SDK_DIR: &str = "/var/runtime/python";

/// By Python or OpenSSL; <https://docs.python.org/3/using/cmdline.html#environment-variables>.
const READ_AT_START: ReadAtStart = ReadAtStart { names: &["PYTHON*", "OPENSSL_*"], except: &[] };

/// What the process has loaded that a function gets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Preloading {
    /// Modules of these names must be the function's own.
    pub(crate) brought: Brought,
    pub(crate) needs_sdk: bool,
}

pub(crate) fn launch(
    managed: &Managed,
    request: &RuntimeRequest<'_>,
    preloading: Preloading,
) -> RuntimeLaunch {
    let mut mounts = managed.mounts();
    mounts.extend(managed.sdk.as_ref().map(|sdk| mount(sdk, SDK_DIR)));
    let mut variables = variables(managed, request.environment);
    variables.reserved("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", request.runtime));
    // Without `site`, which takes longer than the rest of the start and shows the host's own packages.
    let arguments = ["-S".into(), format!("{RUNTIME_DIR}/bootstrap.py").into()];
    let launch = managed.launch(request, mounts, arguments, variables);
    RuntimeLaunch { ahead: ahead(managed, request, preloading, &launch), ..launch }
}

/// The process that a fresh start would be, with its modules loaded. The same for all functions of an interpreter, but
/// for those that need the SDK.
fn ahead(
    managed: &Managed,
    request: &RuntimeRequest<'_>,
    preloading: Preloading,
    launch: &RuntimeLaunch,
) -> Option<Ahead> {
    if preloading.brought.standard || READ_AT_START.is_set(request.environment) {
        return None;
    }
    let mut environment = variables(managed, &BTreeMap::new()).ahead();
    if preloading.needs_sdk && managed.sdk.is_some() && !preloading.brought.sdk {
        environment.push(("HOB_PRELOAD".to_owned(), "sdk".to_owned()));
    }
    Some(Ahead { arguments: launch.arguments.clone(), environment, method: Method::Fork })
}

fn variables<'a>(managed: &Managed, users: &'a BTreeMap<String, String>) -> Variables<'a> {
    let mut variables = Variables::new(users, managed.prefix_outside_usr().as_deref());
    variables.unreserved("LC_CTYPE", "C.UTF-8");
    // For Python programs that a function starts; the bootstrap arranges its own path.
    variables.unreserved("PYTHONPATH", format!("{RUNTIME_DIR}:{SDK_DIR}"));
    if managed.ca_bundle.is_some() {
        variables.certificates();
    }
    variables
}
