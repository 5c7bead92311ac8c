//! Limited quantities that functions wait for in turn.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use hob_types::FunctionArn;
use tokio::sync::oneshot;

use crate::fair_queue::{Choice, FairQueue, Ticket};

/// So much of each of `N` quantities.
pub(crate) type Amount<const N: usize> = [u64; N];

/// A semaphore over `N` quantities at once. Those who wait are served by function in turn. One who wants much is passed
/// by others for a while, and then they wait for it.
#[derive(Debug)]
pub(crate) struct FairSemaphore<const N: usize> {
    capacity: Amount<N>,
    state: Mutex<State<N>>,
    /// Somebody waits. For those who would otherwise take the lock for nothing.
    contended: AtomicBool,
}

#[derive(Debug)]
struct State<const N: usize> {
    free: Amount<N>,
    waiting: FairQueue<FunctionArn, Wish<N>>,
    /// The sum of all wishes.
    wanted: Amount<N>,
}

#[derive(Debug)]
struct Wish<const N: usize> {
    amount: Amount<N>,
    granted: oneshot::Sender<Held<N>>,
}

/// What was taken of a semaphore; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Held<const N: usize> {
    semaphore: Arc<FairSemaphore<N>>,
    amount: Amount<N>,
}

/// A place in line; given up when it is dropped.
#[derive(Debug)]
pub(crate) struct Waiting<const N: usize> {
    semaphore: Arc<FairSemaphore<N>>,
    function: FunctionArn,
    ticket: Ticket,
    granted: oneshot::Receiver<Held<N>>,
}

impl<const N: usize> FairSemaphore<N> {
    pub(crate) fn new(capacity: Amount<N>) -> Arc<Self> {
        let state = Mutex::new(State { free: capacity, waiting: FairQueue::default(), wanted: [0; N] });
        Arc::new(Self { capacity, state, contended: AtomicBool::new(false) })
    }

    pub(crate) fn capacity(&self) -> Amount<N> {
        self.capacity
    }

    pub(crate) fn free(&self) -> Amount<N> {
        self.lock().free
    }

    pub(crate) fn nothing(self: &Arc<Self>) -> Held<N> {
        self.held([0; N])
    }

    /// Takes what is free, unless others wait already.
    pub(crate) fn try_acquire(self: &Arc<Self>, amount: Amount<N>) -> Option<Held<N>> {
        let mut state = self.lock();
        if !state.waiting.is_empty() {
            return None;
        }
        state.free = minus(state.free, amount)?;
        Some(self.held(amount))
    }

    /// Gets in line, at once. No wish beyond the capacity is ever granted.
    pub(crate) fn acquire(self: &Arc<Self>, function: &FunctionArn, amount: Amount<N>) -> Waiting<N> {
        let (granted, receiver) = oneshot::channel();
        let mut state = self.lock();
        state.wanted = plus(state.wanted, amount);
        let ticket = state.waiting.push(function, Wish { amount, granted });
        self.grant(&mut state);
        Waiting { semaphore: Arc::clone(self), function: function.clone(), ticket, granted: receiver }
    }

    pub(crate) fn is_contended(&self) -> bool {
        self.contended.load(Ordering::SeqCst)
    }

    /// Whether there is less than is wished for.
    pub(crate) fn is_short(&self) -> bool {
        let state = self.lock();
        without(state.wanted, state.free) != [0; N]
    }

    /// What would have to be given back to grant as many wishes as can be granted if `most` is. Nothing, if that would
    /// help nobody.
    pub(crate) fn missing(&self, most: Amount<N>) -> Amount<N> {
        let state = self.lock();
        let available = plus(state.free, most);
        let granted = state.waiting.iter().fold([0; N], |granted, wish| {
            let more = plus(granted, wish.amount);
            if minus(available, more).is_some() { more } else { granted }
        });
        without(granted, state.free)
    }

    /// How many of a function wait.
    pub(crate) fn waiting(&self, function: &FunctionArn) -> usize {
        self.lock().waiting.waiting(function)
    }

    /// Whether so much, with which this function has just done, may go to itself: nobody else could be granted it, or it
    /// is its turn. Then the one whose turn it was is granted nothing, and no longer waits: it has what it waited for,
    /// or gets in line again.
    pub(crate) fn take_turn(self: &Arc<Self>, function: &FunctionArn, amount: Amount<N>) -> bool {
        let mut state = self.lock();
        let free = plus(state.free, amount);
        match state.waiting.choose(|wish| minus(free, wish.amount).is_some()) {
            Choice::Nobody => true,
            Choice::Of(next) if next == function => {
                if let Some(wish) = state.take(function) {
                    let _ = wish.granted.send(self.held([0; N]));
                }
                self.grant(&mut state);
                true
            }
            Choice::Of(_) | Choice::Blocked => false,
        }
    }

    fn give_back(self: &Arc<Self>, amount: Amount<N>) {
        let mut state = self.lock();
        state.free = plus(state.free, amount);
        self.grant(&mut state);
    }

