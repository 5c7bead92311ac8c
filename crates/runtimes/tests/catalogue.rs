#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
//! The catalogue against made-up machines: folders with shell scripts that answer as interpreters do.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use hob_runtimes::{
    Catalogue, CatalogueOptions, Language, Method, RuntimeError, RuntimeLaunch, RuntimeRequest, SearchPaths,
};
use hob_types::{MemoryMib, Runtime};

/// A machine with nothing installed, and a function without code.
struct Machine {
    root: tempfile::TempDir,
    strict: bool,
    by_others: bool,
    ca_bundle: Option<PathBuf>,
    environment: BTreeMap<String, String>,
}

impl Machine {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        for folder in ["code", "layer", "bin", "versions"] {
            fs::create_dir(root.path().join(folder)).unwrap();
        }
        Self { root, strict: false, by_others: false, ca_bundle: None, environment: BTreeMap::new() }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.root.path().join(below)
    }

    fn text(&self, below: &str) -> String {
        self.path(below).display().to_string()
    }

    /// An interpreter at `versions/<version>/bin/<name>` that says it is `version`.
    fn install(&self, name: &str, version: &str) -> &Self {
        let prefix = self.text(&format!("versions/{version}"));
        let executable = format!("{prefix}/bin/{name}");
        self.script(&format!("versions/{version}/bin/{name}"), &format!("{version}\n{executable}\n{prefix}"));
        self
    }

    /// A program that answers as an interpreter elsewhere does, as version managers' shims do.
    fn script(&self, path: &str, answer: &str) {
        self.program(path, &format!("echo '{answer}'"));
    }

    fn program(&self, path: &str, shell: &str) {
        let text = self.path("script");
        fs::write(&text, format!("#!/bin/sh\n{shell}\n")).unwrap();
        // Written by another process: a file that this one has open for writing cannot be executed, and another
        // test's fork may hold it open a moment longer.
        let install =
            Command::new("install").args(["-D", "-m", "755"]).args([text, self.path(path)]).status();
        assert!(install.unwrap().success());
    }

    fn file(&self, path: &str) -> &Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
        self
    }

    fn catalogue(&self) -> Catalogue {
        let search = SearchPaths {
            configured: Vec::new(),
            folders: vec![self.path("bin")],
            version_folders: vec![self.path("versions")],
        };
        let options = CatalogueOptions::new(self.path("data"), search);
        Catalogue::open(CatalogueOptions {
            strict: self.strict,
            functions_run_as_other_user: self.by_others,
            host_ca_bundle: self.ca_bundle.clone(),
            ..options
        })
    }

    fn resolve(&self, runtime: &str) -> Result<RuntimeLaunch, RuntimeError> {
        self.catalogue().resolve(&RuntimeRequest {
            runtime: &Runtime::new(runtime),
            handler: "app.handler",
            code: &self.path("code"),
            layers: &[self.path("layer")],
            environment: &self.environment,
            memory: MemoryMib::default(),
        })
    }

    /// The mounts' targets and sources, with this machine's folder written as `HOST`.
    fn mounts(&self, launch: &RuntimeLaunch) -> Vec<String> {
        let host = self.root.path().display().to_string();
        let mounts = launch.mounts.iter().chain(&launch.function_mounts).map(|mount| {
            let sources: Vec<_> = mount.sources.iter().map(|source| source.display().to_string()).collect();
            format!("{} <- {}", mount.target.display(), sources.join(" "))
        });
        mounts.map(|mount| without_fingerprint(&mount.replace(&host, "HOST"))).collect()
    }
}

/// `python-0123456789abcdef` is named by its content, which changes.
fn without_fingerprint(text: &str) -> String {
    let is_fingerprint = |word: &&str| word.len() == 16 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let fingerprint = text.split(|c: char| !c.is_ascii_alphanumeric()).find(is_fingerprint);
    fingerprint.map_or_else(|| text.to_owned(), |fingerprint| text.replace(fingerprint, "FINGERPRINT"))
}

fn variable<'a>(launch: &'a RuntimeLaunch, name: &str) -> Option<&'a str> {
    launch.environment.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

