//! `nodejs22.x` and its like.

use std::ffi::OsString;
use std::path::PathBuf;

use hob_types::MemoryMib;

use super::{Managed, RUNTIME_DIR, Variables, mount};
use crate::request::{RuntimeLaunch, RuntimeMount, RuntimeRequest};

/// ES modules do not look at `NODE_PATH`, but at `node_modules` in every folder above: of the layers first,
/// then of the runtime, as AWS's runtime has it.
const LAYERS_ABOVE_TASK: &str = "/var/node_modules";
const SDK_ABOVE_TASK: &str = "/node_modules";

pub(crate) fn launch(managed: &Managed, request: &RuntimeRequest<'_>) -> RuntimeLaunch {
    let major = wanted_major(request);
    let mut mounts = managed.mounts();
    if let Some(sdk) = &managed.sdk {
        mounts.push(mount(sdk, format!("{RUNTIME_DIR}/node_modules")));
        mounts.push(mount(sdk, SDK_ABOVE_TASK));
    }
    let prefix = (!managed.interpreter.is_in_usr()).then_some(managed.interpreter.prefix.as_path());
    let mut variables = Variables::new(request.environment, prefix);
    variables.unreserved(
        "NODE_PATH",
        format!(
            "/opt/nodejs/node{major}/node_modules:/opt/nodejs/node_modules:\
             {RUNTIME_DIR}/node_modules:{RUNTIME_DIR}:/var/task"
        ),
    );
    variables.reserved("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", request.runtime));
    let mut arguments = arguments(request.memory);
    if managed.ca_bundle.is_some() {
        variables.certificates();
        // Read when they are first needed; NODE_EXTRA_CA_CERTS would cost every start 45 ms (measured).
        arguments.push("--use-openssl-ca".into());
    }
    arguments.push(format!("{RUNTIME_DIR}/bootstrap.cjs").into());
    let launch = managed.launch(request, mounts, arguments, variables);
    RuntimeLaunch { function_mounts: layers_mount(request, &major).into_iter().collect(), ..launch }
}

/// AWS's own: a tenth of the memory for young objects, the rest for old ones.
fn arguments(memory: MemoryMib) -> Vec<OsString> {
    let young = memory.get() / 10;
    vec![
        "--expose-gc".into(),
        "--max-http-header-size=81920".into(),
        format!("--max-semi-space-size={}", young / 2).into(),
        format!("--max-old-space-size={}", memory.get() - young).into(),
    ]
}

/// `22` of `nodejs22.x`, also where another version stands in: layers are laid out for the runtime's name.
fn wanted_major(request: &RuntimeRequest<'_>) -> String {
    request.runtime.as_str().chars().filter(char::is_ascii_digit).collect()
}

fn layers_mount(request: &RuntimeRequest<'_>, major: &str) -> Option<RuntimeMount> {
    let in_layer = |folder: &str| {
        let folders = request.layers.iter().map(|layer| layer.join(folder));
        folders.filter(|folder| folder.is_dir()).collect::<Vec<PathBuf>>()
    };
    // The last is on top, and the folder for this version comes before the general one.
    let mut sources = in_layer("nodejs/node_modules");
    sources.extend(in_layer(&format!("nodejs/node{major}/node_modules")));
    (!sources.is_empty()).then(|| RuntimeMount { sources, target: LAYERS_ABOVE_TASK.into() })
}