    /// Serves those whose turn it is until somebody has to wait.
    fn grant(self: &Arc<Self>, state: &mut State<N>) {
        while let Choice::Of(function) = state.waiting.choose(|wish| minus(state.free, wish.amount).is_some())
        {
            let function = function.clone();
            let Some(Wish { amount, granted }) = state.take(&function) else { break };
            match granted.send(self.held(amount)) {
                Ok(()) => state.free = without(state.free, amount),
                // Nobody waits any more. Dropping it would ask for the lock that is held here.
                Err(mut held) => held.amount = [0; N],
            }
        }
        self.contended.store(!state.waiting.is_empty(), Ordering::SeqCst);
    }

    fn held(self: &Arc<Self>, amount: Amount<N>) -> Held<N> {
        Held { semaphore: Arc::clone(self), amount }
    }

    fn lock(&self) -> MutexGuard<'_, State<N>> {
        // Nothing under this lock leaves the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<const N: usize> State<N> {
    fn take(&mut self, function: &FunctionArn) -> Option<Wish<N>> {
        let wish = self.waiting.take(function)?;
        self.wanted = without(self.wanted, wish.amount);
        Some(wish)
    }
}

impl<const N: usize> Held<N> {
    pub(crate) fn amount(&self) -> Amount<N> {
        self.amount
    }

    pub(crate) fn merge(&mut self, mut other: Self) {
        self.amount = plus(self.amount, std::mem::replace(&mut other.amount, [0; N]));
    }

    /// Gives back all but so much.
    pub(crate) fn keep(&mut self, amount: Amount<N>) {
        let rest = without(self.amount, amount);
        self.amount = without(self.amount, rest);
        if rest != [0; N] {
            self.semaphore.give_back(rest);
        }
    }
}

impl<const N: usize> Drop for Held<N> {
    fn drop(&mut self) {
        self.keep([0; N]);
    }
}

impl<const N: usize> Future for Waiting<N> {
    type Output = Held<N>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Held<N>> {
        // The wish stays in the queue, and the sender with it, until it is granted.
        Pin::new(&mut self.granted).poll(context).map(|held| match held {
            Ok(held) => held,
            Err(_) => unreachable!("a wish is granted or given up"),
        })
    }
}

impl<const N: usize> Drop for Waiting<N> {
    fn drop(&mut self) {
        let mut state = self.semaphore.lock();
        if let Some(given_up) = state.waiting.remove(&self.function, self.ticket) {
            state.wanted = without(state.wanted, given_up.amount);
            // It may have been in the way of the next.
            self.semaphore.grant(&mut state);
        }
    }
}

fn minus<const N: usize>(mut from: Amount<N>, amount: Amount<N>) -> Option<Amount<N>> {
    for (from, amount) in from.iter_mut().zip(amount) {
        *from = from.checked_sub(amount)?;
    }
    Some(from)
}

pub(crate) fn plus<const N: usize>(mut to: Amount<N>, amount: Amount<N>) -> Amount<N> {
    for (to, amount) in to.iter_mut().zip(amount) {
        *to = to.saturating_add(amount);
    }
    to
}

