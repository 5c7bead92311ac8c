use std::sync::Arc;
use std::time::Duration;

use std::collections::BTreeMap;

use hob_storage::{
    EventOrder, EventPosition, EventQuery, LogDelivery, LogStore, NewLogEvent, Storage, StreamSelection,
};

use crate::sample::{at, event, group, stream};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Every event of group `g`, forward.
fn query() -> EventQuery {
    EventQuery {
        group: group("g"),
        streams: StreamSelection::All,
        start: None,
        end: None,
        order: EventOrder::Forward { cut: None },
        limit: 1000,
        bytes_max: usize::MAX,
    }
}

async fn messages(logs: &Arc<dyn LogStore>, query: EventQuery) -> Vec<String> {
    let page = logs.events(&query).await.unwrap();
    page.events.into_iter().map(|event| event.message).collect()
}

/// Makes group and streams on the way.
async fn deliver(logs: &Arc<dyn LogStore>, stream_name: &str, events: Vec<NewLogEvent>) {
    let delivery = LogDelivery { stream: stream("g", stream_name), events };
    logs.deliver(vec![delivery], at(100)).await.unwrap();
}

/// Three streams whose events interleave.
async fn three_streams(storage: &Storage) -> Arc<dyn LogStore> {
    let logs = storage.logs();
    deliver(&logs, "a", vec![event(10, "a10"), event(30, "a30")]).await;
    deliver(&logs, "ab", vec![event(10, "ab10"), event(20, "ab20")]).await;
    deliver(&logs, "c", vec![event(25, "c25")]).await;
    logs
}

async fn events_of_a_group_come_by_time_and_then_by_arrival(storage: &Storage) {
    let logs = three_streams(storage).await;
    assert_eq!(messages(&logs, query()).await, ["a10", "ab10", "ab20", "c25", "a30"]);
    let backward = EventQuery { order: EventOrder::Backward { cut: None }, ..query() };
    assert_eq!(messages(&logs, backward).await, ["a30", "c25", "ab20", "ab10", "a10"]);
}

async fn an_event_tells_its_stream_its_times_and_its_place(storage: &Storage) {
    let logs = three_streams(storage).await;
    let page = logs.events(&query()).await.unwrap();
    let (first, second) = (&page.events[0], &page.events[1]);
    assert_eq!((first.stream.as_str(), first.ingested), ("a", at(100)));
    assert_eq!(first.position.timestamp, at(10));
    assert!(first.position < second.position);
}

async fn streams_are_selected_by_name_or_by_prefix(storage: &Storage) {
    let logs = three_streams(storage).await;
    let of = |streams: StreamSelection| EventQuery { streams, ..query() };
    let named = |names: &[&str]| StreamSelection::Named(names.iter().map(|s| s.to_string()).collect());
    assert_eq!(messages(&logs, of(named(&["a"]))).await, ["a10", "a30"]);
    assert_eq!(messages(&logs, of(named(&["c", "ab", "no"]))).await, ["ab10", "ab20", "c25"]);
    assert!(messages(&logs, of(named(&["no"]))).await.is_empty());
    let prefix = of(StreamSelection::Prefix("a".to_owned()));
    assert_eq!(messages(&logs, prefix).await, ["a10", "ab10", "ab20", "a30"]);
}

async fn a_time_range_includes_its_start_and_not_its_end(storage: &Storage) {
    let logs = three_streams(storage).await;
    let range = EventQuery { start: Some(at(20)), end: Some(at(30)), ..query() };
    assert_eq!(messages(&logs, range).await, ["ab20", "c25"]);
}

