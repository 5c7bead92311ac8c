//! When what runs in an environment stands still.

use std::time::Duration;

use hob_invoke::{EngineConfiguration, Statistics};

use crate::support::{Harness, program};

const GRACE: Duration = Duration::from_millis(100);

fn echo() -> Harness {
    let configuration = EngineConfiguration { freeze_after: Some(GRACE), ..EngineConfiguration::default() };
    Harness::configured(configuration, program(|client| client.echo()))
}

impl Harness {
    fn freezer(&self) -> Vec<&'static str> {
        self.sandboxes.freezer.lock().unwrap().clone()
    }

    fn idle_and_frozen(&self) -> (usize, usize) {
        let Statistics { idle, frozen, .. } = self.engine.statistics();
        (idle, frozen)
    }
}

#[tokio::test(start_paused = true)]
async fn an_environment_is_frozen_after_the_grace_and_thawed_for_the_next_invocation() {
    let harness = echo();
    harness.answer("1").await;
    harness.settle().await;
    assert_eq!((harness.freezer(), harness.idle_and_frozen()), (vec![], (1, 0)));
    tokio::time::sleep(2 * GRACE).await;
    assert_eq!((harness.freezer(), harness.idle_and_frozen()), (vec!["freeze"], (1, 1)));
    assert_eq!(harness.answer("2").await, "2");
    harness.settle().await;
    assert_eq!((harness.freezer(), harness.idle_and_frozen()), (vec!["freeze", "thaw"], (1, 0)));
}

#[tokio::test(start_paused = true)]
async fn an_environment_that_is_used_again_and_again_is_never_frozen() {
    let harness = echo();
    for _ in 0..20 {
        harness.answer("1").await;
        tokio::time::sleep(GRACE / 2).await;
    }
    assert_eq!(harness.freezer(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_frozen_environment_ends_when_nobody_uses_it() {
    let harness = echo();
    harness.answer("1").await;
    tokio::time::sleep(EngineConfiguration::default().idle_timeout + GRACE).await;
    harness.settle().await;
    assert_eq!(harness.freezer(), ["freeze"]);
    assert_eq!((harness.engine.statistics().environments, harness.idle_and_frozen()), (0, (0, 0)));
}

#[tokio::test(start_paused = true)]
async fn an_environment_that_still_works_after_its_answer_is_not_frozen() {
    let harness = Harness::new(program(|mut client| async move {
        loop {
            let event = client.next().await;
            client.respond(event.id(), b"1").await;
            tokio::time::sleep(10 * GRACE).await;
            client.print("done\n");
        }
    }));
    harness.answer("1").await;
    tokio::time::sleep(9 * GRACE).await;
    assert_eq!(harness.freezer(), [""; 0]);
    tokio::time::sleep(3 * GRACE).await;
    assert_eq!(harness.freezer(), ["freeze"]);
    assert!(harness.logs().await.ends_with("done\n"));
}

#[tokio::test(start_paused = true)]
async fn a_sandbox_that_cannot_freeze_is_left_alone() {
    let harness = Harness::that_cannot_freeze(program(|client| client.echo()));
    harness.answer("1").await;
    tokio::time::sleep(10 * GRACE).await;
    assert_eq!((harness.freezer(), harness.idle_and_frozen()), (vec![], (1, 0)));
}
