//! What one invocation adds to its function's sums.

use std::time::Duration;

use hob_invoke::{FunctionVersion, Measured};
use hob_storage::Usage;
use hob_types::EphemeralStorageMib;

/// An invocation that was answered. Source: Lambda pricing, "Duration" and "Ephemeral storage".
pub(crate) fn answered(version: &FunctionVersion, measured: Measured, failed: bool) -> Usage {
    let billed_ms = whole_millis(measured.billed);
    let init_ms = measured
        .init
        .or(measured.restore)
        .map_or(0, |_| billed_ms.saturating_sub(whole_millis(measured.duration)));
    let storage = version.ephemeral_storage.get() - EphemeralStorageMib::MIN;
    Usage {
        requests: 1,
        errors: u64::from(failed),
        throttles: 0,
        billed_ms,
        init_ms,
        memory_mib_ms: u64::from(version.memory.get()) * billed_ms,
        storage_mib_ms: u64::from(storage) * billed_ms,
    }
}

/// An invocation that was refused at a limit, which costs nothing.
pub(crate) fn throttled() -> Usage {
    Usage { throttles: 1, ..Usage::default() }
}

/// Rounded up, as durations are billed. No invocation lasts so long that it would not fit.
fn whole_millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use crate::testing::version;

    use super::*;

    fn measured(duration_us: u64, billed_ms: u64, init_us: Option<u64>) -> Measured {
        Measured {
            duration: Duration::from_micros(duration_us),
            billed: Duration::from_millis(billed_ms),
            init: init_us.map(Duration::from_micros),
            restore: None,
        }
    }

    #[test]
    fn memory_and_storage_are_billed_for_as_long_as_the_duration() {
        let version = version("fn", 1769, 1024);
        let usage = answered(&version, measured(2_100, 3, None), true);
        let expected = Usage {
            requests: 1,
            errors: 1,
            throttles: 0,
            billed_ms: 3,
            init_ms: 0,
            memory_mib_ms: 3 * 1769,
            storage_mib_ms: 3 * 512,
        };
        assert_eq!(usage, expected);
    }

    #[test]
    fn the_storage_that_every_function_has_costs_nothing() {
        assert_eq!(answered(&version("fn", 128, 512), measured(1, 1, None), false).storage_mib_ms, 0);
    }

    #[test]
    fn the_initialisation_is_what_a_cold_start_is_billed_beyond_its_duration() {
        // 133.61 ms and 80.00 ms are billed as 214 ms.
        let usage = answered(&version("fn", 128, 512), measured(133_610, 214, Some(80_000)), false);
        assert_eq!((usage.billed_ms, usage.init_ms), (214, 80));
    }
}
