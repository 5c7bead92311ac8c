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

/// The operating system's randomness, by way of the cryptography library's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "this is the implementation that is injected elsewhere")]
    fn fill(&self, bytes: &mut [u8]) {
        // It fails only if the kernel has no randomness, and then no key or id of ours would be safe.
        aws_lc_rs::rand::fill(bytes).expect("the operating system provides randomness");
    }
}
