//! The real clock and the real randomness. Everything else is handed these.

use std::time::{SystemTime, UNIX_EPOCH};

use hob_types::{Clock, Random, Timestamp};

/// What time it is on this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the implementation that is injected elsewhere")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The kernel's randomness. Not the cryptography library's, which measures the CPU's jitter for a quarter of a
/// second before its first byte, and that would be most of the server's start.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "this is the implementation that is injected elsewhere")]
    fn fill(&self, bytes: &mut [u8]) {
        // It fails only on kernels before 3.17, where no key or id of ours would be safe.
        getrandom::fill(bytes).expect("the kernel provides randomness");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_bytes_differ() {
        let random: &dyn Random = &SystemRandom;
        assert_ne!(random.array::<16>(), random.array::<16>());
    }
}
