//! Where interpreters may be.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use crate::interpreter::{InterpreterVersion, Language};

/// Folders of the system that a server's `PATH` may lack.
const SYSTEM_FOLDERS: [&str; 2] = ["/usr/bin", "/usr/local/bin"];

/// Where version managers keep one folder per version: the variable that moves it, its usual place below
/// the home directory, and the folder of versions within.
const VERSION_MANAGERS: [(&str, &str, &str); 17] = [
    ("PYENV_ROOT", ".pyenv", "versions"),
    ("ASDF_DATA_DIR", ".asdf", "installs/python"),
    ("ASDF_DATA_DIR", ".asdf", "installs/nodejs"),
    ("MISE_DATA_DIR", ".local/share/mise", "installs/python"),
    ("MISE_DATA_DIR", ".local/share/mise", "installs/node"),
    ("UV_PYTHON_INSTALL_DIR", ".local/share/uv/python", ""),
    ("NVM_DIR", ".nvm", "versions/node"),
    ("FNM_DIR", ".local/share/fnm", "node-versions"),
    ("VOLTA_HOME", ".volta", "tools/image/node"),
    ("NODENV_ROOT", ".nodenv", "versions"),
    ("N_PREFIX", "n", "n/versions/node"),
    ("NVS_HOME", ".nvs", "node"),
    ("ASDF_DATA_DIR", ".asdf", "installs/java"),
    ("MISE_DATA_DIR", ".local/share/mise", "installs/java"),
    ("SDKMAN_DIR", ".sdkman", "candidates/java"),
    ("JENV_ROOT", ".jenv", "versions"),
    // Where IntelliJ IDEA and Gradle put those that they fetch.
    ("JDKS", ".jdks", ""),
];

/// What the shims of pyenv, nodenv, asdf and mise stand for, beside their folder.
const BESIDE_SHIMS: [&str; 5] =
    ["versions", "installs/python", "installs/nodejs", "installs/node", "installs/java"];

/// One folder per Java, by the system's packages.
const SYSTEM_JAVAS: &str = "/usr/lib/jvm";

/// Where to look, in this order.
#[derive(Clone, Debug, Default)]
pub struct SearchPaths {
    /// Interpreters, or folders that hold some, that the configuration names.
    pub configured: Vec<PathBuf>,
    /// Folders of programs: the server's `PATH`, then the system's.
    pub folders: Vec<PathBuf>,
    /// Version managers' installations: each holds one folder per version.
    pub version_folders: Vec<PathBuf>,
}

/// A file that may be an interpreter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) path: PathBuf,
    /// What its name, or that of its version folder, promises: major and, for Python, minor.
    pub(crate) promised: Option<(u32, u32)>,
}

impl SearchPaths {
    /// From the server's own environment variables, which `variable` looks up.
    pub fn from_environment(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let path = variable("PATH").unwrap_or_default();
        let on_path = std::env::split_paths(&path).filter(|folder| folder.is_absolute());
        // A shim takes a tenth of a second to say that its version is not the selected one.
        let (shims, mut folders): (Vec<_>, Vec<_>) = on_path.partition(|folder| folder.ends_with("shims"));
        let java_home = variable("JAVA_HOME").map(PathBuf::from).filter(|home| home.is_absolute());
        folders.extend(java_home.map(|home| home.join("bin")));
        folders.extend(SYSTEM_FOLDERS.map(PathBuf::from));
        let home = variable("HOME").map(PathBuf::from);
        let managed = VERSION_MANAGERS.iter().filter_map(|(moved_by, usual, versions)| {
            let moved = variable(moved_by).map(PathBuf::from);
            let root = moved.or_else(|| home.as_ref().map(|home| home.join(usual)))?;
            Some(root.join(versions))
        });
        let behind_shims = shims
            .iter()
            .filter_map(|shims| shims.parent())
            .flat_map(|root| BESIDE_SHIMS.map(|versions| root.join(versions)));
        let version_folders = managed.chain(behind_shims).chain([SYSTEM_JAVAS.into()]).collect();
        Self { configured: Vec::new(), folders, version_folders }
    }

    /// Every file that may be an interpreter of `language`, in search order, each path once.
    pub(crate) fn candidates(&self, language: Language) -> Vec<Candidate> {
        let mut found = Vec::new();
        for configured in &self.configured {
            if configured.is_file() {
                found.extend(candidate(configured.clone(), language, None));
            } else {
                found.extend(programs_in(configured, language, None));
                found.extend(programs_in(&configured.join("bin"), language, None));
            }
        }
        found.extend(self.folders.iter().flat_map(|folder| programs_in(folder, language, None)));
        found.extend(self.version_folders.iter().flat_map(|folder| versions_in(folder, language)));
        let mut seen = std::collections::HashSet::new();
        found.retain(|candidate| seen.insert(candidate.path.clone()));
        found
    }
}

