//! `java21` and its like.

use std::collections::BTreeMap;
use std::ffi::OsString;

use hob_types::{MemoryMib, Runtime};

use super::ahead::ReadAtStart;
use super::{Managed, RUNTIME_DIR, Variables};
use crate::bootstrap::{JAVA_ARCHIVE, JAVA_LIBRARY};
use crate::request::{Ahead, Method, RuntimeLaunch, RuntimeRequest};

/// By the launcher or the JVM; <https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html>.
const READ_AT_START: ReadAtStart = ReadAtStart { names: &["CLASSPATH", "JAVA_*", "JDK_*"], except: &[] };

const MAIN_CLASS: &str = "hob.runtime.Main";

/// The user's own flags for the JVM.
const TOOL_OPTIONS: &str = "JAVA_TOOL_OPTIONS";

pub(crate) fn launch(managed: &Managed, request: &RuntimeRequest<'_>) -> RuntimeLaunch {
    let users_flags = request.environment.get(TOOL_OPTIONS).map_or("", String::as_str);
    let arguments = arguments(managed, request.memory, users_flags);
    let variables = variables(managed, request.runtime, request.environment);
    let launch = managed.launch(request, managed.mounts(), arguments, variables);
    RuntimeLaunch { ahead: ahead(managed, request), ..launch }
}

/// Not without the library, by which the process gets its function's variables and folder.
fn ahead(managed: &Managed, request: &RuntimeRequest<'_>) -> Option<Ahead> {
    let can_change = managed.bootstrap.join(JAVA_LIBRARY).metadata().is_ok_and(|library| library.len() > 0);
    (can_change && !READ_AT_START.is_set(request.environment)).then(|| {
        let java = managed.interpreter.executable.clone().into_os_string();
        let arguments = ahead_flags(managed.interpreter.version.major).map(OsString::from).chain(arguments(
            managed,
            request.memory,
            "",
        ));
        Ahead {
            arguments: std::iter::once(java).chain(arguments).collect(),
            environment: variables(managed, request.runtime, &BTreeMap::new()).ahead(),
            method: Method::Boot { memory: request.memory },
        }
    })
}

/// AWS's flags, but for those that the user gives otherwise: what stands on the command line would win.
fn arguments(managed: &Managed, memory: MemoryMib, users_flags: &str) -> Vec<OsString> {
    let mut flags = Vec::new();
    let mut add = |flag: String, unless: &[&str]| {
        if !unless.iter().any(|word| users_flags.contains(word)) {
            flags.push(OsString::from(flag));
        }
    };
    add(format!("-XX:MaxHeapSize={}k", heap_kib(memory)), &["-Xmx", "MaxHeapSize", "MaxRAM"]);
    add("-XX:+UseSerialGC".to_owned(), &["-XX:+Use", "-XX:-Use"]);
    // The quick compiler alone: most functions do not live long enough for the other one.
    add("-XX:TieredStopAtLevel=1".to_owned(), &["Tiered"]);
    // A file in /tmp that nobody reads.
    add("-XX:-UsePerfData".to_owned(), &["UsePerfData"]);
    add("-Dfile.encoding=UTF-8".to_owned(), &["-Dfile.encoding"]);
    add("-Djava.net.preferIPv4Stack=true".to_owned(), &["preferIPv"]);
    flags.extend(["-cp".into(), archive(), MAIN_CLASS.into()]);
    debug_assert_eq!(managed.interpreter.language, crate::Language::Java);
    flags
}

fn archive() -> OsString {
    format!("{RUNTIME_DIR}/{JAVA_ARCHIVE}").into()
}

/// 85 % of the memory, as on AWS.
fn heap_kib(memory: MemoryMib) -> u64 {
    u64::from(memory.get()) * 1024 * 85 / 100
}

/// What lets the bootstrap replace the variables that the JVM has read, without a warning in the function's log.
fn ahead_flags(major: u32) -> impl Iterator<Item = &'static str> {
    let since = |version: u32, flag: &'static str| (major >= version).then_some(flag);
    let flags = [
        since(9, "--add-opens=java.base/java.lang=ALL-UNNAMED"),
        since(17, "--enable-native-access=ALL-UNNAMED"),
    ];
    flags.into_iter().flatten()
}

fn variables<'a>(managed: &Managed, runtime: &Runtime, users: &'a BTreeMap<String, String>) -> Variables<'a> {
    let mut variables = Variables::new(users, managed.prefix_outside_usr());
    variables.reserved("AWS_EXECUTION_ENV", format!("AWS_Lambda_{runtime}"));
    variables
}
