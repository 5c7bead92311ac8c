use std::fmt;
use std::str::FromStr;

/// The instruction set that a function's code is made for, as AWS writes it in `Architectures`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Architecture {
    #[serde(rename = "x86_64")]
    X86_64,
    #[serde(rename = "arm64")]
    Arm64,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither x86_64 nor arm64")]
pub struct InvalidArchitecture(String);

impl Architecture {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }
}

impl FromStr for Architecture {
    type Err = InvalidArchitecture;

    fn from_str(s: &str) -> Result<Self, InvalidArchitecture> {
        [Self::X86_64, Self::Arm64]
            .into_iter()
            .find(|architecture| architecture.as_str() == s)
            .ok_or_else(|| InvalidArchitecture(s.to_owned()))
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
