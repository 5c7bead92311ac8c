//! What never belongs into a package.

/// Folders of tools, whose content is of no use to a running function.
const FOLDERS: [&str; 20] = [
    ".aws-sam",
    ".git",
    ".hg",
    ".hob",
    ".idea",
    ".mypy_cache",
    ".nox",
    ".nyc_output",
    ".pytest_cache",
    ".ruff_cache",
    ".serverless",
    ".svn",
    ".terraform",
    ".tox",
    ".venv",
    ".vscode",
    "cdk.out",
    "htmlcov",
    "venv",
    "virtualenv",
];

/// Files of tools, and secrets that are often left lying about.
const FILES: [&str; 8] =
    [".DS_Store", ".coverage", ".env", ".gitattributes", ".gitignore", ".npmrc", "Thumbs.db", "hob.toml"];

/// Which rules hold for a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rules {
    /// What the user wrote. Without `node_modules` if they are installed anew.
    Project { node_modules: bool },
    /// What an installer made: all of it belongs there.
    Installed,
}

impl Rules {
    pub(super) fn ignores_folder(self, name: &str) -> bool {
        // Byte code of whatever interpreter ran here.
        name == "__pycache__"
            || match self {
                Self::Project { node_modules } => {
                    FOLDERS.contains(&name) || (name == "node_modules" && !node_modules)
                }
                Self::Installed => false,
            }
    }

    pub(super) fn ignores_file(self, name: &str) -> bool {
        [".pyc", ".pyo"].iter().any(|extension| name.ends_with(extension))
            || matches!(self, Self::Project { .. }) && FILES.contains(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_leftovers_stay_behind_and_code_does_not() {
        let rules = Rules::Project { node_modules: true };
        assert!([".git", "__pycache__", ".venv"].iter().all(|name| rules.ignores_folder(name)));
        assert!(![".well-known", "node_modules", "src"].iter().any(|name| rules.ignores_folder(name)));
        assert!([".env", "app.cpython-312.pyc"].iter().all(|name| rules.ignores_file(name)));
        assert!(!["app.py", ".npmignore", "requirements.txt"].iter().any(|name| rules.ignores_file(name)));
    }

    #[test]
    fn node_modules_stay_behind_when_they_are_installed_anew() {
        assert!(Rules::Project { node_modules: false }.ignores_folder("node_modules"));
    }

    #[test]
    fn what_was_installed_is_taken_as_it_is() {
        assert!(!Rules::Installed.ignores_folder("venv"));
        assert!(Rules::Installed.ignores_folder("__pycache__"));
    }
}