fn arguments(launch: &RuntimeLaunch) -> Vec<&str> {
    launch.arguments.iter().map(|argument| argument.to_str().unwrap()).collect()
}

#[test]
fn python_runs_the_bootstrap_with_the_interpreter_of_its_version() {
    let machine = Machine::new();
    machine.install("python3.12", "3.12.1").install("python3.11", "3.11.7");
    let launch = machine.resolve("python3.12").unwrap();
    assert_eq!(launch.program, machine.path("versions/3.12.1/bin/python3.12"));
    assert_eq!(arguments(&launch)[1..], ["-S", "/var/runtime/bootstrap.py"]);
    assert_eq!(
        machine.mounts(&launch),
        [
            "HOST/versions/3.12.1 <- HOST/versions/3.12.1",
            "/var/runtime <- HOST/data/runtime/python-FINGERPRINT",
        ]
    );
    assert_eq!(launch.description.as_deref(), Some("python:3.12.v1"));
    assert_eq!(launch.note, None);
    assert_eq!(variable(&launch, "AWS_EXECUTION_ENV"), Some("AWS_Lambda_python3.12"));
    assert_eq!(variable(&launch, "PYTHONPATH"), Some("/var/runtime:/var/runtime/python"));
}

#[test]
fn the_bootstrap_is_there_with_its_mount_points() {
    let machine = Machine::new();
    machine.install("python3.12", "3.12.1");
    let launch = machine.resolve("python3.12").unwrap();
    let folder = &launch.mounts[1].sources[0];
    for name in ["bootstrap.py", "hob_runtime/main.py", "ca-bundle.pem"] {
        assert!(folder.join(name).is_file(), "{name}");
    }
    assert!(folder.join("python").is_dir());
}

#[test]
fn another_minor_version_stands_in_and_the_note_says_so() {
    let machine = Machine::new();
    machine.install("python3.11", "3.11.7");
    let launch = machine.resolve("python3.12").unwrap();
    let interpreter = machine.text("versions/3.11.7/bin/python3.11");
    assert_eq!(
        launch.note,
        Some(format!(
            "python3.12 runs on Python 3.11.7 ({interpreter}), because there is no Python 3.12 on this machine"
        ))
    );
    assert_eq!(launch.description.as_deref(), Some("python:3.12.v1"));
}

#[test]
fn nothing_stands_in_when_strict_is_set() {
    let machine = Machine { strict: true, ..Machine::new() };
    machine.install("python3.11", "3.11.7");
    let error = machine.resolve("python3.12").unwrap_err();
    assert_eq!(error.error_type, "Runtime.InterpreterNotFound");
    assert!(error.message.starts_with("python3.12 needs Python 3.12, which was not found"), "{error}");
}

#[test]
fn without_any_interpreter_the_error_names_what_to_install() {
    let error = Machine::new().resolve("nodejs22.x").unwrap_err();
    assert_eq!(
        error.message,
        "nodejs22.x needs Node.js, which was not found on this machine. Install it (on Debian and Ubuntu: \
         `apt install nodejs`, or nvm for other versions); `hob doctor` lists what was found"
    );
}

#[test]
fn a_shim_leads_to_the_interpreter_behind_it() {
    let machine = Machine::new();
    let prefix = machine.text("elsewhere");
    machine.script("bin/python3", &format!("3.12.1\n{prefix}/bin/python3.12\n{prefix}"));
    let launch = machine.resolve("python3.12").unwrap();
    assert_eq!(launch.program, machine.path("elsewhere/bin/python3.12"));
    assert_eq!(machine.mounts(&launch)[0], "HOST/elsewhere <- HOST/elsewhere");
}

#[test]
fn programs_that_are_no_interpreters_are_passed_over() {
    let machine = Machine::new();
    machine.script("bin/python3", "pyenv: version not found");
    machine.script("bin/python3.12", "3.8.1\n/opt/python3.8\n/opt");
    machine.install("python3.12", "3.12.1");
    assert_eq!(machine.resolve("python3.12").unwrap().note, None);
}

