use std::collections::BTreeMap;

use hob_storage::{Appended, LogStreamRecord, Storage, StreamCreated, StreamOrder, StreamQuery};

use crate::sample::{at, event, group, stream};

async fn a_stream_is_created_once_in_an_existing_group(storage: &Storage) {
    let logs = storage.logs();
    let create = async |now| logs.create_stream(&stream("g", "s"), at(now)).await.unwrap();
    assert_eq!(create(1).await, StreamCreated::NoGroup);
    logs.create_group(&group("g"), BTreeMap::new(), at(1)).await.unwrap();
    assert_eq!(create(2).await, StreamCreated::Created);
    assert_eq!(create(3).await, StreamCreated::AlreadyExists);
    let expected = LogStreamRecord {
        name: "s".to_owned(),
        created: at(2),
        first_event: None,
        last_event: None,
        last_ingestion: None,
    };
    assert_eq!(logs.stream(&stream("g", "s")).await.unwrap(), Some(expected));
}

async fn a_stream_knows_its_first_and_last_event(storage: &Storage) {
    let logs = storage.logs();
    logs.create_group(&group("g"), BTreeMap::new(), at(1)).await.unwrap();
    assert_eq!(logs.append(&stream("no", "s"), vec![], at(1)).await.unwrap(), Appended::NoGroup);
    assert_eq!(logs.append(&stream("g", "no"), vec![], at(1)).await.unwrap(), Appended::NoStream);
    logs.create_stream(&stream("g", "s"), at(1)).await.unwrap();
    let id = stream("g", "s");
    assert_eq!(
        logs.append(&id, vec![event(20, "b"), event(30, "c")], at(40)).await.unwrap(),
        Appended::Appended
    );
    logs.append(&id, vec![event(10, "a"), event(25, "d")], at(50)).await.unwrap();
    let found = logs.stream(&id).await.unwrap().unwrap();
    assert_eq!((found.first_event, found.last_event), (Some(at(10)), Some(at(30))));
    assert_eq!(found.last_ingestion, Some(at(50)));
}

async fn streams_are_listed_by_name_or_by_last_event(storage: &Storage) {
    let logs = storage.logs();
    logs.create_group(&group("g"), BTreeMap::new(), at(1)).await.unwrap();
    for (name, last_event) in [("a", Some(30)), ("b", None), ("c", Some(10)), ("ab", Some(10))] {
        logs.create_stream(&stream("g", name), at(1)).await.unwrap();
        if let Some(time) = last_event {
            logs.append(&stream("g", name), vec![event(time, "x")], at(40)).await.unwrap();
        }
    }
    let page = async |prefix: &str, order: StreamOrder, descending, limit| {
        let query = StreamQuery { prefix: prefix.to_owned(), order, descending, limit };
        let page = logs.streams(&group("g"), &query).await.unwrap();
        page.into_iter().map(|stream| stream.name).collect::<Vec<_>>()
    };
    let by_name = |after: Option<&str>| StreamOrder::Name { after: after.map(str::to_owned) };
    let by_time = |after: Option<(i64, &str)>| StreamOrder::LastEvent {
        after: after.map(|(time, name)| (at(time), name.to_owned())),
    };
    assert_eq!(page("", by_name(None), false, 9).await, ["a", "ab", "b", "c"]);
    assert_eq!(page("a", by_name(None), true, 9).await, ["ab", "a"]);
    assert_eq!(page("", by_name(Some("ab")), false, 1).await, ["b"]);
    assert_eq!(page("", by_name(Some("ab")), true, 9).await, ["a"]);
    assert_eq!(page("", by_time(None), false, 9).await, ["b", "ab", "c", "a"]);
    assert_eq!(page("", by_time(None), true, 2).await, ["a", "c"]);
    assert_eq!(page("", by_time(Some((10, "c"))), true, 9).await, ["ab", "b"]);
    assert_eq!(page("", by_time(Some((10, "ab"))), false, 9).await, ["c", "a"]);
}

async fn a_deleted_stream_is_gone_and_can_come_back_empty(storage: &Storage) {
    let logs = storage.logs();
    logs.create_group(&group("g"), BTreeMap::new(), at(1)).await.unwrap();
    assert!(!logs.delete_stream(&stream("g", "s")).await.unwrap());
    logs.create_stream(&stream("g", "s"), at(1)).await.unwrap();
    logs.append(&stream("g", "s"), vec![event(1, "x")], at(2)).await.unwrap();
    assert!(logs.delete_stream(&stream("g", "s")).await.unwrap());
    assert_eq!(logs.stream(&stream("g", "s")).await.unwrap(), None);
    assert_eq!(logs.create_stream(&stream("g", "s"), at(3)).await.unwrap(), StreamCreated::Created);
    assert_eq!(logs.stream(&stream("g", "s")).await.unwrap().unwrap().last_event, None);
    assert_eq!(logs.group(&group("g")).await.unwrap().unwrap().stored_bytes, 0);
}

suite![
    a_stream_is_created_once_in_an_existing_group,
    a_stream_knows_its_first_and_last_event,
    streams_are_listed_by_name_or_by_last_event,
    a_deleted_stream_is_gone_and_can_come_back_empty,
];
