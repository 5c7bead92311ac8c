use std::fmt;
use std::path::PathBuf;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Default,
    File(PathBuf),
    /// The variable's name.
    Variable(String),
    /// With its hyphens.
    Flag(String),
}

impl Origin {
    /// The variable of a setting: `idle_timeout` is `HOB_IDLE_TIMEOUT`.
    pub(super) fn variable(key: &str) -> Self {
        Self::Variable(variable_name(key))
    }

    /// The flag of a setting: `idle_timeout` is `--idle-timeout`.
    pub(super) fn flag(key: &str) -> Self {
        Self::Flag(format!("--{}", key.replace('_', "-")))
    }
}

pub(super) fn variable_name(key: &str) -> String {
    format!("HOB_{}", key.to_ascii_uppercase())
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => path.display().fmt(f),
            Self::Variable(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}
