//! `java21` and its like.

use std::collections::BTreeMap;
use std::ffi::OsString;

use hob_types::{MemoryMib, Runtime};

use super::ahead::ReadAtStart;
use super::{Managed, RUNTIME_DIR, Variables};
use crate::bootstrap::JAVA_ARCHIVE;
use crate::request::{Ahead, Method, RuntimeLaunch, RuntimeRequest};

/// By the launcher or the JVM; <https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html>.
const READ_AT_START: ReadAtStart = ReadAtStart { names: &["CLASSPATH", "JAVA_*", "JDK_*"], except: &[] };

const MAIN_CLASS: &str = "hob.runtime.Main";

/// Where layers have jars; the main class's argument.
const LAYERS: &str = "/opt/java/lib";

/// Since this version the JVM writes to the function's log when the bootstrap loads its library, unless it is allowed.
const WARNS_OF_LIBRARIES: u32 = 24;

/// The user's own flags for the JVM.
const TOOL_OPTIONS: &str = "JAVA_TOOL_OPTIONS";

pub(crate) fn launch(managed: &Managed, request: &RuntimeRequest<'_>) -> RuntimeLaunch {
    let users_flags = request.environment.get(TOOL_OPTIONS).map_or("", String::as_str);
    let arguments = arguments(managed, request.memory, users_flags);
    let variables = variables(managed, request.runtime, request.environment);
    let launch = managed.launch(request, managed.mounts(), arguments, variables);
    RuntimeLaunch { ahead: ahead(managed, request, &launch), ..launch }
}

/// The process that a fresh start would be, but for the variables.
fn ahead(managed: &Managed, request: &RuntimeRequest<'_>, launch: &RuntimeLaunch) -> Option<Ahead> {
    (!READ_AT_START.is_set(request.environment)).then(|| Ahead {
        arguments: launch.arguments.clone(),
        environment: variables(managed, request.runtime, &BTreeMap::new()).ahead(),
        method: Method::Boot { memory: request.memory },
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
    // Said because the place has another name in a sandbox without a root directory of its own.
    add("-Djava.io.tmpdir=/tmp".to_owned(), &["java.io.tmpdir"]);
    // Where a JVM that waits will be, which it would not notice.
    add("-Duser.dir=/var/task".to_owned(), &["-Duser.dir"]);
    if managed.interpreter.version.major >= WARNS_OF_LIBRARIES {
        flags.push("--enable-native-access=ALL-UNNAMED".into());
    }
    let archive = format!("{RUNTIME_DIR}/{JAVA_ARCHIVE}");
    // The JVM's own loader, which neither opens the archive in Java nor verifies it: 6 ms of CPU time (measured).
    flags.push(format!("-Xbootclasspath/a:{archive}").into());
    flags.extend(["-cp".into(), archive.into(), MAIN_CLASS.into(), LAYERS.into()]);
    flags
}

/// 85 % of the memory, as on AWS.
fn heap_kib(memory: MemoryMib) -> u64 {
    u64::from(memory.get()) * 1024 * 85 / 100
}

fn variables<'a>(managed: &Managed, runtime: &Runtime, users: &'a BTreeMap<String, String>) -> Variables<'a> {
    let mut variables = Variables::new(users, managed.prefix_outside_usr().as_deref());
    variables.reserved("AWS_EXECUTION_ENV", format!("AWS_Lambda_{runtime}"));
    variables
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpreter::{Interpreter, Language};

    fn flags(version: &str, users_flags: &str) -> String {
        let interpreter = Interpreter {
            language: Language::Java,
            version: version.parse().unwrap(),
            executable: "/usr/lib/jvm/it/bin/java".into(),
            prefix: "/usr/lib/jvm/it".into(),
        };
        let managed = Managed { interpreter, bootstrap: "/data".into(), sdk: None, ca_bundle: None };
        let arguments = arguments(&managed, MemoryMib::try_from(512).unwrap(), users_flags);
        let words: Vec<_> = arguments.iter().map(|argument| argument.to_str().unwrap()).collect();
        words.join(" ")
    }

    #[test]
    fn the_jvm_gets_awss_flags() {
        assert_eq!(
            flags("17.0.1", ""),
            "-XX:MaxHeapSize=445644k -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData \
             -Dfile.encoding=UTF-8 -Djava.net.preferIPv4Stack=true -Djava.io.tmpdir=/tmp \
             -Duser.dir=/var/task -Xbootclasspath/a:/var/runtime/hob-runtime.jar -cp /var/runtime/hob-runtime.jar hob.runtime.Main /opt/java/lib"
        );
        assert!(flags("25", "").contains(" --enable-native-access=ALL-UNNAMED "));
    }

    #[test]
    fn the_users_own_flags_are_not_overridden() {
        let flags = flags("17", "-Xmx100m -XX:+UseG1GC -XX:TieredStopAtLevel=4");
        assert!(!["MaxHeapSize", "SerialGC", "Tiered"].iter().any(|flag| flags.contains(flag)), "{flags}");
    }
}
