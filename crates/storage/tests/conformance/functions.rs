use hob_storage::{CodeUsage, FunctionRecord, FunctionState, LastUpdate, Reservation, Storage};
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
    assert_eq!(usage("us-east-1").await, CodeUsage { functions: 2, code_size: 200, ..CodeUsage::default() });
    assert_eq!(usage("eu-west-1").await, CodeUsage::default());
}

const PLENTY: u64 = 900;

async fn reserved_concurrency_is_kept_until_it_is_removed(storage: &Storage) {
    let functions = storage.functions();
    functions.create(function("hello")).await.unwrap();
    assert_eq!(functions.reserved(&arn("hello")).await.unwrap(), None);
    for reserved in [Some(5), Some(0), None] {
        let done = functions.reserve(&arn("hello"), reserved, PLENTY).await.unwrap();
        assert_eq!(done, Reservation::Done);
        assert_eq!(functions.reserved(&arn("hello")).await.unwrap(), reserved);
    }
    assert_eq!(functions.reserve(&arn("other"), Some(5), PLENTY).await.unwrap(), Reservation::NoFunction);
    assert_eq!(functions.reserved(&arn("other")).await.unwrap(), None);
}

async fn an_account_reserves_no_more_than_it_may_in_a_region(storage: &Storage) {
    let functions = storage.functions();
    let mut elsewhere = function("one");
    elsewhere.arn.region = "eu-west-1".parse().unwrap();
    for function in [function("one"), function("two"), elsewhere.clone()] {
        functions.create(function).await.unwrap();
    }
    let reserve =
        async |name, reserved, sum_max| functions.reserve(&arn(name), Some(reserved), sum_max).await.unwrap();
    assert_eq!(reserve("one", 7, 10).await, Reservation::Done);
    assert_eq!(reserve("two", 4, 10).await, Reservation::TooMuch);
    assert_eq!(functions.reserved(&arn("two")).await.unwrap(), None);
    assert_eq!(reserve("two", 3, 10).await, Reservation::Done);
    assert_eq!(functions.reserve(&elsewhere.arn, Some(10), 10).await.unwrap(), Reservation::Done);
    // Where the limit was lowered meanwhile, less is still fine, and more is not.
    assert_eq!(reserve("one", 6, 5).await, Reservation::Done);
    assert_eq!(reserve("one", 7, 5).await, Reservation::TooMuch);
    let usage = functions.usage(&AccountId::local(), &Region::local()).await.unwrap();
    assert_eq!(usage.reserved_concurrency, 9);
}

async fn of_many_who_reserve_at_a_time_no_more_than_allowed_succeed(storage: &Storage) {
    let mut callers = JoinSet::new();
    for number in 0..20 {
        let functions = storage.functions();
        callers.spawn(async move {
            let name = format!("function-{number}");
            functions.create(function(&name)).await.unwrap();
            functions.reserve(&arn(&name), Some(3), 10).await.unwrap()
        });
    }
    let results = callers.join_all().await;
    assert_eq!(results.iter().filter(|result| **result == Reservation::Done).count(), 3);
}

async fn an_update_keeps_the_reservation_and_a_deletion_frees_it(storage: &Storage) {
    let functions = storage.functions();
    functions.create(function("hello")).await.unwrap();
    functions.reserve(&arn("hello"), Some(5), PLENTY).await.unwrap();
    let mut changed = function("hello");
    changed.revision = revision(2);
    assert!(functions.replace(revision(1), changed).await.unwrap());
    assert_eq!(functions.reserved(&arn("hello")).await.unwrap(), Some(5));
    functions.delete(&arn("hello")).await.unwrap();
    functions.create(function("hello")).await.unwrap();
    assert_eq!(functions.reserved(&arn("hello")).await.unwrap(), None);
}

async fn every_reservation_is_told(storage: &Storage) {
    let functions = storage.functions();
    let mut elsewhere = function("three");
    elsewhere.arn.account = "111111111111".parse().unwrap();
    for function in [function("one"), function("two"), elsewhere.clone()] {
        functions.create(function).await.unwrap();
    }
    functions.reserve(&arn("two"), Some(0), PLENTY).await.unwrap();
    functions.reserve(&elsewhere.arn, Some(4), PLENTY).await.unwrap();
    assert_eq!(functions.reservations().await.unwrap(), [(arn("two"), 0), (elsewhere.arn, 4)]);
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
    reserved_concurrency_is_kept_until_it_is_removed,
    an_account_reserves_no_more_than_it_may_in_a_region,
    of_many_who_reserve_at_a_time_no_more_than_allowed_succeed,
    an_update_keeps_the_reservation_and_a_deletion_frees_it,
    every_reservation_is_told,
    what_has_begun_and_not_ended_is_unsettled,
    each_package_that_any_function_uses_is_named_once,
];
