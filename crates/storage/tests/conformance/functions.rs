use hob_storage::{
    Changed, CodeRecord, CodeUsage, FunctionChange, FunctionPart, FunctionRecord, FunctionState, LastUpdate,
    LayerUse, Owner, Part, PartKind, Storage, VersionRecord,
};
use hob_types::{AccountId, Region};
use tokio::task::JoinSet;

use crate::sample::{alias, arn, digest, function, layer, revision, version};

async fn create(storage: &Storage, function: FunctionRecord) -> bool {
    storage.functions().create(function, Vec::new()).await.unwrap()
}

/// As it is now.
async fn get(storage: &Storage, name: &str) -> FunctionRecord {
    storage.functions().get(&arn(name)).await.unwrap().unwrap()
}

async fn change(storage: &Storage, change: FunctionChange) -> Changed {
    storage.functions().change(change).await.unwrap()
}

async fn a_function_is_kept_as_it_was_given(storage: &Storage) {
    let functions = storage.functions();
    let mut given = function("hello");
    given.state = FunctionState::Failed { code: "InvalidZip".to_owned(), reason: "no zip".to_owned() };
    assert!(functions.create(given.clone(), Vec::new()).await.unwrap());
    assert_eq!(functions.get(&given.arn).await.unwrap(), Some(FunctionRecord { edition: 1, ..given }));
    assert_eq!(functions.get(&arn("other")).await.unwrap(), None);
}

async fn a_name_is_taken_once_per_account_and_region(storage: &Storage) {
    let functions = storage.functions();
    let mut elsewhere = function("hello");
    elsewhere.arn.region = "eu-west-1".parse().unwrap();
    let mut second = function("hello");
    second.revision = revision(2);
    assert!(functions.create(function("hello"), Vec::new()).await.unwrap());
    assert!(!functions.create(second, Vec::new()).await.unwrap());
    assert!(functions.create(elsewhere, Vec::new()).await.unwrap());
    assert_eq!(get(storage, "hello").await, FunctionRecord { edition: 1, ..function("hello") });
}

async fn of_many_who_create_one_function_at_a_time_one_succeeds(storage: &Storage) {
    let mut callers = JoinSet::new();
    for number in 0..100 {
        let functions = storage.functions();
        let mut mine = function("hello");
        mine.revision = revision(number);
        callers.spawn(async move { functions.create(mine, Vec::new()).await.unwrap() });
    }
    let created = callers.join_all().await;
    assert_eq!(created.iter().filter(|created| **created).count(), 1);
}

async fn a_function_changes_only_from_what_was_read(storage: &Storage) {
    let mut changed = function("hello");
    assert_eq!(change(storage, FunctionChange::of(changed.clone())).await, Changed::Stale);
    create(storage, function("hello")).await;
    assert_eq!(change(storage, FunctionChange::of(changed)).await, Changed::Stale);
    changed = get(storage, "hello").await;
    changed.last_update = LastUpdate::InProgress;
    changed.configuration.environment.clear();
    assert_eq!(change(storage, FunctionChange::of(changed.clone())).await, Changed::Done);
    assert_eq!(change(storage, FunctionChange::of(changed.clone())).await, Changed::Stale);
    assert_eq!(get(storage, "hello").await, FunctionRecord { edition: 2, ..changed });
}

async fn parts_come_and_go_with_a_change_of_their_function(storage: &Storage) {
    let functions = storage.functions();
    functions.create(function("hello"), vec![version(1).into()]).await.unwrap();
    let read = get(storage, "hello").await;
    let put = FunctionChange::of(read.clone()).put(version(10)).put(version(2)).put(alias("live", 2));
    assert_eq!(change(storage, put).await, Changed::Done);
    let stale = FunctionChange::of(read).put(version(3));
    assert_eq!(change(storage, stale).await, Changed::Stale);
    let versions = async |after: Option<&str>, limit| {
        let found = functions.parts(&arn("hello"), PartKind::Version, after, limit).await.unwrap();
        let numbers = found.into_iter().filter_map(VersionRecord::of).map(|version| version.number.get());
        numbers.collect::<Vec<_>>()
    };
    assert_eq!(versions(None, 2).await, [1, 2]);
    assert_eq!(versions(Some(&version(2).name()), 2).await, [10]);
    let key = FunctionPart::from(version(2)).key();
    assert_eq!(functions.part(&arn("hello"), &key).await.unwrap(), Some(version(2).into()));
    let removal =
        FunctionChange::of(get(storage, "hello").await).remove(PartKind::Version, version(2).name());
    assert_eq!(change(storage, removal).await, Changed::Done);
    assert_eq!(functions.part(&arn("hello"), &key).await.unwrap(), None);
    let aliases = functions.all_parts(PartKind::Alias).await.unwrap();
    assert_eq!(aliases, [(arn("hello"), alias("live", 2).into())]);
}

