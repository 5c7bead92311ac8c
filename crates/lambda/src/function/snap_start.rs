//! What goes together with starting from snapshots.

use hob_storage::{FunctionConfiguration, SnapStart};
use hob_types::{EphemeralStorageMib, Runtime, RuntimeFamily};

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SnapStartError {
    #[error("{0} does not start from snapshots")]
    Runtime(Runtime),
    #[error("more than the least ephemeral storage is not restored")]
    EphemeralStorage,
}

/// Source: Lambda guide, "Supported features and limitations" of SnapStart.
pub(crate) fn check_snap_start(configuration: &FunctionConfiguration) -> Result<(), SnapStartError> {
    if configuration.snap_start == SnapStart::None {
        return Ok(());
    }
    if let Some(runtime) = configuration.runtime.as_ref().filter(|runtime| !can_snap_start(runtime)) {
        return Err(SnapStartError::Runtime(runtime.clone()));
    }
    if configuration.ephemeral_storage > EphemeralStorageMib::default() {
        return Err(SnapStartError::EphemeralStorage);
    }
    Ok(())
}

/// Java 11, Python 3.12, .NET 8 and later. Older .NET is no longer taken at all.
fn can_snap_start(runtime: &Runtime) -> bool {
    match runtime.family() {
        RuntimeFamily::Java { major } => major >= 11,
        RuntimeFamily::Python { major, minor } => (major, minor) >= (3, 12),
        RuntimeFamily::Nodejs { .. } | RuntimeFamily::Provided => false,
        RuntimeFamily::Other => runtime.as_str().starts_with("dotnet"),
    }
}

#[cfg(test)]
mod tests {
    use hob_storage::Architecture;

    use super::*;

    fn with(runtime: &str, storage: i64, snap_start: SnapStart) -> FunctionConfiguration {
        FunctionConfiguration {
            runtime: Some(Runtime::new(runtime)),
            ephemeral_storage: storage.try_into().unwrap(),
            snap_start,
            ..FunctionConfiguration::new(String::new(), Architecture::X86_64)
        }
    }

    #[test]
    fn some_runtimes_start_from_snapshots() {
        let check = |runtime| check_snap_start(&with(runtime, 512, SnapStart::PublishedVersions));
        for runtime in ["java11", "java17.al2023", "java25", "python3.12", "python3.15", "dotnet8"] {
            assert_eq!(check(runtime), Ok(()), "{runtime}");
        }
        for runtime in ["java8.al2", "python3.11", "nodejs24.x", "ruby3.4", "provided.al2023"] {
            assert_eq!(check(runtime), Err(SnapStartError::Runtime(Runtime::new(runtime))));
        }
        assert_eq!(check_snap_start(&with("nodejs24.x", 1024, SnapStart::None)), Ok(()));
    }

    #[test]
    fn a_snapshot_has_the_least_ephemeral_storage() {
        let large = with("python3.12", 513, SnapStart::PublishedVersions);
        assert_eq!(check_snap_start(&large), Err(SnapStartError::EphemeralStorage));
    }
}
