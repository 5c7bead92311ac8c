//! What functions have used.

use hob_storage::{Storage, Usage, UsageKey, UsageRecord};
use hob_types::{AccountId, Architecture, Day, InvocationSource, Region, Version};

use crate::sample::arn;

suite! {
    what_is_added_is_summed_up,
    what_differs_in_any_part_of_its_key_is_summed_up_apart,
    only_the_days_and_the_account_that_were_asked_for_are_shown,
    records_are_in_the_order_of_their_keys,
    nothing_is_added_of_nothing,
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn key(name: &str, day_text: &str) -> UsageKey {
    UsageKey {
        function: arn(name),
        version: Version::Latest,
        architecture: Architecture::X86_64,
        source: InvocationSource::Invoke,
        day: day(day_text),
    }
}

/// Every sum is another multiple of `factor`.
fn usage(factor: u64) -> Usage {
    Usage {
        requests: factor,
        errors: 2 * factor,
        throttles: 3 * factor,
        billed_ms: 4 * factor,
        init_ms: 5 * factor,
        memory_mib_ms: 6 * factor,
        storage_mib_ms: 7 * factor,
    }
}

fn record(key: UsageKey, factor: u64) -> UsageRecord {
    UsageRecord { key, usage: usage(factor) }
}

async fn all(storage: &Storage) -> Vec<UsageRecord> {
    let (first, last) = (day("2000-01-01"), day("2999-12-31"));
    storage.usage().usage(&AccountId::local(), &Region::local(), first, last).await.unwrap()
}

async fn what_is_added_is_summed_up(storage: &Storage) {
    let store = storage.usage();
    let fn_of = |name| key(name, "2026-11-23");
    store.add(vec![record(fn_of("a"), 1), record(fn_of("b"), 10), record(fn_of("a"), 2)]).await.unwrap();
    store.add(vec![record(fn_of("a"), 1 << 50)]).await.unwrap();
    assert_eq!(all(storage).await, [record(fn_of("a"), (1 << 50) + 3), record(fn_of("b"), 10)]);
}

async fn what_differs_in_any_part_of_its_key_is_summed_up_apart(storage: &Storage) {
    let base = key("a", "2026-11-23");
    let published = Version::Published(1.try_into().unwrap());
    let keys = [
        base.clone(),
        UsageKey { function: arn("b"), ..base.clone() },
        UsageKey { version: published, ..base.clone() },
        UsageKey { architecture: Architecture::Arm64, ..base.clone() },
        UsageKey { day: day("2026-11-24"), ..base },
    ];
    for _ in 0..2 {
        let records = keys.iter().cloned().map(|key| record(key, 1)).collect();
        storage.usage().add(records).await.unwrap();
    }
    let mut keys = keys.to_vec();
    keys.sort();
    let expected: Vec<_> = keys.into_iter().map(|key| record(key, 2)).collect();
    assert_eq!(all(storage).await, expected);
}

async fn only_the_days_and_the_account_that_were_asked_for_are_shown(storage: &Storage) {
    let store = storage.usage();
    let days = ["2026-10-31", "2026-11-01", "2026-11-30", "2026-12-01"];
    store.add(days.map(|day| record(key("a", day), 1)).to_vec()).await.unwrap();
    let other: AccountId = "123456789012".parse().unwrap();
    let mut elsewhere = key("a", "2026-11-01");
    elsewhere.function.account = other.clone();
    store.add(vec![record(elsewhere.clone(), 7)]).await.unwrap();

    let (first, last, region) = (day("2026-11-01"), day("2026-11-30"), Region::local());
    let ours = store.usage(&AccountId::local(), &region, first, last).await.unwrap();
    assert_eq!(ours, [record(key("a", "2026-11-01"), 1), record(key("a", "2026-11-30"), 1)]);
    assert_eq!(store.usage(&other, &region, first, last).await.unwrap(), [record(elsewhere, 7)]);
    let abroad: Region = "eu-west-1".parse().unwrap();
    assert_eq!(store.usage(&AccountId::local(), &abroad, first, last).await.unwrap(), []);
}

async fn records_are_in_the_order_of_their_keys(storage: &Storage) {
    let version = |number: u64| Version::Published(number.try_into().unwrap());
    let keys = [version(10), version(2), Version::Latest]
        .map(|version| UsageKey { version, ..key("a", "2026-11-23") });
    storage.usage().add(keys.iter().cloned().map(|key| record(key, 1)).collect()).await.unwrap();
    let shown: Vec<_> = all(storage).await.into_iter().map(|record| record.key.version).collect();
    assert_eq!(shown, [Version::Latest, version(2), version(10)]);
}

async fn nothing_is_added_of_nothing(storage: &Storage) {
    storage.usage().add(Vec::new()).await.unwrap();
    assert_eq!(all(storage).await, []);
}
