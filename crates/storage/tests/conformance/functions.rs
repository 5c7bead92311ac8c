use hob_storage::{CodeUsage, FunctionRecord, FunctionState, LastUpdate, Storage};
use hob_types::{AccountId, Region};
use tokio::task::JoinSet;

use crate::sample::{arn, digest, function, revision};

async fn a_function_is_kept_as_it_was_given(storage: &Storage) {
    let functions = storage.functions();
    let mut given = function("hello");
    given.state = FunctionState::Failed { code: "InvalidZip".to_owned(), reason: "no zip".to_owned() };
    assert!(functions.create(given.clone()).await.unwrap());
    assert_eq!(functions.get(&given.arn).await.unwrap(), Some(given));
    assert_eq!(functions.get(&arn("other")).await.unwrap(), None);
}

async fn a_name_is_taken_once_per_account_and_region(storage: &Storage) {
    let functions = storage.functions();
    let mut elsewhere = function("hello");
    elsewhere.arn.region = "eu-west-1".parse().unwrap();
    let mut second = function("hello");
    second.revision = revision(2);
    assert!(functions.create(function("hello")).await.unwrap());
    assert!(!functions.create(second).await.unwrap());
    assert!(functions.create(elsewhere).await.unwrap());
    assert_eq!(functions.get(&arn("hello")).await.unwrap(), Some(function("hello")));
}

async fn of_many_who_create_one_function_at_a_time_one_succeeds(storage: &Storage) {
    let mut callers = JoinSet::new();
    for number in 0..100 {
        let functions = storage.functions();
        let mut mine = function("hello");
        mine.revision = revision(number);
        callers.spawn(async move { functions.create(mine).await.unwrap() });
    }
    let created = callers.join_all().await;
    assert_eq!(created.iter().filter(|created| **created).count(), 1);
}

async fn a_function_is_replaced_only_at_the_expected_revision(storage: &Storage) {
    let functions = storage.functions();
    let mut changed = function("hello");
    changed.revision = revision(2);
    changed.last_update = LastUpdate::InProgress;
    assert!(!functions.replace(revision(1), changed.clone()).await.unwrap());
    functions.create(function("hello")).await.unwrap();
    assert!(!functions.replace(revision(3), changed.clone()).await.unwrap());
    assert!(functions.replace(revision(1), changed.clone()).await.unwrap());
    assert!(!functions.replace(revision(1), changed.clone()).await.unwrap());
    assert_eq!(functions.get(&arn("hello")).await.unwrap(), Some(changed));
}

async fn a_deleted_function_is_gone(storage: &Storage) {
    let functions = storage.functions();
    functions.create(function("hello")).await.unwrap();
    assert!(functions.delete(&arn("hello")).await.unwrap());
    assert!(!functions.delete(&arn("hello")).await.unwrap());
    assert_eq!(functions.get(&arn("hello")).await.unwrap(), None);
}

async fn functions_are_listed_by_name_in_pages(storage: &Storage) {
    let functions = storage.functions();
    for name in ["b", "C", "a", "a-1"] {
        functions.create(function(name)).await.unwrap();
    }
    let mut elsewhere = function("d");
    elsewhere.arn.account = "111111111111".parse().unwrap();
    functions.create(elsewhere).await.unwrap();
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
    functions.create(function("one")).await.unwrap();
    functions.create(function("two")).await.unwrap();
    assert_eq!(usage("us-east-1").await, CodeUsage { functions: 2, code_size: 200 });
    assert_eq!(usage("eu-west-1").await, CodeUsage::default());
}

async fn what_has_begun_and_not_ended_is_unsettled(storage: &Storage) {
    let functions = storage.functions();
    let mut pending = function("pending");
    pending.state = FunctionState::Pending;
    let mut updating = function("updating");
    updating.last_update = LastUpdate::InProgress;
    for function in [function("settled"), pending.clone(), updating] {
        functions.create(function).await.unwrap();
    }
    assert_eq!(names(&functions.unsettled().await.unwrap()), ["pending", "updating"]);
    let settled = FunctionRecord { state: FunctionState::Active, ..pending };
    functions.replace(revision(1), settled).await.unwrap();
    assert_eq!(names(&functions.unsettled().await.unwrap()), ["updating"]);
}

async fn each_package_that_any_function_uses_is_named_once(storage: &Storage) {
    let functions = storage.functions();
    let mut other = function("other");
    other.code.sha256 = digest(2);
    other.arn.region = "eu-west-1".parse().unwrap();
    for function in [function("one"), function("two"), other] {
        functions.create(function).await.unwrap();
    }
    assert_eq!(functions.code_in_use().await.unwrap(), [digest(1), digest(2)]);
}

suite![
    a_function_is_kept_as_it_was_given,
    a_name_is_taken_once_per_account_and_region,
    of_many_who_create_one_function_at_a_time_one_succeeds,
    a_function_is_replaced_only_at_the_expected_revision,
    a_deleted_function_is_gone,
    functions_are_listed_by_name_in_pages,
    usage_counts_what_an_account_holds_in_a_region,
    what_has_begun_and_not_ended_is_unsettled,
    each_package_that_any_function_uses_is_named_once,
];