#[test]
fn an_interpreter_of_the_system_needs_no_mount() {
    let machine = Machine::new();
    machine.script("bin/python3", "3.12.1\n/usr/bin/python3.12\n/usr");
    let launch = machine.resolve("python3.12").unwrap();
    assert_eq!(machine.mounts(&launch), ["/var/runtime <- HOST/data/runtime/python-FINGERPRINT"]);
    assert_eq!(variable(&launch, "PATH"), Some("/usr/local/bin:/usr/bin/:/bin:/opt/bin"));
}

#[test]
fn an_interpreter_where_layers_will_be_appears_where_aws_has_it() {
    let machine = Machine::new();
    machine.script("bin/python3", "3.12.1\n/opt/tools/python/bin/python3.12\n/opt/tools/python");
    let launch = machine.resolve("python3.12").unwrap();
    assert_eq!(launch.program, Path::new("/var/lang/bin/python3.12"));
    assert_eq!(arguments(&launch)[0], "/var/lang/bin/python3.12");
    assert_eq!(machine.mounts(&launch)[0], "/var/lang <- /opt/tools/python");
    assert_eq!(variable(&launch, "PATH"), Some("/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"));
}

#[test]
fn an_interpreter_that_the_functions_user_cannot_read_is_passed_over() {
    let machine = Machine { by_others: true, ..Machine::new() };
    machine.install("python3.12", "3.12.1");
    machine.file("versions/3.12.1/lib/python3.12/os.py");
    assert!(machine.resolve("python3.12").is_ok());
    fs::set_permissions(machine.path("versions/3.12.1/lib/python3.12"), Permissions::from_mode(0o700))
        .unwrap();
    assert_eq!(machine.resolve("python3.12").unwrap_err().error_type, "Runtime.InterpreterNotFound");
    let unusable = machine.catalogue().inventory().unusable;
    assert!(unusable[0].1.contains("chmod -R o+rX"), "{unusable:?}");
}

#[test]
fn nodejs_gets_its_memory_as_heap_limits() {
    let machine = Machine::new();
    machine.install("node", "22.9.0");
    let launch = machine.resolve("nodejs22.x").unwrap();
    assert_eq!(
        arguments(&launch)[1..],
        [
            "--expose-gc",
            "--max-http-header-size=81920",
            "--max-semi-space-size=6",
            "--max-old-space-size=116",
            "/var/runtime/bootstrap.cjs",
        ]
    );
    assert_eq!(launch.description.as_deref(), Some("nodejs:22.v1"));
}

#[test]
fn python_functions_share_copies_of_one_process() {
    let mut machine = Machine::new();
    machine.install("python3.12", "3.12.1");
    let plain = machine.resolve("python3.12").unwrap();
    let ahead = plain.ahead.unwrap();
    assert_eq!(ahead.arguments, plain.arguments);
    assert_eq!(ahead.method, Method::Fork);
    let value = |name| ahead.environment.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    assert_eq!(value("LC_CTYPE"), Some("C.UTF-8"));
    assert_eq!(value("HOB_PARKED"), Some("1"));
    assert_eq!(value("HOB_PRELOAD"), None);
    machine.environment = BTreeMap::from([("OWN".to_owned(), "value".to_owned())]);
    assert_eq!(machine.resolve("python3.11").unwrap().ahead, Some(ahead));
}

#[test]
fn a_python_function_with_a_module_or_variable_that_comes_too_late_starts_afresh() {
    let mut machine = Machine::new();
    machine.install("python3.12", "3.12.1").file("code/json.py");
    assert_eq!(machine.resolve("python3.12").unwrap().ahead, None);
    fs::remove_file(machine.path("code/json.py")).unwrap();
    assert!(machine.resolve("python3.12").unwrap().ahead.is_some());
    for name in ["PYTHONHASHSEED", "LD_PRELOAD", "LC_ALL", "AWS_LAMBDA_EXEC_WRAPPER"] {
        machine.environment = BTreeMap::from([(name.to_owned(), "/opt/x".to_owned())]);
        assert_eq!(machine.resolve("python3.12").unwrap().ahead, None, "{name}");
    }
}

