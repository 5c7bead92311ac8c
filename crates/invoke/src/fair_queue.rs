//! Who comes next where several functions wait for the same thing.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// A line for each key, in order of arrival; the keys take turns. One key's avalanche does not hold up another's
/// trickle.
#[derive(Debug)]
pub(crate) struct FairQueue<K, T> {
    /// Each key that has a line, once; the first is next.
    turns: VecDeque<K>,
    lines: HashMap<K, VecDeque<(Ticket, T)>>,
    tickets: u64,
}

/// A place in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket(u64);

impl<K, T> Default for FairQueue<K, T> {
    fn default() -> Self {
        Self { turns: VecDeque::new(), lines: HashMap::new(), tickets: 0 }
    }
}

impl<K: Clone + Eq + Hash, T> FairQueue<K, T> {
    pub(crate) fn push(&mut self, key: &K, item: T) -> Ticket {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        let line = self.lines.entry(key.clone()).or_default();
        if line.is_empty() {
            self.turns.push_back(key.clone());
        }
        line.push_back((ticket, item));
        ticket
    }

    /// Whose turn it is.
    pub(crate) fn next(&self) -> Option<(&K, &T)> {
        let key = self.turns.front()?;
        let (_, item) = self.lines.get(key)?.front()?;
        Some((key, item))
    }

    /// The turn passes to the next key.
    fn pass(&mut self) {
        if let Some(key) = self.turns.pop_front() {
            self.turns.push_back(key);
        }
    }

    pub(crate) fn pop(&mut self) -> Option<T> {
        let key = self.turns.front()?.clone();
        let (_, item) = self.lines.get_mut(&key)?.pop_front()?;
        self.pass();
        self.close_if_empty(&key);
        Some(item)
    }

    /// Gives up a place.
    pub(crate) fn remove(&mut self, key: &K, ticket: Ticket) -> Option<T> {
        let line = self.lines.get_mut(key)?;
        let position = line.iter().position(|(waiting, _)| *waiting == ticket)?;
        let (_, item) = line.remove(position)?;
        self.close_if_empty(key);
        Some(item)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &T)> {
        self.lines.iter().flat_map(|(key, line)| line.iter().map(move |(_, item)| (key, item)))
    }

    fn close_if_empty(&mut self, key: &K) {
        if self.lines.get(key).is_some_and(VecDeque::is_empty) {
            self.lines.remove(key);
            self.turns.retain(|waiting| waiting != key);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drained(mut queue: FairQueue<char, u32>) -> Vec<u32> {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    #[test]
    fn a_trickle_is_served_beside_an_avalanche() {
        let mut queue = FairQueue::default();
        for number in 0..5 {
            queue.push(&'a', number);
        }
        queue.push(&'b', 100);
        queue.push(&'c', 200);
        assert_eq!(drained(queue), [0, 100, 200, 1, 2, 3, 4]);
    }

    #[test]
    fn who_gives_up_leaves_no_trace() {
        let mut queue = FairQueue::default();
        let first = queue.push(&'a', 1);
        queue.push(&'b', 2);
        assert_eq!(queue.remove(&'a', first), Some(1));
        assert_eq!(queue.remove(&'a', first), None);
        assert_eq!(queue.next(), Some((&'b', &2)));
        assert_eq!(drained(queue), [2]);
    }

    proptest! {
        #[test]
        fn each_item_comes_once_and_no_key_waits_longer_than_one_round(
            items in proptest::collection::vec((0u8..5, any::<u32>()), 0..60),
        ) {
            let mut queue = FairQueue::default();
            for (key, item) in &items {
                queue.push(key, (*key, *item));
            }
            let mut keys: Vec<u8> = items.iter().map(|(key, _)| *key).collect();
            keys.sort_unstable();
            keys.dedup();
            let popped: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
            let first_round: Vec<u8> = popped.iter().take(keys.len()).map(|(key, _)| *key).collect();
            let mut sorted = first_round.clone();
            sorted.sort_unstable();
            prop_assert_eq!(sorted, keys);
            for key in 0..5 {
                let of = |items: &[(u8, u32)]| {
                    items.iter().filter(|(k, _)| *k == key).map(|(_, item)| *item).collect::<Vec<_>>()
                };
                prop_assert_eq!(of(&popped), of(&items));
            }
        }
    }
}
