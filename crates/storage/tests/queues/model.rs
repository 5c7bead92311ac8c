//! Random operations, beside a model that is as simple as the promises: nothing is lost, nothing is handed out while it
//! is hidden, and a group keeps its order.

use std::time::Duration;

use hob_storage::{Hidden, QueueRecord, Receipt, ReceivedMessage};
use hob_types::Timestamp;
use proptest::prelude::*;

use crate::sample::{World, seconds};

const MAX_RECEIVES: u32 = 3;

#[derive(Clone, Debug)]
enum Operation {
    /// To one of three groups.
    Send {
        group: usize,
        delay: u64,
    },
    Receive {
        at_most: usize,
        visibility: u64,
    },
    /// By one of the receipts that were given out.
    Remove {
        which: prop::sample::Index,
    },
    Hide {
        which: prop::sample::Index,
        time: u64,
    },
    Wait {
        millis: u64,
    },
    Sweep,
}

fn operation(fifo: bool) -> impl Strategy<Value = Operation> {
    let longest_delay: u64 = if fifo { 1 } else { 20 };
    prop_oneof![
        4 => (0..3_usize, 0..longest_delay).prop_map(|(group, delay)| Operation::Send { group, delay }),
        4 => (1..6_usize, 0..40_u64)
            .prop_map(|(at_most, visibility)| Operation::Receive { at_most, visibility }),
        2 => any::<prop::sample::Index>().prop_map(|which| Operation::Remove { which }),
        1 => (any::<prop::sample::Index>(), 0..60_u64)
            .prop_map(|(which, time)| Operation::Hide { which, time }),
        2 => (0..20_000_u64).prop_map(|millis| Operation::Wait { millis }),
        1 => Just(Operation::Sweep),
    ]
}

/// A message that is in the queue.
#[derive(Clone, Debug)]
struct Expected {
    body: String,
    group: usize,
    visible_at: Timestamp,
    receives: u32,
}

impl Expected {
    fn is_hidden(&self, now: Timestamp) -> bool {
        self.visible_at > now && self.receives > 0
    }
}

struct Model {
    world: World,
    queue: QueueRecord,
    dead: QueueRecord,
    fifo: bool,
    /// In the order of their arrival.
    messages: Vec<Expected>,
    buried: Vec<String>,
    receipts: Vec<(String, Receipt)>,
    sent: usize,
}

impl Model {
    async fn new(fifo: bool) -> Self {
        let world = World::new();
        let ending = if fifo { ".fifo" } else { "" };
        let queue = world.create(&format!("q{ending}")).await;
        let dead = world.create(&format!("dead{ending}")).await;
        let (messages, buried, receipts) = (Vec::new(), Vec::new(), Vec::new());
        Self { world, queue, dead, fifo, messages, buried, receipts, sent: 0 }
    }

    async fn apply(&mut self, operation: Operation) {
        match operation {
            Operation::Send { group, delay } => self.send(group, seconds(delay)).await,
            Operation::Receive { at_most, visibility } => self.receive(at_most, seconds(visibility)).await,
            Operation::Remove { which } => self.remove(which).await,
            Operation::Hide { which, time } => self.hide(which, seconds(time)).await,
            Operation::Wait { millis } => self.world.pass(Duration::from_millis(millis)),
            Operation::Sweep => drop(self.world.store.sweep(self.world.now, 10).await.unwrap()),
        }
    }

    async fn send(&mut self, group: usize, delay: Duration) {
        let body = format!("{:04}", self.sent);
        self.sent += 1;
        let mut message = match self.fifo {
            true => self.world.in_group(&body, &group.to_string()),
            false => self.world.message(&body),
        };
        message.visible_at = self.world.now + delay;
        let expected = Expected { body, group, visible_at: message.visible_at, receives: 0 };
        self.messages.push(expected);
        self.world.store.send(self.queue.id, vec![message], self.world.now).await.unwrap();
    }

    /// What may be received, in the order that is due to each group.
    fn visible(&self) -> Vec<Expected> {
        let now = self.world.now;
        let mut blocked: Vec<usize> = Vec::new();
        if self.fifo {
            let hidden = self.messages.iter().filter(|message| message.is_hidden(now));
            blocked.extend(hidden.map(|message| message.group));
        }
        let mut visible = Vec::new();
        for message in &self.messages {
            if message.visible_at <= now && !blocked.contains(&message.group) {
                visible.push(message.clone());
            } else if self.fifo {
                blocked.push(message.group);
            }
        }
        visible
    }

    async fn receive(&mut self, at_most: usize, visibility: Duration) {
        let mut wish = self.world.wish(&self.queue, at_most);
        wish.visibility = visibility;
        let wish = self.world.buried(wish, &self.dead, MAX_RECEIVES);
        let visible = self.visible();
        let received = self.world.receive(wish).await;
        let takeable = visible.iter().filter(|message| message.receives < MAX_RECEIVES);
        assert_eq!(received.len(), takeable.clone().count().min(at_most), "as many as there are");
        self.check_order(&visible, &received);
        for message in &received {
            let expected = self.messages.iter_mut().find(|expected| expected.body == message.body).unwrap();
            expected.receives += 1;
            expected.visible_at = self.world.now + visibility;
            assert_eq!(message.receipt.receives, expected.receives);
            self.receipts.push((message.body.clone(), message.receipt));
        }
        self.bury(&visible).await;
    }

