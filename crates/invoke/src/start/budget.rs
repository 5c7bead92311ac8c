//! How much of everything that is made ahead there is to be.

use tokio::time::Instant;

/// Sandboxes in which nothing runs cost the kernel some memory, and nothing else.
const SANDBOXES_MAX: usize = 32;

/// What may be made ahead, over all kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Budget {
    /// Runtimes that wait for their function.
    pub runtimes: usize,
    /// Of sandboxes and runtimes together, in bytes.
    pub memory: u64,
}

/// What is known of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    /// It is a runtime; otherwise a sandbox without one.
    pub is_runtime: bool,
    /// As many as may be asked for at once.
    pub forecast: usize,
    /// When it was last asked for.
    pub asked: Instant,
    /// Of one, in bytes.
    pub cost: u64,
}

/// How many there are to be of each kind. Goes round the kinds, those first that were asked for last, and gives each
/// one more, so that a budget that is too small for all is no one's alone.
pub(super) fn targets(wishes: &[Wish], budget: Budget) -> Vec<usize> {
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by_key(|&kind| std::cmp::Reverse(wishes[kind].asked));
    let mut targets = vec![0; wishes.len()];
    let (mut runtimes, mut sandboxes, mut memory) = (budget.runtimes, SANDBOXES_MAX, budget.memory);
    loop {
        let mut given = false;
        for &kind in &order {
            let wish = &wishes[kind];
            let places = if wish.is_runtime { &mut runtimes } else { &mut sandboxes };
            if targets[kind] < wish.forecast && *places > 0 && memory >= wish.cost {
                targets[kind] += 1;
                *places -= 1;
                memory -= wish.cost;
                given = true;
            }
        }
        if !given {
            return targets;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    const PLENTY: Budget = Budget { runtimes: 1000, memory: u64::MAX };

    fn wish(is_runtime: bool, forecast: usize, asked: Instant) -> Wish {
        Wish { is_runtime, forecast, asked, cost: 10 }
    }

    #[test]
    fn everybody_gets_what_is_forecast_if_there_is_enough() {
        let now = Instant::now();
        assert_eq!(
            targets(&[wish(true, 5, now), wish(false, 2, now), wish(true, 0, now)], PLENTY),
            [5, 2, 0]
        );
    }

    #[test]
    fn what_is_too_little_for_all_goes_round_and_starts_with_who_asked_last() {
        let now = Instant::now();
        let wishes = [wish(true, 9, now), wish(true, 9, now + Duration::from_secs(1)), wish(true, 1, now)];
        assert_eq!(targets(&wishes, Budget { runtimes: 4, ..PLENTY }), [1, 2, 1]);
    }

    #[test]
    fn without_runtimes_there_are_still_sandboxes() {
        let now = Instant::now();
        let wishes = [wish(true, 5, now), wish(false, 100, now)];
        assert_eq!(targets(&wishes, Budget { runtimes: 0, ..PLENTY }), [0, SANDBOXES_MAX]);
    }

    #[test]
    fn who_is_too_dear_leaves_the_memory_to_others() {
        let now = Instant::now();
        let dear = Wish { cost: 100, ..wish(true, 5, now + Duration::from_secs(1)) };
        let budget = Budget { memory: 150, ..PLENTY };
        assert_eq!(targets(&[dear, wish(true, 9, now)], budget), [1, 5]);
    }

    proptest! {
        #[test]
        fn no_budget_is_exceeded_and_nobody_gets_more_than_is_forecast(
            kinds in prop::collection::vec((any::<bool>(), 0usize..50, 0u64..1000, 0u64..50), 0..10),
            runtimes in 0usize..64,
            memory in 0u64..2000,
        ) {
            let now = Instant::now();
            let wish = |&(is_runtime, forecast, asked, cost)| {
                Wish { is_runtime, forecast, asked: now + Duration::from_millis(asked), cost }
            };
            let wishes: Vec<Wish> = kinds.iter().map(wish).collect();
            let targets = targets(&wishes, Budget { runtimes, memory });
            let sum = |of: &dyn Fn(&Wish) -> u64| -> u64 {
                wishes.iter().zip(&targets).map(|(wish, target)| of(wish) * *target as u64).sum()
            };
            prop_assert!(targets.iter().zip(&wishes).all(|(target, wish)| *target <= wish.forecast));
            prop_assert!(sum(&|wish| u64::from(wish.is_runtime)) <= runtimes as u64);
            prop_assert!(sum(&|wish| u64::from(!wish.is_runtime)) <= SANDBOXES_MAX as u64);
            prop_assert!(sum(&|wish| wish.cost) <= memory);
        }
    }
}
