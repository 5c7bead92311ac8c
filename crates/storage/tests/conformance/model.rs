//! Whatever is done to them, the store on disk answers as the one in memory does.

use std::collections::BTreeMap;

use hob_storage::{
    EventOrder, EventPosition, EventQuery, GroupNameFilter, LogDelivery, LogStore, NewLogEvent, Storage,
    StreamOrder, StreamQuery, StreamSelection,
};
use hob_types::{AccountId, Region};
use proptest::prelude::*;

use crate::sample::{at, event, group, stream};

/// Names are digits below 3, times are small, so that operations meet.
#[derive(Clone, Debug)]
enum Operation {
    CreateGroup(u8),
    DeleteGroup(u8),
    SetRetention(u8, Option<u32>),
    CreateStream(u8, u8),
    DeleteStream(u8, u8),
    Append(u8, u8, Vec<i64>),
    Deliver(u8, u8, Vec<i64>),
    Sweep { day: i64, limit: usize },
}

/// Days, so that retention means something.
const DAY: i64 = 24 * 60 * 60 * 1000;

fn operation() -> impl Strategy<Value = Operation> {
    let name = 0..3_u8;
    let times = prop::collection::vec((0..10_i64).prop_map(|day| day * DAY), 0..5);
    prop_oneof![
        2 => name.clone().prop_map(Operation::CreateGroup),
        1 => name.clone().prop_map(Operation::DeleteGroup),
        1 => (name.clone(), prop::option::of(1..9_u32)).prop_map(|(g, days)| Operation::SetRetention(g, days)),
        2 => (name.clone(), name.clone()).prop_map(|(g, s)| Operation::CreateStream(g, s)),
        1 => (name.clone(), name.clone()).prop_map(|(g, s)| Operation::DeleteStream(g, s)),
        4 => (name.clone(), name.clone(), times.clone()).prop_map(|(g, s, t)| Operation::Append(g, s, t)),
        4 => (name.clone(), name, times).prop_map(|(g, s, t)| Operation::Deliver(g, s, t)),
        1 => (0..12_i64, 1..4_usize).prop_map(|(day, limit)| Operation::Sweep { day, limit }),
    ]
}

fn events(times: &[i64]) -> Vec<NewLogEvent> {
    times.iter().enumerate().map(|(number, time)| event(*time, &number.to_string())).collect()
}

/// Performs the operation; the text tells its answer.
async fn perform(logs: &dyn LogStore, operation: &Operation) -> String {
    let now = at(10 * DAY);
    let group_of = |name: &u8| group(&name.to_string());
    let stream_of = |g: &u8, s: &u8| stream(&g.to_string(), &s.to_string());
    match operation {
        Operation::CreateGroup(g) => {
            format!("{:?}", logs.create_group(&group_of(g), BTreeMap::new(), now).await)
        }
        Operation::DeleteGroup(g) => format!("{:?}", logs.delete_group(&group_of(g)).await),
        Operation::SetRetention(g, days) => format!("{:?}", logs.set_retention(&group_of(g), *days).await),
        Operation::CreateStream(g, s) => format!("{:?}", logs.create_stream(&stream_of(g, s), now).await),
        Operation::DeleteStream(g, s) => format!("{:?}", logs.delete_stream(&stream_of(g, s)).await),
        Operation::Append(g, s, times) => {
            format!("{:?}", logs.append(&stream_of(g, s), events(times), now).await)
        }
        Operation::Deliver(g, s, times) => {
            let delivery = LogDelivery { stream: stream_of(g, s), events: events(times) };
            format!("{:?}", logs.deliver(vec![delivery], now).await)
        }
        Operation::Sweep { day, limit } => {
            while logs.sweep(at(day * DAY), *limit).await.unwrap() {}
            String::new()
        }
    }
}

/// All that can be seen, with positions left out: only their order is promised.
async fn visible(logs: &dyn LogStore) -> Vec<String> {
    let (account, region) = (AccountId::local(), Region::local());
    let mut seen = Vec::new();
    for found in logs.groups(&account, &region, &GroupNameFilter::All, None, 10).await.unwrap() {
        for descending in [false, true] {
            for order in [StreamOrder::Name { after: None }, StreamOrder::LastEvent { after: None }] {
                let query = StreamQuery { prefix: String::new(), order, descending, limit: 10 };
                seen.push(format!("{:?}", logs.streams(&found.id, &query).await.unwrap()));
            }
        }
        let named = |names: &[&str]| StreamSelection::Named(names.iter().map(ToString::to_string).collect());
        let prefix = StreamSelection::Prefix("1".to_owned());
        for streams in [StreamSelection::All, named(&["0"]), named(&["0", "2"]), prefix] {
            let query = EventQuery {
                group: found.id.clone(),
                streams,
                start: Some(at(2 * DAY)),
                end: Some(at(9 * DAY)),
                order: EventOrder::Forward { cut: None },
                limit: 3,
                bytes_max: usize::MAX,
            };
            seen.extend(pages(logs, query).await);
        }
        seen.push(format!("{found:?}"));
    }
    seen
}

/// Page by page to the end, and from there back to the start.
async fn pages(logs: &dyn LogStore, mut query: EventQuery) -> Vec<String> {
    let mut seen = Vec::new();
    let mut last = None;
    loop {
        let page = logs.events(&query).await.unwrap();
        let positions: Vec<EventPosition> = page.events.iter().map(|event| event.position).collect();
        let texts = page.events.iter().map(|e| (e.position.timestamp, &e.stream, e.ingested, &e.message));
        seen.push(format!("{:?} {}", texts.collect::<Vec<_>>(), page.more));
        let backward = matches!(query.order, EventOrder::Backward { .. });
        last = positions.last().copied().or(last);
        query.order = match (page.more, backward) {
            (true, false) => EventOrder::Forward { cut: last },
            (false, false) => EventOrder::Backward { cut: last },
            (true, true) => EventOrder::Backward { cut: last.map(just_before) },
            (false, true) => return seen,
        };
    }
}

fn just_before(position: EventPosition) -> EventPosition {
    EventPosition { sequence: position.sequence - 1, ..position }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn both_stores_answer_alike(operations in prop::collection::vec(operation(), 1..40)) {
        let directory = tempfile::tempdir().unwrap();
        let (on_disk, in_memory) = (crate::sample::open(directory.path()), Storage::in_memory().unwrap());
        let (on_disk, in_memory) = (on_disk.logs(), in_memory.logs());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            for operation in &operations {
                let answers =
                    (perform(&*on_disk, operation).await, perform(&*in_memory, operation).await);
                prop_assert_eq!(answers.0, answers.1);
            }
            prop_assert_eq!(visible(&*on_disk).await, visible(&*in_memory).await);
            Ok(())
        })?;
    }
}
