use std::fmt;

/// A runtime identifier as the user wrote it, such as `python3.12`.
///
/// Whether AWS still takes it is the Lambda service's business, and what runs it the catalogue's.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Runtime(String);

/// The language of a runtime, and its version where the identifier has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuntimeFamily {
    /// `python3.12` is (3, 12).
    Python { major: u32, minor: u32 },
    /// `nodejs22.x` is 22.
    Nodejs { major: u32 },
    /// `java21`, `java17.al2023` and `java8.al2` are 21, 17 and 8.
    Java { major: u32 },
    /// `provided.al2` and `provided.al2023`: the package brings its own `bootstrap`.
    Provided,
    /// `ruby3.4`, `dotnet10` and others that Hob only runs from a runtime pack.
    Other,
}

impl Runtime {
    pub fn new(identifier: impl Into<String>) -> Self {
        Self(identifier.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn family(&self) -> RuntimeFamily {
        let parsed = if let Some(version) = self.0.strip_prefix("python") {
            python(version)
        } else if let Some(version) = self.0.strip_prefix("nodejs") {
            version.strip_suffix(".x").and_then(number).map(|major| RuntimeFamily::Nodejs { major })
        } else if let Some(version) = self.0.strip_prefix("java") {
            let major = version.split('.').next().and_then(number);
            major.map(|major| RuntimeFamily::Java { major })
        } else if self.0.starts_with("provided") {
            Some(RuntimeFamily::Provided)
        } else {
            None
        };
        parsed.unwrap_or(RuntimeFamily::Other)
    }
}

fn python(version: &str) -> Option<RuntimeFamily> {
    let (major, minor) = version.split_once('.')?;
    Some(RuntimeFamily::Python { major: number(major)?, minor: number(minor)? })
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok()
}

impl fmt::Display for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Runtime({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_tells_its_family() {
        let family = |identifier: &str| Runtime::new(identifier).family();
        assert_eq!(family("python3.12"), RuntimeFamily::Python { major: 3, minor: 12 });
        assert_eq!(family("nodejs22.x"), RuntimeFamily::Nodejs { major: 22 });
        assert_eq!(family("java8.al2"), RuntimeFamily::Java { major: 8 });
        assert_eq!(family("java21"), RuntimeFamily::Java { major: 21 });
        assert_eq!(family("provided.al2023"), RuntimeFamily::Provided);
        assert_eq!(family("python"), RuntimeFamily::Other);
        assert_eq!(family("ruby3.4"), RuntimeFamily::Other);
    }
}