async fn the_last_version_number_outlives_the_function(storage: &Storage) {
    let functions = storage.functions();
    assert_eq!(functions.last_version(&arn("hello")).await.unwrap(), 0);
    create(storage, function("hello")).await;
    let put = FunctionChange::of(get(storage, "hello").await).put(version(2)).put(version(1));
    change(storage, put).await;
    functions.delete(&arn("hello")).await.unwrap();
    create(storage, function("hello")).await;
    assert_eq!(functions.last_version(&arn("hello")).await.unwrap(), 2);
    assert_eq!(functions.parts(&arn("hello"), PartKind::Version, None, 9).await.unwrap(), []);
}

async fn a_deleted_function_is_gone(storage: &Storage) {
    let functions = storage.functions();
    functions.create(function("hello"), Vec::new()).await.unwrap();
    assert!(functions.delete(&arn("hello")).await.unwrap());
    assert!(!functions.delete(&arn("hello")).await.unwrap());
    assert_eq!(functions.get(&arn("hello")).await.unwrap(), None);
}

async fn functions_are_listed_by_name_in_pages(storage: &Storage) {
    let functions = storage.functions();
    for name in ["b", "C", "a", "a-1"] {
        functions.create(function(name), Vec::new()).await.unwrap();
    }
    let mut elsewhere = function("d");
    elsewhere.arn.account = "111111111111".parse().unwrap();
    functions.create(elsewhere, Vec::new()).await.unwrap();
    let page = async |after: Option<&str>, limit| {
        let after = after.map(|name| name.parse().unwrap());
        let (account, region) = (AccountId::local(), Region::local());
        names(&functions.list(&account, &region, after.as_ref(), limit).await.unwrap())
    };
    assert_eq!(page(None, 3).await, ["C", "a", "a-1"]);
    assert_eq!(page(Some("a-1"), 3).await, ["b"]);
    assert_eq!(page(Some("a"), 1).await, ["a-1"]);
    assert!(page(Some("b"), 3).await.is_empty());
}

fn names(functions: &[FunctionRecord]) -> Vec<String> {
    functions.iter().map(|function| function.arn.name.to_string()).collect()
}

async fn usage_counts_what_an_account_holds_in_a_region(storage: &Storage) {
    let functions = storage.functions();
    let usage =
        async |region: &str| functions.usage(&AccountId::local(), &region.parse().unwrap()).await.unwrap();
    assert_eq!(usage("us-east-1").await, CodeUsage::default());
    functions.create(function("one"), Vec::new()).await.unwrap();
    functions.create(function("two"), vec![version(1).into()]).await.unwrap();
    let owner = Owner::new(&AccountId::local(), &Region::local());
    storage.resources().create(&owner, layer("any", 1).into()).await.unwrap();
    assert_eq!(usage("us-east-1").await, CodeUsage { functions: 2, code_size: 1210, ..CodeUsage::default() });
    assert_eq!(usage("eu-west-1").await, CodeUsage::default());
}

async fn claim(storage: &Storage, function: FunctionRecord, reserved: Option<u32>, max: u64) -> Changed {
    let function = FunctionRecord { reserved_concurrency: reserved, ..function };
    let limited = FunctionChange { concurrency_max: Some(max), ..FunctionChange::of(function) };
    change(storage, limited).await
}

async fn an_accounts_functions_claim_no_more_than_they_may_in_a_region(storage: &Storage) {
    let mut elsewhere = function("one");
    elsewhere.arn.region = "eu-west-1".parse().unwrap();
    for function in [function("one"), function("two"), elsewhere.clone()] {
        create(storage, function).await;
    }
    let reserve =
        async |name, reserved, max| claim(storage, get(storage, name).await, Some(reserved), max).await;
    assert_eq!(reserve("one", 7, 10).await, Changed::Done);
    assert_eq!(reserve("two", 4, 10).await, Changed::ConcurrencyExceeded);
    assert_eq!(get(storage, "two").await.reserved_concurrency, None);
    assert_eq!(reserve("two", 3, 10).await, Changed::Done);
    let elsewhere = FunctionRecord { edition: 1, ..elsewhere };
    assert_eq!(claim(storage, elsewhere, Some(10), 10).await, Changed::Done);
    // Where the limit was lowered meanwhile, less is still fine, and more is not.
    assert_eq!(reserve("one", 6, 5).await, Changed::Done);
    assert_eq!(reserve("one", 7, 5).await, Changed::ConcurrencyExceeded);
    let usage = storage.functions().usage(&AccountId::local(), &Region::local()).await.unwrap();
    assert_eq!(usage.claimed_concurrency, 9);
}