    /// In a group only what was received too often is left out.
    fn check_order(&self, visible: &[Expected], received: &[ReceivedMessage]) {
        for group in 0..3 {
            let of_group = visible.iter().filter(|message| !self.fifo || message.group == group);
            let mut takeable: Vec<&str> = of_group
                .filter(|message| message.receives < MAX_RECEIVES)
                .map(|message| message.body.as_str())
                .collect();
            let is_here = |body: &&str| takeable.contains(body);
            let mut taken: Vec<&str> =
                received.iter().map(|message| message.body.as_str()).filter(is_here).collect();
            if self.fifo {
                takeable.truncate(taken.len());
            } else {
                // The order of a standard queue is that of visibility; here it counts that all of it was visible.
                taken.sort_unstable();
                takeable.retain(|body| taken.contains(body));
                takeable.sort_unstable();
                assert_eq!(taken.len(), received.len(), "nothing hidden is handed out");
            }
            assert_eq!(taken, takeable, "in order, and once");
        }
    }

    /// Notes what has gone to the dead-letter queue, which may be less than what could have.
    async fn bury(&mut self, visible: &[Expected]) {
        let exhausted: Vec<&str> = visible
            .iter()
            .filter(|message| message.receives >= MAX_RECEIVES)
            .map(|message| message.body.as_str())
            .collect();
        let mut wish = self.world.wish(&self.dead, 1000);
        wish.visibility = seconds(43_200);
        let buried = self.world.receive(wish).await;
        let receipts = buried.iter().map(|message| message.receipt).collect();
        for message in &buried {
            assert!(exhausted.contains(&message.body.as_str()), "only what was received too often is buried");
            self.messages.retain(|expected| expected.body != message.body);
            self.buried.push(message.body.clone());
        }
        self.world.store.remove(self.dead.id, receipts, self.fifo, self.world.now).await.unwrap();
    }

    fn held(&self, body: &str, receipt: Receipt) -> bool {
        self.messages.iter().any(|message| {
            message.body == body && message.is_hidden(self.world.now) && message.receives == receipt.receives
        })
    }

    async fn remove(&mut self, which: prop::sample::Index) {
        if self.receipts.is_empty() {
            return;
        }
        let (body, receipt) = self.receipts[which.index(self.receipts.len())].clone();
        let is_there = self.messages.iter().any(|message| message.body == body);
        let expected = match is_there {
            false => Hidden::Gone,
            true if self.fifo && !self.held(&body, receipt) => Hidden::Expired,
            true => Hidden::Done,
        };
        let answer = self.world.store.remove(self.queue.id, vec![receipt], self.fifo, self.world.now).await;
        assert_eq!(answer.unwrap(), [expected]);
        if expected == Hidden::Done {
            self.messages.retain(|message| message.body != body);
        }
    }

    async fn hide(&mut self, which: prop::sample::Index, time: Duration) {
        if self.receipts.is_empty() {
            return;
        }
        let (body, receipt) = self.receipts[which.index(self.receipts.len())].clone();
        let is_there = self.messages.iter().any(|message| message.body == body);
        let expected = match is_there {
            false => Hidden::Gone,
            true if !self.held(&body, receipt) => Hidden::Expired,
            true => Hidden::Done,
        };
        let answer = self.world.store.hide(self.queue.id, vec![(receipt, time)], self.world.now).await;
        assert_eq!(answer.unwrap(), [expected]);
        let now = self.world.now;
        let hidden = self.messages.iter_mut().filter(|message| message.body == body);
        hidden.filter(|_| expected == Hidden::Done).for_each(|message| message.visible_at = now + time);
    }

    /// Everything that was sent and neither removed nor buried comes out at last.
    async fn drain(&mut self) {
        let mut left: Vec<String> = self.messages.iter().map(|message| message.body.clone()).collect();
        left.sort_unstable();
        let counts = self.world.store.counts(self.queue.id, self.world.now).await.unwrap();
        assert_eq!(counts.visible + counts.hidden + counts.delayed, left.len() as u64);
        self.world.pass(seconds(100));
        let mut wish = self.world.wish(&self.queue, 1000);
        wish.retention = seconds(1 << 30);
        let mut drained: Vec<String> =
            self.world.receive(wish).await.into_iter().map(|message| message.body).collect();
        drained.sort_unstable();
        assert_eq!(drained, left);
    }
}

fn run(fifo: bool, operations: Vec<Operation>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut model = Model::new(fifo).await;
        for operation in operations {
            model.apply(operation).await;
        }
        model.drain().await;
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_standard_queue_keeps_its_promises(operations in prop::collection::vec(operation(false), 0..60)) {
        run(false, operations);
    }

    #[test]
    fn a_fifo_queue_keeps_its_promises(operations in prop::collection::vec(operation(true), 0..60)) {
        run(true, operations);
    }
}
