//! What is counted for the bill: every answer once, whoever waits for it.

use hob_invoke::{EngineConfiguration, Invoker};
use hob_sandbox::Exit;

use crate::support::{Harness, program, soon};

impl Harness {
    fn counted(&self) -> Vec<&'static str> {
        self.usage.0.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn every_answer_is_counted_and_a_function_error_as_one() {
    let harness = Harness::new(program(|mut client| async move {
        let event = client.next().await;
        client.respond(event.id(), b"1").await;
        client.next().await;
        Exit::Status(1)
    }));
    harness.answer("1").await;
    harness.answer("2").await;
    assert_eq!(harness.counted(), ["answered", "failed"]);
}

#[tokio::test]
async fn an_answer_for_which_nobody_waits_any_more_is_counted() {
    let harness = Harness::new(program(|client| client.echo()));
    let mut invocation = Box::pin(harness.engine.invoke(harness.invocation("1")));
    tokio::select! {
        biased;
        _ = &mut invocation => unreachable!("nothing has been started yet"),
        () = std::future::ready(()) => drop(invocation),
    }
    soon(async {
        while harness.counted().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(harness.counted(), ["answered"]);
}

#[tokio::test]
async fn a_throttled_invocation_is_counted_as_that() {
    let configuration = EngineConfiguration { concurrency_limit: 0, ..EngineConfiguration::default() };
    let harness = Harness::configured(configuration, program(|client| client.echo()));
    harness.answer("1").await;
    assert_eq!(harness.counted(), ["throttled"]);
}

#[tokio::test]
async fn what_the_machine_failed_to_run_is_not_counted() {
    let harness = Harness::new(program(|client| client.echo()));
    *harness.sandboxes.unavailable.lock().unwrap() = Some("no namespaces".to_owned());
    harness.answer("1").await;
    assert_eq!(harness.counted(), [""; 0]);
}
