//! The rules at work together, on stores in memory.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use hob_invoke::FunctionVersion;
use hob_storage::{Architecture, Changed, FunctionChange, FunctionRecord, FunctionState, LastUpdate};
use hob_types::{AccountId, Qualifier, Region, RequestId, Sha256Digest, Version};
use tokio::task::JoinSet;

use super::source::CodeSource;
use super::{
    Collaborators, ConfigurationChange, CreateFunction, CreateFunctionError, Functions, InvokeFunction,
    InvokeFunctionError, Packages, StorePackageError, Target, UpdateCode, UpdateCodeError, UpdateRefused,
};
use crate::Limits;
use crate::package::PackageError;
use crate::signing::SigningProfiles;
use crate::testing::{World, arn, zip_of};

fn functions(world: &World) -> Arc<Functions> {
    Arc::new(Functions::new(Collaborators {
        store: world.storage.functions(),
        resources: world.storage.resources(),
        packages: Packages::new(world.storage.code(), world.clock(), SigningProfiles::default()),
        invoker: world.invoker.clone(),
        neighbours: world.neighbours.clone(),
        clock: world.clock(),
        random: world.random.clone(),
        limits: Limits { concurrency: 1000, code_storage: Limits::CODE_STORAGE },
    }))
}

fn target(name: &str) -> Target {
    Target::resolve(&Region::local(), &AccountId::local(), name, None).unwrap()
}

fn creation(name: &str, code: &str) -> CreateFunction {
    CreateFunction {
        arn: arn(name),
        role: "arn:aws:iam::000000000000:role/any".to_owned(),
        source: CodeSource::Zip(zip_of(code)),
        architecture: Architecture::X86_64,
        layers: Vec::new(),
        configuration: ConfigurationChange {
            runtime: Some("python3.12".to_owned()),
            handler: Some("app.handler".to_owned()),
            ..Default::default()
        },
        tags: Default::default(),
        code_signing_config: None,
        publish: false,
    }
}

fn runnable(functions: &Functions) -> Option<Arc<FunctionVersion>> {
    let latest = Qualifier::Version(Version::Latest);
    functions.runnable.get(&arn("fn"), &latest, &*functions.random)
}

fn new_code(name: &str, code: &str) -> UpdateCode {
    UpdateCode {
        target: target(name),
        source: CodeSource::Zip(zip_of(code)),
        architecture: None,
        expected: None,
        publish: false,
        dry_run: false,
    }
}

async fn active(functions: &Functions, name: &str, code: &str) {
    functions.create(creation(name, code)).await.unwrap();
    functions.settle_now().await;
}

