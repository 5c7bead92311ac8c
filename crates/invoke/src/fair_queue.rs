//! Who comes next where several functions wait for the same thing.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// How often an item that cannot be served yet is passed by others, before everybody waits for it.
const PASSES_MAX: u32 = 8;

/// A line for each key, in order of arrival; the keys take turns. One key's avalanche does not hold up another's
/// trickle.
#[derive(Debug)]
pub(crate) struct FairQueue<K, T> {
    /// Each key that has a line, once; the first is next.
    turns: VecDeque<K>,
    lines: HashMap<K, Line<T>>,
    tickets: u64,
}

#[derive(Debug)]
struct Line<T> {
    items: VecDeque<(Ticket, T)>,
    /// How often the first item was passed.
    passed: u32,
}

/// A place in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket(u64);

/// Who is served next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice<'a, K> {
    /// The first in the line of this key.
    Of(&'a K),
    /// No line's first item can be served.
    Nobody,
    /// One that cannot be served yet has been passed often enough.
    Blocked,
}

impl<K, T> Default for FairQueue<K, T> {
    fn default() -> Self {
        Self { turns: VecDeque::new(), lines: HashMap::new(), tickets: 0 }
    }
}

impl<K: Clone + Eq + Hash, T> FairQueue<K, T> {
    pub(crate) fn push(&mut self, key: &K, item: T) -> Ticket {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        let new = || Line { items: VecDeque::new(), passed: 0 };
        let line = self.lines.entry(key.clone()).or_insert_with(new);
        if line.items.is_empty() {
            self.turns.push_back(key.clone());
        }
        line.items.push_back((ticket, item));
        ticket
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    pub(crate) fn waiting(&self, key: &K) -> usize {
        self.lines.get(key).map_or(0, |line| line.items.len())
    }

    /// Line by line, those first whose turn comes first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        let lines = self.turns.iter().filter_map(|key| self.lines.get(key));
        lines.flat_map(|line| line.items.iter().map(|(_, item)| item))
    }

    /// The first in turn that can be served.
    pub(crate) fn choose(&self, can_be_served: impl Fn(&T) -> bool) -> Choice<'_, K> {
        for key in &self.turns {
            let Some(line) = self.lines.get(key) else { continue };
            match line.items.front() {
                Some((_, item)) if can_be_served(item) => return Choice::Of(key),
                _ if line.passed >= PASSES_MAX => return Choice::Blocked,
                _ => {}
            }
        }
        Choice::Nobody
    }

    /// Serves the first in the line of a key, which passes those before it and has its next turn after all others.
    pub(crate) fn take(&mut self, key: &K) -> Option<T> {
        let (_, item) = self.lines.get_mut(key)?.items.pop_front()?;
        for before in self.turns.iter().take_while(|before| *before != key) {
            if let Some(line) = self.lines.get_mut(before) {
                line.passed += 1;
            }
        }
        self.end_turn(key);
        Some(item)
    }

    /// Gives up a place. If it was the first, that was its line's turn.
    pub(crate) fn remove(&mut self, key: &K, ticket: Ticket) -> Option<T> {
        let items = &mut self.lines.get_mut(key)?.items;
        let position = items.iter().position(|(waiting, _)| *waiting == ticket)?;
        let (_, item) = items.remove(position)?;
        if position == 0 {
            self.end_turn(key);
        }
        Some(item)
    }

    fn end_turn(&mut self, key: &K) {
        self.turns.retain(|waiting| waiting != key);
        match self.lines.get_mut(key) {
            Some(line) if !line.items.is_empty() => {
                line.passed = 0;
                self.turns.push_back(key.clone());
            }
            _ => drop(self.lines.remove(key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Serves everything, in turn.
    fn drained<T>(queue: &mut FairQueue<char, T>) -> Vec<T> {
        std::iter::from_fn(|| served(queue, |_| true)).collect()
    }

    fn served<T>(queue: &mut FairQueue<char, T>, can_be_served: impl Fn(&T) -> bool) -> Option<T> {
        let Choice::Of(key) = queue.choose(can_be_served) else { return None };
        let key = *key;
        queue.take(&key)
    }

    #[test]
    fn a_trickle_is_served_beside_an_avalanche() {
        let mut queue = FairQueue::default();
        for number in 0..5 {
            queue.push(&'a', number);
        }
        queue.push(&'b', 100);
        queue.push(&'c', 200);
        assert_eq!(drained(&mut queue), [0, 100, 200, 1, 2, 3, 4]);
    }

    #[test]
    fn who_cannot_be_served_is_passed_a_few_times_and_then_waited_for() {
        let mut queue = FairQueue::default();
        queue.push(&'a', 1000);
        for number in 0..20 {
            queue.push(&'b', number);
        }
        let small = |item: &i32| *item < 1000;
        let passed: Vec<_> = std::iter::from_fn(|| served(&mut queue, small)).collect();
        assert_eq!(passed, [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(queue.choose(small), Choice::Blocked);
        assert_eq!(served(&mut queue, |_| true), Some(1000));
        assert_eq!(served(&mut queue, small), Some(8));
    }

    #[test]
    fn who_gives_up_leaves_no_trace_and_its_line_has_had_its_turn() {
        let mut queue = FairQueue::default();
        let first = queue.push(&'a', 1);
        queue.push(&'a', 3);
        queue.push(&'b', 2);
        assert_eq!(queue.remove(&'a', first), Some(1));
        assert_eq!(queue.remove(&'a', first), None);
        assert_eq!((queue.waiting(&'a'), queue.waiting(&'c')), (1, 0));
        assert_eq!(drained(&mut queue), [2, 3]);
        assert!(queue.is_empty());
        assert_eq!(queue.choose(|_| true), Choice::Nobody);
    }

    proptest! {
        #[test]
        fn each_item_comes_once_and_no_key_waits_longer_than_one_round(
            items in proptest::collection::vec((0u8..5, any::<u32>()), 0..60),
        ) {
            let mut queue = FairQueue::default();
            for (key, item) in &items {
                queue.push(&char::from(*key), (*key, *item));
            }
            let mut keys: Vec<u8> = items.iter().map(|(key, _)| *key).collect();
            keys.sort_unstable();
            keys.dedup();
            let served = drained(&mut queue);
            let mut first_round: Vec<u8> = served.iter().take(keys.len()).map(|(key, _)| *key).collect();
            first_round.sort_unstable();
            prop_assert_eq!(first_round, keys);
            for key in 0..5 {
                let of = |items: &[(u8, u32)]| {
                    items.iter().filter(|(k, _)| *k == key).map(|(_, item)| *item).collect::<Vec<_>>()
                };
                prop_assert_eq!(of(&served), of(&items));
            }
        }
    }
}