async fn a_cut_parts_the_events_in_two(storage: &Storage) {
    let logs = three_streams(storage).await;
    let cut = Some(logs.events(&query()).await.unwrap().events[1].position);
    let forward = EventQuery { order: EventOrder::Forward { cut }, limit: 2, ..query() };
    assert_eq!(messages(&logs, forward).await, ["ab20", "c25"]);
    let backward = EventQuery { order: EventOrder::Backward { cut }, ..query() };
    assert_eq!(messages(&logs, backward).await, ["ab10", "a10"]);
    let before_all = Some(EventPosition { timestamp: at(10), sequence: 0 });
    let backward = EventQuery { order: EventOrder::Backward { cut: before_all }, ..query() };
    assert!(messages(&logs, backward).await.is_empty());
}

async fn a_page_ends_at_its_limit_or_its_bytes(storage: &Storage) {
    let logs = three_streams(storage).await;
    let page = async |limit, bytes_max| {
        let page = logs.events(&EventQuery { limit, bytes_max, ..query() }).await.unwrap();
        (page.events.len(), page.more)
    };
    assert_eq!(page(2, usize::MAX).await, (2, true));
    assert_eq!(page(5, usize::MAX).await, (5, false));
    // 3 and 4 letters, and 26 bytes for each event.
    assert_eq!(page(5, 59).await, (2, true));
    assert_eq!(page(5, 1).await, (1, true));
}

async fn nothing_is_read_from_what_does_not_exist(storage: &Storage) {
    let logs = three_streams(storage).await;
    assert!(messages(&logs, EventQuery { group: group("no"), ..query() }).await.is_empty());
    logs.delete_stream(&stream("g", "a")).await.unwrap();
    assert_eq!(messages(&logs, query()).await, ["ab10", "ab20", "c25"]);
    logs.delete_group(&group("g")).await.unwrap();
    logs.create_group(&group("g"), BTreeMap::new(), at(1)).await.unwrap();
    assert!(messages(&logs, query()).await.is_empty());
}

async fn what_is_older_than_the_retention_is_swept(storage: &Storage) {
    let logs = three_streams(storage).await;
    assert!(!logs.sweep(at(25) + DAY, 100).await.unwrap());
    assert_eq!(messages(&logs, query()).await.len(), 5);
    logs.set_retention(&group("g"), Some(1)).await.unwrap();
    while logs.sweep(at(25) + DAY, 2).await.unwrap() {}
    assert_eq!(messages(&logs, query()).await, ["c25", "a30"]);
    assert_eq!(logs.group(&group("g")).await.unwrap().unwrap().stored_bytes, 2 * (3 + 26));
}

async fn what_a_deleted_stream_left_is_swept(storage: &Storage) {
    let logs = three_streams(storage).await;
    logs.delete_stream(&stream("g", "a")).await.unwrap();
    logs.create_stream(&stream("g", "a"), at(1)).await.unwrap();
    deliver(&logs, "a", vec![event(40, "a40")]).await;
    while logs.sweep(at(50), 1).await.unwrap() {}
    assert_eq!(messages(&logs, query()).await, ["ab10", "ab20", "c25", "a40"]);
}

async fn a_message_is_kept_byte_for_byte(storage: &Storage) {
    let logs = storage.logs();
    let odd = "tab\there, NUL \0, Grüße 🦀, line\nend\r\n";
    deliver(&logs, "s", vec![event(1, odd), event(1, ""), event(1, &"x".repeat(1 << 20))]).await;
    let found = messages(&logs, query()).await;
    assert_eq!(found[0], odd);
    assert_eq!(found[1], "");
    assert_eq!(found[2].len(), 1 << 20);
}

suite![
    events_of_a_group_come_by_time_and_then_by_arrival,
    an_event_tells_its_stream_its_times_and_its_place,
    streams_are_selected_by_name_or_by_prefix,
    a_time_range_includes_its_start_and_not_its_end,
    a_cut_parts_the_events_in_two,
    a_page_ends_at_its_limit_or_its_bytes,
    nothing_is_read_from_what_does_not_exist,
    what_is_older_than_the_retention_is_swept,
    what_a_deleted_stream_left_is_swept,
    a_message_is_kept_byte_for_byte,
];
