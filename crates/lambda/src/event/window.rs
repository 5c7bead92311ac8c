//! How many tries a function gets at once. Its limits are the invoker's affair; this finds them without running into
//! them all the time.

/// AWS's default concurrency of an account.
const SIZE_MAX: usize = 1000;
/// What it begins with.
const SIZE_START: usize = 8;
/// After a throttle, so many runs have to be admitted before one more is tried at once.
const PROBE_AFTER: usize = 32;

#[derive(Debug)]
pub(super) struct Window {
    size: usize,
    /// A limit was met, and is approached with care.
    careful: bool,
    admitted: usize,
}

impl Default for Window {
    fn default() -> Self {
        Self { size: SIZE_START, careful: false, admitted: 0 }
    }
}

impl Window {
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// A run has ended.
    pub(super) fn admitted(&mut self) {
        self.admitted += 1;
        if !self.careful || self.admitted >= PROBE_AFTER {
            self.size = (self.size + 1).min(SIZE_MAX);
            self.admitted = 0;
        }
    }

    /// One was refused while so many others ran.
    pub(super) fn refused(&mut self, running: usize) {
        *self = Self { size: running.clamp(1, self.size), careful: true, admitted: 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_with_each_run_until_a_limit_is_met() {
        let mut window = Window::default();
        for _ in 0..10 {
            window.admitted();
        }
        assert_eq!(window.size(), SIZE_START + 10);
        for _ in 0..10_000 {
            window.admitted();
        }
        assert_eq!(window.size(), SIZE_MAX);
    }

    #[test]
    fn at_a_limit_it_is_as_large_as_what_ran_and_seldom_tries_more() {
        let mut window = Window::default();
        window.refused(5);
        for _ in 1..PROBE_AFTER {
            window.admitted();
        }
        assert_eq!(window.size(), 5);
        window.admitted();
        assert_eq!(window.size(), 6);
        window.refused(0);
        assert_eq!(window.size(), 1);
    }
}