fn versions_in(folder: &Path, language: Language) -> Vec<Candidate> {
    let mut versions: Vec<_> =
        entries(folder).map(|path| (path.file_name().and_then(version_of_folder), path)).collect();
    versions.sort_by(|one, other| other.cmp(one)); // the newest first
    let programs = |(version, path): &(Option<InterpreterVersion>, PathBuf)| {
        let promised = version.map(|version| (version.major, version.minor));
        // fnm has one more folder in between.
        [path.join("bin"), path.join("installation/bin")]
            .into_iter()
            .flat_map(move |bin| programs_in(&bin, language, promised))
            .collect::<Vec<_>>()
    };
    versions.iter().flat_map(programs).collect()
}

fn programs_in(folder: &Path, language: Language, promised: Option<(u32, u32)>) -> Vec<Candidate> {
    let mut programs: Vec<Candidate> =
        entries(folder).filter_map(|path| candidate(path, language, promised)).collect();
    programs.sort_by(|a, b| a.path.cmp(&b.path));
    programs
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}

/// `None`: the name is not that of an interpreter of `language`.
fn candidate(path: PathBuf, language: Language, promised: Option<(u32, u32)>) -> Option<Candidate> {
    let name = path.file_name()?.to_str()?;
    let named = match language {
        Language::Nodejs => (name == "node" || name == "nodejs").then_some(None)?,
        // The folders of Javas have names of many kinds, and asking costs nothing.
        Language::Java => return (name == "java").then_some(Candidate { path, promised: None }),
        Language::Python => match name.strip_prefix("python3")? {
            "" => None,
            minor => Some((3, minor.strip_prefix('.')?.parse().ok()?)),
        },
    };
    Some(Candidate { path, promised: named.or(promised) })
}

/// `3.12.1`, `v20.11.0` and `cpython-3.12.1-linux-x86_64-gnu` are versions.
fn version_of_folder(name: &OsStr) -> Option<InterpreterVersion> {
    let name = name.to_str()?;
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    name[digits..].split('-').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_managers_are_found_in_the_home_directory_or_where_their_variable_says() {
        let search = SearchPaths::from_environment(|name| match name {
            "PATH" => Some("/a/bin:relative:/asdf/shims:/b/bin".into()),
            "HOME" => Some("/home/me".into()),
            "NVM_DIR" => Some("/opt/nvm".into()),
            _ => None,
        });
        let folders: Vec<_> = search.folders.iter().map(|f| f.to_str().unwrap()).collect();
        assert_eq!(folders, ["/a/bin", "/b/bin", "/usr/bin", "/usr/local/bin"]);
        assert!(search.version_folders.contains(&"/home/me/.pyenv/versions".into()));
        assert!(search.version_folders.contains(&"/opt/nvm/versions/node".into()));
        assert!(search.version_folders.contains(&"/asdf/installs/python".into()));
    }

    #[test]
    fn a_name_promises_a_version() {
        let promised = |name: &str, language| {
            candidate(Path::new("/bin").join(name), language, None).map(|candidate| candidate.promised)
        };
        assert_eq!(promised("python3.12", Language::Python), Some(Some((3, 12))));
        assert_eq!(promised("python3", Language::Python), Some(None));
        assert_eq!(promised("python3.12-config", Language::Python), None);
        assert_eq!(promised("python2.7", Language::Python), None);
        assert_eq!(promised("node", Language::Nodejs), Some(None));
        assert_eq!(promised("node-gyp", Language::Nodejs), None);
    }

    #[test]
    fn a_version_folder_promises_a_version() {
        let version = |name: &str| version_of_folder(OsStr::new(name)).map(|version| version.to_string());
        assert_eq!(version("3.12.1").as_deref(), Some("3.12.1"));
        assert_eq!(version("v20.11.0").as_deref(), Some("20.11.0"));
        assert_eq!(version("cpython-3.13.0-linux-x86_64-gnu").as_deref(), Some("3.13.0"));
        assert_eq!(version("system"), None);
    }

    #[test]
    fn configured_places_come_first_and_nothing_comes_twice() {
        let root = tempfile::tempdir().unwrap();
        for file in
            ["mine/bin/python3.9", "path/python3", "pyenv/3.12.1/bin/python3.12", "pyenv/3.12.1/bin/pip"]
        {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let search = SearchPaths {
            configured: vec![root.path().join("mine")],
            folders: vec![root.path().join("path"), root.path().join("path")],
            version_folders: vec![root.path().join("pyenv")],
        };
        let found: Vec<_> = search.candidates(Language::Python).into_iter().map(|c| c.path).collect();
        let expected = ["mine/bin/python3.9", "path/python3", "pyenv/3.12.1/bin/python3.12"];
        assert_eq!(found, expected.map(|file| root.path().join(file)));
    }
}
