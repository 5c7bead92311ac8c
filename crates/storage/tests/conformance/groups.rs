use std::collections::BTreeMap;

use hob_storage::{GroupNameFilter, LogGroupRecord, Storage, Tagged};
use hob_types::{AccountId, Region};

use crate::sample::{at, event, group, stream};

async fn a_group_is_created_once(storage: &Storage) {
    let logs = storage.logs();
    assert!(logs.create_group(&group("g"), BTreeMap::new(), at(5)).await.unwrap());
    assert!(!logs.create_group(&group("g"), BTreeMap::new(), at(6)).await.unwrap());
    let expected = LogGroupRecord {
        id: group("g"),
        created: at(5),
        retention_days: None,
        tags: BTreeMap::new(),
        stored_bytes: 0,
    };
    assert_eq!(logs.group(&group("g")).await.unwrap(), Some(expected));
    assert_eq!(logs.group(&group("G")).await.unwrap(), None);
}

async fn groups_are_listed_by_name_in_pages(storage: &Storage) {
    let logs = storage.logs();
    for name in ["/aws/lambda/b", "/aws/lambda/a", "/aws/lambda_x", "other", "/AWS/lambda/c"] {
        logs.create_group(&group(name), BTreeMap::new(), at(1)).await.unwrap();
    }
    let page = async |filter: GroupNameFilter, after: Option<&str>, limit| {
        let (account, region) = (AccountId::local(), Region::local());
        let page = logs.groups(&account, &region, &filter, after, limit).await.unwrap();
        page.into_iter().map(|group| group.id.name).collect::<Vec<_>>()
    };
    let prefix = |text: &str| GroupNameFilter::Prefix(text.to_owned());
    assert_eq!(page(prefix("/aws/lambda/"), None, 9).await, ["/aws/lambda/a", "/aws/lambda/b"]);
    assert_eq!(page(prefix("/aws/lambda_"), None, 9).await, ["/aws/lambda_x"]);
    assert_eq!(
        page(GroupNameFilter::Contains("lambda/".to_owned()), None, 2).await,
        ["/AWS/lambda/c", "/aws/lambda/a"]
    );
    assert_eq!(page(GroupNameFilter::All, Some("/aws/lambda/b"), 9).await, ["/aws/lambda_x", "other"]);
}

async fn a_group_counts_its_bytes(storage: &Storage) {
    let logs = storage.logs();
    logs.create_group(&group("g"), BTreeMap::new(), at(1)).await.unwrap();
    for name in ["a", "b"] {
        logs.create_stream(&stream("g", name), at(1)).await.unwrap();
        logs.append(&stream("g", name), vec![event(1, "Grüße"), event(2, "")], at(2)).await.unwrap();
    }
    assert_eq!(logs.group(&group("g")).await.unwrap().unwrap().stored_bytes, 2 * (7 + 26 + 26));
}

async fn retention_is_set_and_taken_away(storage: &Storage) {
    let logs = storage.logs();
    assert!(!logs.set_retention(&group("g"), Some(7)).await.unwrap());
    logs.create_group(&group("g"), BTreeMap::new(), at(1)).await.unwrap();
    assert!(logs.set_retention(&group("g"), Some(7)).await.unwrap());
    assert_eq!(logs.group(&group("g")).await.unwrap().unwrap().retention_days, Some(7));
    assert!(logs.set_retention(&group("g"), None).await.unwrap());
    assert_eq!(logs.group(&group("g")).await.unwrap().unwrap().retention_days, None);
}

fn tags<const N: usize>(tags: [(&str, &str); N]) -> BTreeMap<String, String> {
    tags.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

async fn a_group_has_tags_up_to_a_limit(storage: &Storage) {
    let logs = storage.logs();
    let kept = async || logs.group(&group("g")).await.unwrap().unwrap().tags;
    let tag = async |added, limit| logs.tag_group(&group("g"), added, limit).await.unwrap();
    assert_eq!(tag(tags([("a", "1")]), 2).await, Tagged::NoGroup);
    assert!(!logs.untag_group(&group("g"), vec!["a".to_owned()]).await.unwrap());
    logs.create_group(&group("g"), tags([("a", "1")]), at(1)).await.unwrap();
    assert_eq!(kept().await, tags([("a", "1")]));
    assert_eq!(tag(tags([("a", "2"), ("b", "\"")]), 2).await, Tagged::Tagged);
    assert_eq!(tag(tags([("c", "3")]), 2).await, Tagged::TooMany);
    assert_eq!(kept().await, tags([("a", "2"), ("b", "\"")]));
    assert!(logs.untag_group(&group("g"), vec!["a".to_owned(), "absent".to_owned()]).await.unwrap());
    assert_eq!(kept().await, tags([("b", "\"")]));
}

async fn a_deleted_group_takes_its_streams_along(storage: &Storage) {
    let logs = storage.logs();
    assert!(!logs.delete_group(&group("g")).await.unwrap());
    logs.create_group(&group("g"), BTreeMap::new(), at(1)).await.unwrap();
    logs.create_stream(&stream("g", "s"), at(1)).await.unwrap();
    logs.append(&stream("g", "s"), vec![event(1, "x")], at(2)).await.unwrap();
    assert!(logs.delete_group(&group("g")).await.unwrap());
    assert_eq!(logs.group(&group("g")).await.unwrap(), None);
    assert_eq!(logs.stream(&stream("g", "s")).await.unwrap(), None);
    logs.create_group(&group("g"), BTreeMap::new(), at(3)).await.unwrap();
    assert_eq!(logs.stream(&stream("g", "s")).await.unwrap(), None);
    assert_eq!(logs.group(&group("g")).await.unwrap().unwrap().stored_bytes, 0);
}

suite![
    a_group_is_created_once,
    groups_are_listed_by_name_in_pages,
    a_group_counts_its_bytes,
    retention_is_set_and_taken_away,
    a_group_has_tags_up_to_a_limit,
    a_deleted_group_takes_its_streams_along,
];
