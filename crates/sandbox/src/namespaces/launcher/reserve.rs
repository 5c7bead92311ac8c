//! How much of something to keep ready.

/// A number that doubles when there was too little, and halves at rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reserve {
    least: usize,
    most: usize,
    target: usize,
}

impl Reserve {
    pub(super) const fn new(least: usize, most: usize) -> Self {
        Self { least, most, target: least }
    }

    pub(super) fn target(&self) -> usize {
        self.target
    }

    /// Somebody had to wait.
    pub(super) fn was_short(&mut self) {
        self.target = (self.target * 2).min(self.most);
    }

    /// Nobody has wanted any for a while.
    pub(super) fn rest(&mut self) {
        self.target = (self.target / 2).max(self.least);
    }

    pub(super) fn is_raised(&self) -> bool {
        self.target > self.least
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_raises_it_and_rest_lowers_it_within_its_bounds() {
        let mut reserve = Reserve::new(4, 10);
        reserve.was_short();
        assert_eq!(reserve.target(), 8);
        reserve.was_short();
        assert_eq!(reserve.target(), 10);
        reserve.rest();
        assert_eq!(reserve.target(), 5);
        assert!(reserve.is_raised());
        reserve.rest();
        reserve.rest();
        assert_eq!(reserve.target(), 4);
        assert!(!reserve.is_raised());
    }
}
