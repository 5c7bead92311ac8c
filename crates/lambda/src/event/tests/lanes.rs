//! Many events, of several functions, with a server that ends.

use std::sync::Mutex;

use super::world::{EventWorld, Reply};

#[tokio::test(start_paused = true)]
async fn events_begin_in_the_order_in_which_they_came() {
    let world = EventWorld::new(|_| Reply::Answer(1, "1"));
    world.create("fn").await;
    for number in 0..300 {
        world.send("fn", number.to_string()).await;
    }
    world.pass(300).await;
    let numbers: Vec<usize> =
        world.runs().iter().map(|run| String::from_utf8_lossy(&run.payload).parse().unwrap()).collect();
    assert_eq!(numbers, (0..300).collect::<Vec<_>>());
    assert!(world.is_empty().await);
}

#[tokio::test(start_paused = true)]
async fn a_function_whose_limit_is_reached_is_not_asked_all_the_time() {
    let world = EventWorld::new(|_| Reply::Throttled);
    world.create("fn").await;
    for _ in 0..100 {
        world.send("fn", "1").await;
    }
    world.pass(60).await;
    let asked = world.runs().len();
    assert!((50..100).contains(&asked), "{asked}");
}

#[tokio::test(start_paused = true)]
async fn as_many_run_as_the_limit_admits() {
    const LIMIT: usize = 5;
    // In the last second that there was a run, and how many there were. Each takes a second.
    let running = Mutex::new((0, 0));
    let world = EventWorld::new(move |run| {
        let mut running = running.lock().unwrap();
        if running.0 != run.at {
            *running = (run.at, 0);
        }
        if running.1 == LIMIT {
            return Reply::Throttled;
        }
        running.1 += 1;
        Reply::Answer(1, "1")
    });
    world.create("fn").await;
    for _ in 0..200 {
        world.send("fn", "1").await;
    }
    world.pass(200).await;
    assert!(world.is_empty().await);
    let (last, tries) = (world.runs().last().unwrap().at, world.runs().len());
    assert!(last <= 60, "it took {last} seconds");
    assert!(tries <= 300, "it took {tries} tries");
}

#[tokio::test(start_paused = true)]
async fn one_functions_trouble_is_not_anothers() {
    let world = EventWorld::new(|run| match run.function.name.as_str() {
        "slow" => Reply::Answer(900, "1"),
        "full" => Reply::Throttled,
        _ => Reply::Answer(0, "1"),
    });
    for name in ["slow", "full", "fn"] {
        world.create(name).await;
        for _ in 0..50 {
            world.send(name, "1").await;
        }
    }
    world.pass(1).await;
    assert_eq!(world.runs_of("fn"), [0; 50]);
}

#[tokio::test(start_paused = true)]
async fn what_runs_at_a_kill_runs_again() {
    let mut world = EventWorld::new(|_| Reply::Answer(30, "1"));
    world.create("fn").await;
    let request = world.send("fn", "1").await;
    world.pass(10).await;
    world.kill_and_restart().await;
    world.pass(60).await;
    assert_eq!(world.runs_of("fn"), [0, 10]);
    assert!(world.runs().iter().all(|run| run.request_id == request));
    assert!(world.is_empty().await);
}

#[tokio::test(start_paused = true)]
async fn what_runs_at_a_stop_ends_and_nothing_begins() {
    let mut world = EventWorld::new(|_| Reply::Answer(30, "1"));
    world.create("fn").await;
    world.create("other").await;
    world.send("fn", "1").await;
    world.pass(10).await;
    world.stop().await;
    assert_eq!(world.now(), 30);
    assert!(world.is_empty().await);
    world.send("other", "1").await;
    world.pass(10).await;
    assert_eq!(world.runs().len(), 1);
    world.kill_and_restart().await;
    world.pass(60).await;
    assert_eq!(world.runs_of("other"), [40]);
}
