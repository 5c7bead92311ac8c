//! Which modules a Python process has before its function is known, and whether a function brings its own of these
//! names: a module that is loaded already would take their place.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::remembered::Remembered;

/// Of the standard library, by way of `runtimes/python/hob_runtime/preload.py`, in any version of Python. What is built
/// into the interpreter is not here: nothing can take its place.
#[rustfmt::skip]
const STANDARD: &[&str] = &[
    "abc", "array", "ast", "asyncio", "base64", "binascii", "bisect", "bz2", "calendar", "codecs", "collections",
    "concurrent", "configparser", "contextlib", "contextvars", "copy", "copyreg", "csv", "ctypes", "dataclasses",
    "datetime", "decimal", "dis", "email", "encodings", "enum", "fcntl", "fnmatch", "fractions", "functools",
    "genericpath", "getpass", "glob", "grp", "gzip", "hashlib", "heapq", "hmac", "html", "http", "importlib", "inspect",
    "io", "ipaddress", "json", "keyword", "linecache", "locale", "logging", "lzma", "math", "mimetypes", "mmap",
    "multiprocessing", "ntpath", "numbers", "opcode", "operator", "os", "pathlib", "pickle", "platform", "posixpath",
    "pyexpat", "queue", "quopri", "random", "re", "reprlib", "resource", "runpy", "secrets", "select", "selectors",
    "shlex", "shutil", "signal", "socket", "sre_compile", "sre_constants", "sre_parse", "ssl", "stat", "statistics",
    "string", "struct", "subprocess", "sysconfig", "tempfile", "termios", "textwrap", "threading", "token", "tokenize",
    "traceback", "types", "typing", "urllib", "uu", "uuid", "warnings", "weakref", "xml", "zipfile", "zipimport",
    "zlib", "zoneinfo",
];

/// Of the SDK, and what changes how that works if it is there (but for `certifi`, whose certificates it would use
/// instead of its own).
#[rustfmt::skip]
const SDK: &[&str] = &[
    "awscrt", "boto3", "botocore", "brotli", "brotlicffi", "dateutil", "jmespath", "s3transfer", "six", "urllib3",
];

/// What a function brings of that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Brought {
    pub(crate) standard: bool,
    pub(crate) sdk: bool,
}

impl Brought {
    fn and(self, other: Self) -> Self {
        Self { standard: self.standard || other.standard, sdk: self.sdk || other.sdk }
    }
}

/// What packages and layers bring, by their folders.
#[derive(Debug, Default)]
pub(crate) struct OwnModules(Remembered<Brought>);

impl OwnModules {
    pub(crate) fn brought(&self, code: &Path, layers: &[PathBuf]) -> Brought {
        let package = self.0.get(code, || names_in(code));
        let in_layer = |layer: &PathBuf| self.0.get(layer, || names_in_layer(layer));
        layers.iter().map(in_layer).fold(package, Brought::and)
    }
}

/// `python` and `python/lib/python3.x/site-packages`; of whichever version, which errs on the safe side.
fn names_in_layer(layer: &Path) -> Brought {
    let versions = fs::read_dir(layer.join("python/lib")).into_iter().flatten().flatten();
    let sites = versions.map(|version| version.path().join("site-packages"));
    sites.map(|site| names_in(&site)).fold(names_in(&layer.join("python")), Brought::and)
}

fn names_in(folder: &Path) -> Brought {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let modules = entries.filter_map(|entry| module_name(&entry.path()));
    let brought = |name: String| Brought {
        standard: STANDARD.contains(&name.as_str()),
        sdk: SDK.contains(&name.as_str()),
    };
    modules.map(brought).fold(Brought::default(), Brought::and)
}

/// What this file or folder can be imported as. A folder without an `__init__` never wins over a module elsewhere.
fn module_name(path: &Path) -> Option<String> {
    let name = path.file_name().and_then(OsStr::to_str)?;
    if path.is_dir() {
        let is_init = |entry: fs::DirEntry| entry.file_name().to_string_lossy().starts_with("__init__.");
        return fs::read_dir(path).ok()?.flatten().any(is_init).then(|| name.to_owned());
    }
    let extension = path.extension().and_then(OsStr::to_str)?;
    let is_module = ["py", "pyc", "so"].contains(&extension);
    name.split('.').next().filter(|_| is_module).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for name in files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        root
    }

    fn brought(package: &[&str], layer: &[&str]) -> (bool, bool) {
        let (package, layer) = (folder(package), folder(layer));
        let Brought { standard, sdk } =
            OwnModules::default().brought(package.path(), &[layer.path().to_owned()]);
        (standard, sdk)
    }

    #[test]
    fn a_module_of_a_preloaded_name_is_found_in_every_form() {
        assert_eq!(brought(&["json.py"], &[]), (true, false));
        assert_eq!(brought(&["typing/__init__.py"], &[]), (true, false));
        assert_eq!(brought(&["zlib.cpython-312-x86_64-linux-gnu.so"], &[]), (true, false));
        assert_eq!(brought(&["boto3/__init__.pyc"], &[]), (false, true));
        assert_eq!(brought(&[], &["python/six.py"]), (false, true));
        assert_eq!(brought(&[], &["python/lib/python3.12/site-packages/enum/__init__.py"]), (true, false));
    }

    #[test]
    fn what_is_no_module_or_has_another_name_takes_no_place() {
        let package =
            ["app.py", "json", "email/welcome.html", "http.txt", "lib/json.py", "requests/__init__.py"];
        assert_eq!(brought(&package, &["json.py"]), (false, false));
    }
}