#[test]
fn nodejs_starts_ahead_for_a_memory_size_with_no_variable_of_the_function() {
    let mut machine = Machine::new();
    machine.install("node", "22.9.0");
    machine.environment.insert("TABLE".to_owned(), "t".to_owned());
    machine.environment.insert("TZ".to_owned(), "Asia/Tokyo".to_owned());
    let launch = machine.resolve("nodejs22.x").unwrap();
    let ahead = launch.ahead.unwrap();
    assert_eq!(ahead.arguments, launch.arguments);
    assert_eq!(ahead.method, Method::Boot { memory: MemoryMib::default() });
    let value = |name| ahead.environment.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    assert_eq!((value("TABLE"), value("TZ"), value("HOB_PARKED")), (None, Some(":UTC"), Some("1")));
    machine.environment.insert("NODE_OPTIONS".to_owned(), "--enable-source-maps".to_owned());
    assert_eq!(machine.resolve("nodejs22.x").unwrap().ahead, None);
}

#[test]
fn es_modules_find_layers_before_the_runtimes_sdk() {
    let machine = Machine::new();
    machine.install("node", "22.9.0");
    machine.file("layer/nodejs/node_modules/a").file("layer/nodejs/node22/node_modules/b");
    let launch = machine.resolve("nodejs22.x").unwrap();
    assert_eq!(
        machine.mounts(&launch).last().unwrap(),
        "/var/node_modules <- HOST/layer/nodejs/node_modules HOST/layer/nodejs/node22/node_modules"
    );
}

#[test]
fn an_exec_wrapper_gets_the_interpreter_and_its_arguments() {
    let mut machine = Machine::new();
    machine.install("python3.12", "3.12.1");
    machine.environment.insert("AWS_LAMBDA_EXEC_WRAPPER".to_owned(), "/opt/wrapper".to_owned());
    let launch = machine.resolve("python3.12").unwrap();
    assert_eq!(launch.program, Path::new("/bin/sh"));
    let python = machine.text("versions/3.12.1/bin/python3.12");
    assert_eq!(
        arguments(&launch),
        [
            "sh",
            "-c",
            "exec \"$@\"",
            "/var/runtime/bootstrap",
            "/opt/wrapper",
            &python,
            "-S",
            "/var/runtime/bootstrap.py",
        ]
    );
}

#[test]
fn configured_certificates_are_mounted_and_named() {
    let machine = Machine { ca_bundle: Some("/etc/company.pem".into()), ..Machine::new() };
    machine.install("node", "22.9.0");
    let launch = machine.resolve("nodejs22.x").unwrap();
    assert_eq!(machine.mounts(&launch).last().unwrap(), "/var/runtime/ca-bundle.pem <- /etc/company.pem");
    assert_eq!(variable(&launch, "SSL_CERT_FILE"), Some("/var/runtime/ca-bundle.pem"));
    assert!(arguments(&launch).contains(&"--use-openssl-ca"));
}

#[test]
fn a_provided_runtime_is_the_packages_or_a_layers_bootstrap() {
    let machine = Machine::new();
    let error = machine.resolve("provided.al2023").unwrap_err();
    assert_eq!(error.error_type, "Runtime.InvalidEntrypoint");
    assert_eq!(error.message, "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]");
    machine.file("layer/bootstrap");
    assert_eq!(machine.resolve("provided.al2023").unwrap().program, Path::new("/opt/bootstrap"));
    machine.file("code/bootstrap");
    let launch = machine.resolve("provided.al2").unwrap();
    assert_eq!(launch.program, Path::new("/var/task/bootstrap"));
    assert_eq!((launch.description.as_deref(), variable(&launch, "AWS_EXECUTION_ENV")), (None, None));
}

#[test]
fn other_languages_are_refused_by_name() {
    for runtime in ["ruby3.4", "dotnet10"] {
        let error = Machine::new().resolve(runtime).unwrap_err();
        assert_eq!(error.error_type, "Runtime.Unsupported");
        assert!(error.message.starts_with(&format!("{runtime} is not served yet")), "{error}");
    }
}

/// A Python whose pip does as `pip` says.
fn python_with_pip(machine: &Machine, pip: &str) {
    let answer = format!("echo '3.12.1\n{}\n/usr'", machine.text("bin/python3"));
    machine.program("bin/python3", &format!("case \"$*\" in *pip*install*) {pip};; *) {answer};; esac"));
}