/// Not less than nothing.
pub(crate) fn without<const N: usize>(mut from: Amount<N>, amount: Amount<N>) -> Amount<N> {
    for (from, amount) in from.iter_mut().zip(amount) {
        *from = from.saturating_sub(amount);
    }
    from
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use hob_types::{AccountId, Region};
    use proptest::prelude::*;

    use super::*;

    fn arn(name: &str) -> FunctionArn {
        FunctionArn { region: Region::local(), account: AccountId::local(), name: name.parse().unwrap() }
    }

    fn poll<const N: usize>(waiting: &mut Waiting<N>) -> Option<Held<N>> {
        match Pin::new(waiting).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(held) => Some(held),
            Poll::Pending => None,
        }
    }

    #[test]
    fn what_is_given_back_goes_to_those_who_wait_in_turn() {
        let semaphore = FairSemaphore::new([1]);
        let held = semaphore.try_acquire([1]).unwrap();
        let mut avalanche: Vec<_> = (0..3).map(|_| semaphore.acquire(&arn("a"), [1])).collect();
        let mut trickle = semaphore.acquire(&arn("b"), [1]);
        assert!(semaphore.is_contended() && poll(&mut trickle).is_none());
        drop(held);
        drop(poll(&mut avalanche[0]).unwrap());
        drop(poll(&mut trickle).unwrap());
        assert!(poll(&mut avalanche[1]).is_some());
    }

    #[test]
    fn who_comes_later_does_not_pass_unseen() {
        let semaphore = FairSemaphore::new([10]);
        let _held = semaphore.try_acquire([5]).unwrap();
        let big = semaphore.acquire(&arn("a"), [8]);
        assert!(semaphore.try_acquire([1]).is_none());
        assert!(semaphore.is_short());
        drop(big);
        assert!(!semaphore.is_short());
        assert!(semaphore.try_acquire([1]).is_some());
    }

    #[test]
    fn who_wants_much_is_passed_for_a_while_and_then_waited_for() {
        let semaphore = FairSemaphore::new([10]);
        let held = semaphore.try_acquire([5]).unwrap();
        let mut big = semaphore.acquire(&arn("a"), [8]);
        let small = |_: &u32| poll(&mut semaphore.acquire(&arn("b"), [1])).is_some();
        assert_eq!((0..20).filter(small).count(), 8);
        assert!(poll(&mut big).is_none());
        drop(held);
        assert!(poll(&mut big).is_some());
    }

    #[test]
    fn one_who_gives_up_lets_the_next_one_pass() {
        let semaphore = FairSemaphore::new([10]);
        let _held = semaphore.try_acquire([5]).unwrap();
        let big = semaphore.acquire(&arn("a"), [8]);
        let mut same = semaphore.acquire(&arn("a"), [2]);
        assert!(poll(&mut same).is_none());
        drop(big);
        assert!(poll(&mut same).is_some());
    }

    #[test]
    fn only_what_helps_somebody_is_missing() {
        let semaphore = FairSemaphore::new([10]);
        let _held = semaphore.try_acquire([10]).unwrap();
        let _wishes =
            [("a", 4), ("b", 8), ("a", 4)].map(|(name, amount)| semaphore.acquire(&arn(name), [amount]));
        assert_eq!([3, 4, 7, 8, 100].map(|most| semaphore.missing([most])), [[0], [4], [4], [8], [16]]);
    }

    #[test]
    fn what_was_granted_and_not_fetched_comes_back() {
        let semaphore = FairSemaphore::new([1]);
        let held = semaphore.try_acquire([1]).unwrap();
        let waiting = semaphore.acquire(&arn("a"), [1]);
        drop(held);
        assert_eq!(semaphore.free(), [0]);
        drop(waiting);
        assert_eq!(semaphore.free(), [1]);
    }

    #[test]
    fn who_takes_its_turn_otherwise_no_longer_waits() {
        let semaphore = FairSemaphore::new([1]);
        let _held = semaphore.try_acquire([1]).unwrap();
        let mut first = semaphore.acquire(&arn("a"), [1]);
        let _other = semaphore.acquire(&arn("b"), [1]);
        assert!(semaphore.take_turn(&arn("a"), [1]));
        assert_eq!(poll(&mut first).unwrap().amount(), [0]);
        assert!(!semaphore.take_turn(&arn("a"), [1]));
        assert!(semaphore.is_short());
    }

    #[test]
    fn nobody_gives_way_to_one_for_whom_it_would_not_be_enough() {
        let semaphore = FairSemaphore::new([10]);
        let _held = semaphore.try_acquire([10]).unwrap();
        let _big = semaphore.acquire(&arn("big"), [8]);
        assert!(semaphore.take_turn(&arn("a"), [1]));
        assert!(!semaphore.take_turn(&arn("a"), [9]));
    }

    #[derive(Clone, Debug)]
    enum Step {
        Acquire(u8, Amount<2>),
        GiveUp(usize),
        Keep(usize, Amount<2>),
        Drop(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        let amount = (0u64..=10, 0u64..=3).prop_map(|(memory, count)| [memory, count]);
        prop_oneof![
            4 => (0u8..3, amount.clone()).prop_map(|(function, amount)| Step::Acquire(function, amount)),
            1 => any::<usize>().prop_map(Step::GiveUp),
            1 => (any::<usize>(), amount).prop_map(|(which, amount)| Step::Keep(which, amount)),
            3 => any::<usize>().prop_map(Step::Drop),
        ]
    }

    proptest! {
        #[test]
        fn never_more_than_there_is_and_all_of_it_comes_back(steps in proptest::collection::vec(step(), 0..120)) {
            let capacity = [10, 3];
            let semaphore = FairSemaphore::new(capacity);
            let (mut waiting, mut held) = (Vec::new(), Vec::<Held<2>>::new());
            for step in steps {
                match step {
                    Step::Acquire(function, amount) => {
                        waiting.push(semaphore.acquire(&arn(&function.to_string()), amount));
                    }
                    Step::GiveUp(which) if !waiting.is_empty() => {
                        let which = which % waiting.len();
                        drop(waiting.remove(which));
                    }
                    Step::Keep(which, amount) if !held.is_empty() => {
                        let which = which % held.len();
                        held[which].keep(amount);
                    }
                    Step::Drop(which) if !held.is_empty() => {
                        let which = which % held.len();
                        drop(held.remove(which));
                    }
                    _ => {}
                }
                waiting.retain_mut(|waiting| match poll(waiting) {
                    Some(granted) => {
                        held.push(granted);
                        false
                    }
                    None => true,
                });
                let used = held.iter().fold([0, 0], |sum, held| plus(sum, held.amount()));
                prop_assert_eq!(plus(semaphore.free(), used), capacity);
                prop_assert_eq!(semaphore.is_contended(), !waiting.is_empty());
                // Nothing is held and somebody waits: that would be for ever.
                prop_assert!(waiting.is_empty() || !held.is_empty());
            }
            waiting.clear();
            held.clear();
            prop_assert_eq!(semaphore.free(), capacity);
        }
    }
}
