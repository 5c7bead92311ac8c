//! Events that wait for their functions.

use std::time::Duration;

use bytes::Bytes;
use hob_storage::{
    DueEvents, DuePage, EventAnswer, EventConsequences, EventDelivery, EventFailure, EventId, EventProgress,
    EventRecord, NewEvent, Storage,
};
use hob_types::{RequestId, SeededRandom, Timestamp, Version};

use crate::sample::arn;

suite! {
    an_event_is_due_when_it_is_accepted,
    events_are_due_in_order_and_a_page_at_a_time,
    what_is_held_is_left_out,
    what_is_put_off_is_due_later_and_remembers_all,
    what_is_concluded_keeps_what_is_to_be_handed_over,
    what_is_removed_is_gone,
    functions_with_events_are_known,
    pages_are_bounded_in_bytes_but_never_empty,
}

const ALL: DuePage = DuePage { events: usize::MAX, bytes: usize::MAX };

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(1_767_323_045_678) + Duration::from_secs(seconds)
}

fn event(function: &str, number: u64, accepted: Timestamp) -> NewEvent {
    NewEvent {
        function: arn(function),
        qualifier: Some("live".parse().unwrap()),
        request_id: RequestId::random(&SeededRandom::new(number)),
        payload: Bytes::from(number.to_string()),
        trace_header: "Root=1".to_owned(),
        accepted,
    }
}

async fn accept(storage: &Storage, function: &str, numbers: std::ops::Range<u64>) {
    for number in numbers {
        storage.events().accept(event(function, number, at(0))).await.unwrap();
    }
}

async fn due(storage: &Storage, function: &str, now: Timestamp) -> DueEvents {
    storage.events().due(&arn(function), now, Vec::new(), ALL).await.unwrap()
}

async fn only(storage: &Storage, now: Timestamp) -> EventRecord {
    let DueEvents { mut events, next } = due(storage, "fn", now).await;
    assert_eq!((events.len(), next), (1, None));
    events.remove(0)
}

fn payloads(due: &DueEvents) -> Vec<String> {
    due.events.iter().map(|event| String::from_utf8_lossy(&event.event.payload).into_owned()).collect()
}

async fn an_event_is_due_when_it_is_accepted(storage: &Storage) {
    let accepted = event("fn", 7, at(0));
    storage.events().accept(accepted.clone()).await.unwrap();
    let record = only(storage, at(0)).await;
    assert_eq!(record.event, accepted);
    assert_eq!((record.progress, record.consequences), (EventProgress::default(), None));
    assert_eq!(due(storage, "fn", at(0) + Duration::ZERO).await.events.len(), 1);
    assert_eq!(due(storage, "other", at(0)).await, DueEvents::default());
}

async fn events_are_due_in_order_and_a_page_at_a_time(storage: &Storage) {
    storage.events().accept(event("fn", 2, at(5))).await.unwrap();
    accept(storage, "fn", 0..2).await;
    let all = due(storage, "fn", at(4)).await;
    assert_eq!((payloads(&all), all.next), (vec!["0".to_owned(), "1".to_owned()], Some(at(5))));
    let page = DuePage { events: 1, ..ALL };
    let first = storage.events().due(&arn("fn"), at(9), Vec::new(), page).await.unwrap();
    assert_eq!((payloads(&first), first.next), (vec!["0".to_owned()], Some(at(0))));
    assert_eq!(payloads(&due(storage, "fn", at(9)).await), ["0", "1", "2"]);
}

async fn what_is_held_is_left_out(storage: &Storage) {
    accept(storage, "fn", 0..4).await;
    let held: Vec<EventId> =
        due(storage, "fn", at(0)).await.events[..2].iter().map(|event| event.id).collect();
    let rest = storage.events().due(&arn("fn"), at(0), held, ALL).await.unwrap();
    assert_eq!((payloads(&rest), rest.next), (vec!["2".to_owned(), "3".to_owned()], None));
}

async fn what_is_put_off_is_due_later_and_remembers_all(storage: &Storage) {
    accept(storage, "fn", 0..1).await;
    let record = only(storage, at(0)).await;
    for failure in [EventFailure::Function, EventFailure::Throttled, EventFailure::Unavailable] {
        let progress = EventProgress {
            attempts: 2,
            postponements: 3,
            failure: Some(failure),
            answer: Some(EventAnswer {
                executed_version: Version::Published(7.try_into().unwrap()),
                payload: Bytes::from_static(b"\xff{}"),
            }),
        };
        storage.events().put_off(record.id, at(60), progress.clone()).await.unwrap();
        let waiting = due(storage, "fn", at(59)).await;
        assert_eq!((waiting.events.len(), waiting.next), (0, Some(at(60))));
        assert_eq!(only(storage, at(60)).await, EventRecord { progress, ..record.clone() });
    }
}

async fn what_is_concluded_keeps_what_is_to_be_handed_over(storage: &Storage) {
    accept(storage, "fn", 0..1).await;
    let record = only(storage, at(0)).await;
    let destination = EventDelivery::Destination { target: "arn".to_owned() };
    let dead_letter = EventDelivery::DeadLetter {
        target: "arn".to_owned(),
        error_code: 200,
        error_message: "no".to_owned(),
    };
    let consequences = EventConsequences {
        record: Bytes::from_static(b"{}"),
        trace_header: "Root=2".to_owned(),
        deliveries: vec![destination, dead_letter.clone()],
    };
    storage.events().conclude(record.id, consequences.clone()).await.unwrap();
    assert_eq!(only(storage, at(0)).await.consequences, Some(consequences.clone()));
    storage.events().keep_deliveries(record.id, vec![dead_letter.clone()]).await.unwrap();
    let left = EventConsequences { deliveries: vec![dead_letter], ..consequences };
    assert_eq!(only(storage, at(0)).await.consequences, Some(left));
}

async fn what_is_removed_is_gone(storage: &Storage) {
    accept(storage, "fn", 0..2).await;
    for record in due(storage, "fn", at(0)).await.events {
        storage.events().remove(record.id).await.unwrap();
        storage.events().remove(record.id).await.unwrap();
    }
    assert_eq!(due(storage, "fn", at(9)).await, DueEvents::default());
    assert!(storage.events().functions().await.unwrap().is_empty());
}

async fn functions_with_events_are_known(storage: &Storage) {
    for name in ["b", "a", "c"] {
        accept(storage, name, 0..3).await;
    }
    assert_eq!(storage.events().functions().await.unwrap(), ["a", "b", "c"].map(arn));
}

async fn pages_are_bounded_in_bytes_but_never_empty(storage: &Storage) {
    for number in 0..3 {
        let payload = Bytes::from(vec![b'x'; 1000]);
        storage.events().accept(NewEvent { payload, ..event("fn", number, at(0)) }).await.unwrap();
    }
    for (bytes, events) in [(1, 1), (1001, 1), (1500, 2), (usize::MAX, 3)] {
        let page = DuePage { bytes, ..ALL };
        let found = storage.events().due(&arn("fn"), at(0), Vec::new(), page).await.unwrap();
        assert_eq!(found.events.len(), events, "{bytes}");
    }
}
