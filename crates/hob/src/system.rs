//! The real clock and the real randomness. Everything else is handed these.

use std::cell::RefCell;
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

/// How many bytes a thread asks the kernel for at once. An invocation needs some 50, in four pieces, and a system call
/// for each would cost it two microseconds.
const FETCH: usize = 512;

/// What the kernel has given to a thread and nobody has taken yet: the last `left` bytes.
struct Fetched {
    bytes: [u8; FETCH],
    left: usize,
}

thread_local! {
    static FETCHED: RefCell<Fetched> = const { RefCell::new(Fetched { bytes: [0; FETCH], left: 0 }) };
}

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        if bytes.len() > FETCH {
            return ask_kernel(bytes);
        }
        FETCHED.with_borrow_mut(|fetched| fetched.take(bytes));
    }
}

impl Fetched {
    /// What is handed out is forgotten here: it may be a secret.
    fn take(&mut self, bytes: &mut [u8]) {
        if self.left < bytes.len() {
            ask_kernel(&mut self.bytes);
            self.left = FETCH;
        }
        let start = FETCH - self.left;
        let taken = &mut self.bytes[start..start + bytes.len()];
        bytes.copy_from_slice(taken);
        taken.fill(0);
        self.left -= bytes.len();
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the implementation that is injected elsewhere")]
fn ask_kernel(bytes: &mut [u8]) {
    // It fails only on kernels before 3.17, where no key or id of ours would be safe.
    getrandom::fill(bytes).expect("the kernel provides randomness");
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn random_bytes_differ() {
        let random: &dyn Random = &SystemRandom;
        assert_ne!(random.array::<16>(), random.array::<16>());
    }

    #[test]
    fn no_random_byte_is_given_out_twice_or_left_out() {
        let random: &dyn Random = &SystemRandom;
        let taken: HashSet<[u8; 12]> = (0..1000).map(|_| random.array()).collect();
        assert_eq!(taken.len(), 1000);
        assert!(!taken.contains(&[0; 12]));
        assert!(!random.array::<{ FETCH + 1 }>().ends_with(&[0; 8]));
    }
}