async fn what_is_provisioned_is_claimed_unless_it_is_part_of_a_reservation(storage: &Storage) {
    create(storage, FunctionRecord { provisioned_concurrency: 4, ..function("one") }).await;
    create(
        storage,
        FunctionRecord { reserved_concurrency: Some(5), provisioned_concurrency: 4, ..function("two") },
    )
    .await;
    let usage = storage.functions().usage(&AccountId::local(), &Region::local()).await.unwrap();
    assert_eq!(usage.claimed_concurrency, 9);
}

async fn of_many_who_claim_at_a_time_no_more_than_allowed_succeed(storage: &Storage) {
    let mut callers = JoinSet::new();
    for number in 0..20 {
        let storage = storage.clone();
        callers.spawn(async move {
            let name = format!("function-{number}");
            create(&storage, function(&name)).await;
            claim(&storage, get(&storage, &name).await, Some(3), 10).await
        });
    }
    let results = callers.join_all().await;
    assert_eq!(results.iter().filter(|result| **result == Changed::Done).count(), 3);
}

async fn every_reservation_is_told(storage: &Storage) {
    let mut elsewhere = function("three");
    elsewhere.arn.account = "111111111111".parse().unwrap();
    elsewhere.reserved_concurrency = Some(4);
    let two = FunctionRecord { reserved_concurrency: Some(0), ..function("two") };
    for function in [function("one"), two, elsewhere.clone()] {
        create(storage, function).await;
    }
    let reservations = storage.functions().reservations().await.unwrap();
    assert_eq!(reservations, [(arn("two"), 0), (elsewhere.arn, 4)]);
}

async fn what_has_begun_and_not_ended_is_unsettled(storage: &Storage) {
    let functions = storage.functions();
    let mut pending = function("pending");
    pending.state = FunctionState::Pending;
    let mut updating = function("updating");
    updating.last_update = LastUpdate::InProgress;
    for function in [function("settled"), pending.clone(), updating] {
        functions.create(function, Vec::new()).await.unwrap();
    }
    assert_eq!(names(&functions.unsettled().await.unwrap()), ["pending", "updating"]);
    let settled = FunctionRecord { state: FunctionState::Active, edition: 1, ..pending };
    assert_eq!(change(storage, FunctionChange::of(settled)).await, Changed::Done);
    assert_eq!(names(&functions.unsettled().await.unwrap()), ["updating"]);
}

async fn versions_that_are_pending_are_unsettled(storage: &Storage) {
    let functions = storage.functions();
    let pending = VersionRecord { state: FunctionState::Pending, ..version(2) };
    functions.create(function("hello"), vec![version(1).into(), pending.clone().into()]).await.unwrap();
    assert_eq!(functions.unsettled_versions().await.unwrap(), [(arn("hello"), pending.into())]);
    let settled = FunctionChange::of(get(storage, "hello").await).put(version(2));
    change(storage, settled).await;
    assert_eq!(functions.unsettled_versions().await.unwrap(), []);
}

async fn each_package_that_any_function_uses_is_named_once(storage: &Storage) {
    let functions = storage.functions();
    let mut other = function("other");
    other.code.sha256 = digest(2);
    other.arn.region = "eu-west-1".parse().unwrap();
    functions.create(function("one"), vec![version(7).into()]).await.unwrap();
    let mut with_layer = function("two");
    with_layer.configuration.layers =
        vec![LayerUse { arn: String::new(), code: CodeRecord::new(digest(5), 1) }];
    for function in [with_layer, other] {
        functions.create(function, Vec::new()).await.unwrap();
    }
    let owner = Owner::new(&AccountId::local(), &Region::local());
    storage.resources().create(&owner, layer("any", 1).into()).await.unwrap();
    let used = functions.code_in_use().await.unwrap();
    assert_eq!(used, [1, 2, 5, 7, 9].map(digest));
}

suite![
    a_function_is_kept_as_it_was_given,
    a_name_is_taken_once_per_account_and_region,
    of_many_who_create_one_function_at_a_time_one_succeeds,
    a_function_changes_only_from_what_was_read,
    parts_come_and_go_with_a_change_of_their_function,
    the_last_version_number_outlives_the_function,
    a_deleted_function_is_gone,
    functions_are_listed_by_name_in_pages,
    usage_counts_what_an_account_holds_in_a_region,
    an_accounts_functions_claim_no_more_than_they_may_in_a_region,
    what_is_provisioned_is_claimed_unless_it_is_part_of_a_reservation,
    of_many_who_claim_at_a_time_no_more_than_allowed_succeed,
    every_reservation_is_told,
    what_has_begun_and_not_ended_is_unsettled,
    versions_that_are_pending_are_unsettled,
    each_package_that_any_function_uses_is_named_once,
];
