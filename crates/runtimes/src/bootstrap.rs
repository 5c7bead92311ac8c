//! The bootstraps, carried in the binary and kept as files that a sandbox can mount.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use crate::files;
use crate::interpreter::{Interpreter, Language};
use crate::process;
use crate::remembered::Remembered;

const COMPILE_TIMEOUT: Duration = Duration::from_secs(120);

/// What appears as `/var/runtime`.
struct Bootstrap {
    name: &'static str,
    files: &'static [(&'static str, &'static [u8])],
    /// An empty folder, for a mount within the mount.
    folder_mount_point: Option<&'static str>,
}

/// Where the certificates of `CatalogueOptions::host_ca_bundle` appear, below `/var/runtime`.
pub(crate) const CA_BUNDLE: &str = "ca-bundle.pem";

macro_rules! carried {
    ($folder:literal: $($file:literal),+ $(,)?) => {
        &[$(($file, include_bytes!(concat!("../../../runtimes/", $folder, "/", $file)))),+]
    };
}

const PYTHON: Bootstrap = Bootstrap {
    name: "python",
    files: carried!("python":
        "bootstrap.py",
        "hob_runtime/__init__.py",
        "hob_runtime/client.py",
        "hob_runtime/context.py",
        "hob_runtime/entering.py",
        "hob_runtime/fault.py",
        "hob_runtime/handler.py",
        "hob_runtime/invocation.py",
        "hob_runtime/log_records.py",
        "hob_runtime/logs.py",
        "hob_runtime/main.py",
        "hob_runtime/marshal.py",
        "hob_runtime/parked.py",
        "hob_runtime/pausing.py",
        "hob_runtime/preload.py",
        "hob_runtime/rehearsal.py",
        "hob_runtime/rehearsed.py",
        "hob_runtime/snapshot.py",
        "hob_runtime/zygote.py",
        "snapshot_restore_py.py",
    ),
    folder_mount_point: Some("python"),
};

const NODEJS: Bootstrap = Bootstrap {
    name: "nodejs",
    files: carried!("nodejs":
        "bootstrap.cjs",
        "lib/client.cjs",
        "lib/console.cjs",
        "lib/context.cjs",
        "lib/errors.cjs",
        "lib/handler.cjs",
        "lib/invocation.cjs",
        "lib/main.cjs",
        "lib/parking.cjs",
        "lib/rehearsal.cjs",
        "lib/rehearsal/commonjs.js",
        "lib/rehearsal/es-module.mjs",
        "lib/sdk.cjs",
        "lib/streaming.cjs",
    ),
    folder_mount_point: Some("node_modules"),
};

/// Built by `cargo xtask java`; empty if it was not.
const JAVA: Bootstrap = Bootstrap {
    name: "java",
    files: &[
        (JAVA_ARCHIVE, include_bytes!(concat!(env!("OUT_DIR"), "/hob-runtime.jar"))),
        ("libhob-runtime.so", include_bytes!(concat!(env!("OUT_DIR"), "/libhob-runtime.so"))),
        ("rehearsal/Rehearsal.class", include_bytes!(concat!(env!("OUT_DIR"), "/Rehearsal.class"))),
    ],
    folder_mount_point: None,
};

pub(crate) const JAVA_ARCHIVE: &str = "hob-runtime.jar";

/// The folders' names change with the content, so another version of the server has its own files.
static PYTHON_FOLDER: LazyLock<String> = LazyLock::new(|| PYTHON.folder_name());
static NODEJS_FOLDER: LazyLock<String> = LazyLock::new(|| NODEJS.folder_name());
static JAVA_FOLDER: LazyLock<String> = LazyLock::new(|| JAVA.folder_name());

/// The bootstraps as files.
#[derive(Debug)]
pub(crate) struct Bootstraps {
    folder: PathBuf,
    writing: Mutex<()>,
    compiled: Remembered<()>,
}

impl Bootstraps {
    pub(crate) fn new(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("runtime"), writing: Mutex::default(), compiled: Remembered::default() }
    }

    /// Whether this build carries what Java functions need.
    pub(crate) fn has_java() -> bool {
        JAVA.files.iter().all(|(_, content)| !content.is_empty())
    }

    /// The folder to mount as `/var/runtime` for functions that `interpreter` runs.
    pub(crate) fn folder(&self, interpreter: &Interpreter) -> io::Result<PathBuf> {
        let (bootstrap, name) = match interpreter.language {
            Language::Python => (&PYTHON, &*PYTHON_FOLDER),
            Language::Nodejs => (&NODEJS, &*NODEJS_FOLDER),
            Language::Java => (&JAVA, &*JAVA_FOLDER),
        };
        let folder = self.folder.join(name);
        if !folder.is_dir() {
            let _one_writer = self.writing.lock();
            files::make_folder(&folder, |folder| bootstrap.write(folder))?;
        }
        if interpreter.language == Language::Python {
            self.compiled.get(&interpreter.executable, || compile(interpreter, &folder.join("hob_runtime")));
        }
        Ok(folder)
    }
}

impl Bootstrap {
    fn folder_name(&self) -> String {
        // Only compared with what this same build wrote, so any hash does.
        let mut hasher = DefaultHasher::new();
        self.files.hash(&mut hasher);
        format!("{}-{:016x}", self.name, hasher.finish())
    }

    fn write(&self, folder: &Path) -> io::Result<()> {
        for (name, content) in self.files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(path, content)?;
        }
        if let Some(mount_point) = self.folder_mount_point {
            fs::create_dir(folder.join(mount_point))?;
        }
        fs::write(folder.join(CA_BUNDLE), "")
    }
}

/// Compiles Python modules for the interpreter's minor version, beside those of other ones, so that no start
/// has to. Without it functions work as well, only later.
pub(crate) fn compile(interpreter: &Interpreter, folder: &Path) {
    let mut command = Command::new(&interpreter.executable);
    command.args(["-I", "-S", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]).arg(folder);
    if let Err(error) = process::output(&mut command, COMPILE_TIMEOUT) {
        tracing::warn!(%error, folder = %folder.display(), "cannot compile the modules beforehand");
    }
}
