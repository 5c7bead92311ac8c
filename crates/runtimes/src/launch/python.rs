//! `python3.12` and its like.

use super::{Managed, RUNTIME_DIR, Variables, mount};
use crate::request::{RuntimeLaunch, RuntimeRequest};

/// Where the SDK pack appears; the bootstrap puts it on `sys.path` behind everything of the user's.
const SDK_DIR: &str = "/var/runtime/python";

pub(crate) fn launch(managed: &Managed, request: &RuntimeRequest<'_>) -> RuntimeLaunch {
    let mut mounts = managed.mounts();
    mounts.extend(managed.sdk.as_ref().map(|sdk| mount(sdk, SDK_DIR)));
    let prefix = (!managed.interpreter.is_in_usr()).then_some(managed.interpreter.prefix.as_path());
    let mut variables = Variables::new(request.environment, prefix);
    variables.unreserved("LC_CTYPE", "C.UTF-8");
    // For Python programs that a function starts; the bootstrap arranges its own path.
    variables.unreserved("PYTHONPATH", format!("{RUNTIME_DIR}:{SDK_DIR}"));
    variables.reserved("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", request.runtime));
    if managed.ca_bundle.is_some() {
        variables.certificates();
    }
    // Without `site`, which takes longer than the rest of the start and shows the host's own packages.
    let arguments = ["-S".into(), format!("{RUNTIME_DIR}/bootstrap.py").into()];
    managed.launch(request, mounts, arguments, variables)
}
