//! How much may be going on at once, in all and for each environment.

use std::collections::HashMap;
use std::net::IpAddr;

#[derive(Debug)]
pub(super) struct Quota {
    max: usize,
    max_each: usize,
    held: HashMap<IpAddr, usize>,
}

impl Quota {
    pub(super) fn new(max: usize, max_each: usize) -> Self {
        Self { max, max_each, held: HashMap::new() }
    }

    /// Whether there is room; if so it is taken.
    pub(super) fn take(&mut self, who: IpAddr) -> bool {
        if self.held.values().sum::<usize>() >= self.max {
            return false;
        }
        let held = self.held.entry(who).or_default();
        let has_room = *held < self.max_each;
        *held += usize::from(has_room);
        has_room
    }

    pub(super) fn give_back(&mut self, who: IpAddr) {
        let Some(held) = self.held.get_mut(&who) else { return };
        *held -= 1;
        if *held == 0 {
            self.held.remove(&who);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(n: u8) -> IpAddr {
        [100, 64, 1, n].into()
    }

    #[test]
    fn one_environment_cannot_take_the_room_of_all() {
        let mut quota = Quota::new(3, 2);
        assert!(quota.take(environment(1)) && quota.take(environment(1)));
        assert!(!quota.take(environment(1)));
        assert!(quota.take(environment(2)));
        assert!(!quota.take(environment(3)));
    }

    #[test]
    fn what_is_given_back_is_free_again_and_nothing_is_remembered() {
        let mut quota = Quota::new(1, 1);
        assert!(quota.take(environment(1)));
        quota.give_back(environment(1));
        assert!(quota.held.is_empty());
        assert!(quota.take(environment(2)));
    }
}