/// What `app.py` holds that an invocation would run now.
async fn code_run(functions: &Functions, world: &World, name: &str) -> Result<String, InvokeFunctionError> {
    let invoke = InvokeFunction {
        source: hob_types::InvocationSource::Invoke,
        request_id: RequestId::random(&*world.random),
        payload: Default::default(),
        client_context: None,
        trace_header: None,
        log_tail: false,
    };
    functions.invoke(&target(name), invoke).await?;
    let invocation = world.invoker.invocations.lock().unwrap().pop().unwrap();
    Ok(fs::read_to_string(invocation.version.code.join("app.py")).unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_function_is_pending_until_it_is_settled() {
    let world = World::new();
    let functions = functions(&world);
    let created = functions.create(creation("fn", "v1")).await.unwrap();
    assert_eq!(created.function.state, FunctionState::Pending);
    let refused = code_run(&functions, &world, "fn").await;
    assert!(matches!(refused, Err(InvokeFunctionError::NotActive("Pending"))));
    functions.settle_now().await;
    assert_eq!(functions.get_latest(&target("fn")).await.unwrap().state, FunctionState::Active);
    assert_eq!(code_run(&functions, &world, "fn").await.unwrap(), "v1");
}

#[tokio::test]
async fn the_first_invocation_of_an_active_function_asks_no_store() {
    let world = World::new();
    let functions = functions(&world);
    active(&functions, "fn", "v1").await;
    assert!(runnable(&functions).is_some());
    functions.update_code(new_code("fn", "v2")).await.unwrap();
    functions.settle_now().await;
    let revision = functions.get_latest(&target("fn")).await.unwrap().revision;
    assert_eq!(runnable(&functions).unwrap().revision, revision);
}

#[tokio::test(start_paused = true)]
async fn who_asks_for_a_function_waits_a_moment_for_it_to_settle() {
    let world = World::new();
    let functions = functions(&world);
    functions.create(creation("fn", "v1")).await.unwrap();
    let target = target("fn");
    assert_eq!(functions.get_settled(&target).await.unwrap().function.state, FunctionState::Pending);
    let (found, run, ()) = tokio::join!(
        functions.get_settled(&target),
        code_run(&functions, &world, "fn"),
        functions.settle_now()
    );
    assert_eq!(found.unwrap().function.state, FunctionState::Active);
    assert_eq!(run.unwrap(), "v1");
}

#[tokio::test]
async fn functions_settle_in_the_background() {
    let world = World::new();
    let functions = functions(&world);
    let mut background = JoinSet::new();
    background.spawn(functions.clone().keep_settling());
    functions.create(creation("fn", "v1")).await.unwrap();
    let settled = async { while functions.get_settled(&target("fn")).await.unwrap().is_unsettled() {} };
    tokio::time::timeout(Duration::from_secs(60), settled).await.expect("it settles");
}

#[tokio::test]
async fn a_start_settles_what_a_crash_interrupted() {
    let world = World::new();
    functions(&world).create(creation("fn", "v1")).await.unwrap();
    let after_the_crash = functions(&world);
    after_the_crash.settle_now().await;
    assert_eq!(code_run(&after_the_crash, &world, "fn").await.unwrap(), "v1");
}

#[tokio::test]
async fn a_start_settles_an_update_that_a_crash_interrupted() {
    let world = World::new();
    let before_the_crash = functions(&world);
    active(&before_the_crash, "fn", "v1").await;
    before_the_crash.update_code(new_code("fn", "v2")).await.unwrap();
    let after_the_crash = functions(&world);
    after_the_crash.settle_now().await;
    let settled = after_the_crash.get_latest(&target("fn")).await.unwrap();
    assert_eq!(settled.last_update, LastUpdate::Successful);
    assert_eq!(code_run(&after_the_crash, &world, "fn").await.unwrap(), "v2");
}

#[tokio::test]
async fn an_empty_payload_is_an_empty_object() {
    let world = World::new();
    let functions = functions(&world);
    active(&functions, "fn", "v1").await;
    let invoke = InvokeFunction {
        source: hob_types::InvocationSource::Invoke,
        request_id: RequestId::random(&*world.random),
        payload: Default::default(),
        client_context: None,
        trace_header: None,
        log_tail: false,
    };
    functions.invoke(&target("fn"), invoke).await.unwrap();
    assert_eq!(&world.invoker.invocations.lock().unwrap()[0].payload[..], b"{}");
}

#[tokio::test]
async fn until_an_update_is_settled_invocations_run_the_old_code() {
    let world = World::new();
    let functions = functions(&world);
    active(&functions, "fn", "v1").await;
    assert_eq!(code_run(&functions, &world, "fn").await.unwrap(), "v1");
    let updated = functions.update_code(new_code("fn", "v2")).await.unwrap();
    assert_eq!(updated.function.last_update, LastUpdate::InProgress);
    assert_eq!(code_run(&functions, &world, "fn").await.unwrap(), "v1");
    functions.settle_now().await;
    assert_eq!(code_run(&functions, &world, "fn").await.unwrap(), "v2");
    let revision = functions.get_latest(&target("fn")).await.unwrap().revision;
    let (retired, _, kept) = world.invoker.retired.lock().unwrap().pop().unwrap();
    assert_eq!((retired, kept), (arn("fn"), Some(revision)));
}

#[tokio::test]
async fn of_two_updates_at_once_one_is_refused() {
    let world = World::new();
    let functions = functions(&world);
    active(&functions, "fn", "v1").await;
    let target = target("fn");
    let (one, other) = tokio::join!(
        functions.update_code(new_code("fn", "v2")),
        functions.update_configuration(&target, ConfigurationChange::default(), None, None)
    );
    assert_ne!(one.is_ok(), other.is_ok());
}

#[tokio::test]
async fn a_dry_run_checks_the_code_and_changes_nothing() {
    let world = World::new();
    let functions = functions(&world);
    active(&functions, "fn", "v1").await;
    let before = functions.get_latest(&target("fn")).await.unwrap();
    let would_be = functions.update_code(UpdateCode { dry_run: true, ..new_code("fn", "v2") }).await.unwrap();
    assert_ne!(would_be.function.code, before.code);
    assert_eq!(functions.get_latest(&target("fn")).await.unwrap(), before);
    let broken =
        UpdateCode { dry_run: true, source: CodeSource::Zip("no zip".into()), ..new_code("fn", "v2") };
    assert!(matches!(
        functions.update_code(broken).await,
        Err(UpdateCodeError::Package(StorePackageError::Package(PackageError::Malformed(_))))
    ));
}

#[tokio::test]
async fn an_update_of_a_pending_function_is_refused() {
    let world = World::new();
    let functions = functions(&world);
    functions.create(creation("fn", "v1")).await.unwrap();
    let refused = functions.update_code(new_code("fn", "v2")).await;
    assert!(matches!(refused, Err(UpdateCodeError::Refused(UpdateRefused::NotActive("Pending")))));
}

#[tokio::test]
async fn a_reservation_holds_even_if_its_caller_has_gone_away() {
    let world = World::new();
    let functions = functions(&world);
    active(&functions, "fn", "v1").await;
    // As if the caller had gone right after the store's commit.
    let (arn, none) = (arn("fn"), Vec::new());
    drop(functions.reserving(&arn).await);
    let store = world.storage.functions();
    let function = store.get(&arn).await.unwrap().unwrap();
    let reserved = FunctionRecord { reserved_concurrency: Some(5), ..function };
    assert_eq!(store.change(FunctionChange::of(reserved)).await.unwrap(), Changed::Done);
    assert_eq!(*world.invoker.reserved.lock().unwrap(), none);
    functions.settle_reservations().await.unwrap();
    functions.settle_reservations().await.unwrap();
    assert_eq!(*world.invoker.reserved.lock().unwrap(), [(arn, Some(5))]);
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let world = World::new();
    let functions = functions(&world);
    let (one, other) =
        tokio::join!(functions.create(creation("fn", "v1")), functions.create(creation("fn", "v2")));
    let exists = |result: &Result<_, _>| matches!(result, Err(CreateFunctionError::Exists(_)));
    assert!(exists(&one) != exists(&other));
}

#[tokio::test]
async fn a_deleted_function_is_gone_at_once_and_its_environments_are_retired() {
    let world = World::new();
    let functions = functions(&world);
    active(&functions, "fn", "v1").await;
    assert!(code_run(&functions, &world, "fn").await.is_ok());
    functions.delete(&target("fn")).await.unwrap();
    let refused = code_run(&functions, &world, "fn").await;
    assert!(matches!(refused, Err(InvokeFunctionError::NotFound(_))));
    assert_eq!(world.invoker.retired.lock().unwrap().pop(), Some((arn("fn"), None, None)));
}

#[tokio::test]
async fn a_package_outlives_its_function_as_long_as_an_invocation_may_run() {
    let world = World::new();
    let functions = functions(&world);
    active(&functions, "fn", "v1").await;
    let sha256 = functions.get_latest(&target("fn")).await.unwrap().code.sha256;
    let is_kept = async |sha256: Sha256Digest| {
        functions.packages().remove_garbage(&*world.storage.functions()).await.unwrap();
        functions.packages().archive(sha256).await.unwrap().is_some()
    };
    assert!(is_kept(sha256).await);
    functions.delete(&target("fn")).await.unwrap();
    world.clock.advance(Duration::from_secs(900));
    assert!(is_kept(sha256).await);
    world.clock.advance(Duration::from_secs(900));
    assert!(!is_kept(sha256).await);
}