#[test]
fn a_package_that_names_the_sdk_finds_it_mounted() {
    let machine = Machine::new();
    python_with_pip(&machine, "exit 0");
    assert_eq!(machine.mounts(&machine.resolve("python3.12").unwrap()).len(), 1);
    fs::write(machine.path("code/app.py"), "import boto3").unwrap();
    let launch = machine.resolve("python3.12").unwrap();
    assert_eq!(
        machine.mounts(&launch).last().unwrap(),
        "/var/runtime/python <- HOST/data/packs/python-sdk-FINGERPRINT"
    );
    assert_eq!(launch.note, None);
    let preloads_sdk = |launch: RuntimeLaunch| {
        launch.ahead.unwrap().environment.contains(&("HOB_PRELOAD".to_owned(), "sdk".to_owned()))
    };
    assert!(preloads_sdk(launch));
    machine.file("code/six.py");
    assert!(!preloads_sdk(machine.resolve("python3.12").unwrap()), "the SDK would not get the package's own");
}

#[test]
fn a_function_starts_without_the_sdk_when_it_cannot_be_fetched_and_the_note_says_why() {
    let machine = Machine::new();
    python_with_pip(&machine, "echo 'no network' >&2; exit 1");
    fs::write(machine.path("code/app.py"), "import boto3").unwrap();
    let launch = machine.resolve("python3.12").unwrap();
    assert_eq!(launch.mounts.len(), 1);
    assert_eq!(launch.note.as_deref(), Some("the AWS SDK for Python could not be fetched: no network"));
    assert_eq!(fs::read_dir(machine.path("data/packs")).unwrap().count(), 0);
}

#[test]
fn an_sdk_is_fetched_beforehand_on_request() {
    let machine = Machine::new();
    python_with_pip(&machine, "exit 0");
    let said = std::cell::RefCell::new(Vec::new());
    let progress = |text: &str| said.borrow_mut().push(text.to_owned());
    let pack = machine.catalogue().install_sdk(Language::Python, &progress).unwrap();
    assert!(pack.starts_with(machine.path("data/packs")));
    assert_eq!(said.into_inner(), ["fetching the AWS SDK for Python", "preparing it for Python 3.12.1"]);
    let none = machine.catalogue().install_sdk(Language::Nodejs, &|_| {}).unwrap_err();
    assert_eq!(none.to_string(), "there is no Node.js interpreter on this machine");
}

#[test]
fn the_inventory_lists_what_serves_what() {
    let machine = Machine::new();
    machine.install("python3.12", "3.12.1").script("bin/python3", "not one");
    let inventory = machine.catalogue().inventory();
    let found: Vec<_> =
        inventory.interpreters.iter().map(|f| (f.interpreter.version.to_string(), &f.serves)).collect();
    assert_eq!(found, [("3.12.1".to_owned(), &vec!["python3.12".to_owned()])]);
    let substituted: Vec<_> = inventory.substituted.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(substituted, ["python3.14", "python3.13", "python3.11", "python3.10"]);
    assert_eq!(
        inventory.unusable,
        [(machine.path("bin/python3"), "it does not answer as an interpreter does".to_owned())]
    );
    assert!(inventory.missing.contains(&Language::Nodejs) && !inventory.missing.contains(&Language::Python));
}

#[test]
fn an_interpreter_that_vanished_is_replaced() {
    let machine = Machine::new();
    machine.install("python3.12", "3.12.1").install("python3.12", "3.12.9");
    let catalogue = machine.catalogue();
    let (runtime, code) = (Runtime::new("python3.12"), machine.path("code"));
    let request = RuntimeRequest {
        runtime: &runtime,
        handler: "app.handler",
        code: &code,
        layers: &[],
        environment: &machine.environment,
        memory: MemoryMib::default(),
    };
    let program = || catalogue.resolve(&request).unwrap().program;
    assert_eq!(program(), machine.path("versions/3.12.9/bin/python3.12"));
    fs::remove_dir_all(machine.path("versions/3.12.9")).unwrap();
    assert_eq!(program(), machine.path("versions/3.12.1/bin/python3.12"));
}
