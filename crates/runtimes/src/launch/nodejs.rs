//! `nodejs22.x` and its like.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use hob_types::{MemoryMib, Runtime};

use super::ahead::ReadAtStart;
use super::{Managed, RUNTIME_DIR, Variables, mount};
use crate::request::{Ahead, Method, RuntimeLaunch, RuntimeMount, RuntimeRequest};

/// ES modules do not look at `NODE_PATH`, but at `node_modules` in every folder above: of the layers first,
/// then of the runtime, as AWS's runtime has it.
const LAYERS_ABOVE_TASK: &str = "/var/node_modules";
const SDK_ABOVE_TASK: &str = "/node_modules";

/// By Node.js, V8, libuv or OpenSSL; <https://nodejs.org/api/cli.html#environment-variables>.
const READ_AT_START: ReadAtStart = ReadAtStart {
    names: &["NODE_*", "OPENSSL_*", "SSL_*", "UV_*"],
    except: &["NODE_CONFIG*", "NODE_ENV", "NODE_PATH", "NODE_TLS_REJECT_UNAUTHORIZED"],
};

pub(crate) fn launch(managed: &Managed, request: &RuntimeRequest<'_>) -> RuntimeLaunch {
    let mut mounts = managed.mounts();
    if let Some(sdk) = &managed.sdk {
        mounts.push(mount(sdk, format!("{RUNTIME_DIR}/node_modules")));
        mounts.push(mount(sdk, SDK_ABOVE_TASK));
    }
    let mut arguments = arguments(request.memory);
    if managed.ca_bundle.is_some() {
        // Read when they are first needed; NODE_EXTRA_CA_CERTS would cost every start 45 ms (measured).
        arguments.push("--use-openssl-ca".into());
    }
    arguments.push(format!("{RUNTIME_DIR}/bootstrap.cjs").into());
    let variables = variables(managed, request.runtime, request.environment);
    let launch = managed.launch(request, mounts, arguments, variables);
    let function_mounts = layers_mount(request).into_iter().collect();
    RuntimeLaunch { ahead: ahead(managed, request, &launch), function_mounts, ..launch }
}

/// The process that a fresh start would be, but for the variables.
fn ahead(managed: &Managed, request: &RuntimeRequest<'_>, launch: &RuntimeLaunch) -> Option<Ahead> {
    (!READ_AT_START.is_set(request.environment)).then(|| Ahead {
        arguments: launch.arguments.clone(),
        environment: variables(managed, request.runtime, &BTreeMap::new()).ahead(),
        method: Method::Boot { memory: request.memory },
    })
}

fn variables<'a>(managed: &Managed, runtime: &Runtime, users: &'a BTreeMap<String, String>) -> Variables<'a> {
    let major = wanted_major(runtime);
    let mut variables = Variables::new(users, managed.prefix_outside_usr().as_deref());
    variables.unreserved(
        "NODE_PATH",
        format!(
            "/opt/nodejs/node{major}/node_modules:/opt/nodejs/node_modules:\
             {RUNTIME_DIR}/node_modules:{RUNTIME_DIR}:/var/task"
        ),
    );
    variables.reserved("AWS_EXECUTION_ENV", format!("AWS_Lambda_{runtime}"));
    if managed.ca_bundle.is_some() {
        variables.certificates();
    }
    variables
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
fn wanted_major(runtime: &Runtime) -> String {
    runtime.as_str().chars().filter(char::is_ascii_digit).collect()
}

fn layers_mount(request: &RuntimeRequest<'_>) -> Option<RuntimeMount> {
    let major = wanted_major(request.runtime);
    let in_layer = |folder: &str| {
        let folders = request.layers.iter().map(|layer| layer.join(folder));
        folders.filter(|folder| folder.is_dir()).collect::<Vec<PathBuf>>()
    };
    // The last is on top, and the folder for this version comes before the general one.
    let mut sources = in_layer("nodejs/node_modules");
    sources.extend(in_layer(&format!("nodejs/node{major}/node_modules")));
    (!sources.is_empty()).then(|| RuntimeMount { sources, target: LAYERS_ABOVE_TASK.into() })
}
