use std::collections::VecDeque;
use std::time::Duration;

use proptest::prelude::*;

use super::*;

fn arn(name: &str) -> FunctionArn {
    FunctionArn { region: Region::local(), account: AccountId::local(), name: name.parse().unwrap() }
}

/// Of a version that has nothing provisioned.
fn none() -> Arc<Allotment> {
    Arc::default()
}

fn available(environments: u32) -> Arc<Allotment> {
    let allotment = none();
    allotment.set_available(environments);
    allotment
}

fn refused(admission: &Arc<Admission>, share: &Arc<Share>) -> ThrottleReason {
    match admission.admit(share, &none()) {
        Err(InvokeError::Throttled(reason)) => reason,
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it is admitted"),
    }
}

#[tokio::test]
async fn as_many_as_the_limit_are_admitted_at_a_time() {
    let admission = Arc::new(Admission::new(2));
    let (one, other) = (admission.share(&arn("one")), admission.share(&arn("other")));
    let first = admission.admit(&one, &none()).map_err(|_| ()).unwrap();
    let _second = admission.admit(&other, &none()).map_err(|_| ()).unwrap();
    assert_eq!(refused(&admission, &one), ThrottleReason::ConcurrentInvocationLimitExceeded);
    drop(first);
    assert!(admission.admit(&one, &none()).is_ok());
    assert_eq!((admission.admitted(), admission.throttled(), one.throttles()), (3, 1, 1));
}

#[tokio::test]
async fn regions_and_accounts_have_limits_of_their_own() {
    let admission = Arc::new(Admission::new(1));
    let mut elsewhere = arn("one");
    elsewhere.region = "eu-west-1".parse().unwrap();
    let _here = admission.admit(&admission.share(&arn("one")), &none()).map_err(|_| ()).unwrap();
    assert!(admission.admit(&admission.share(&elsewhere), &none()).is_ok());
}

#[tokio::test]
async fn a_function_runs_as_often_at_once_as_it_has_reserved() {
    let admission = Arc::new(Admission::new(10));
    admission.reserve(&arn("one"), Some(2));
    let share = admission.share(&arn("one"));
    let permits: Vec<_> = (0..2).map(|_| admission.admit(&share, &none()).map_err(|_| ()).unwrap()).collect();
    let reason = ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded;
    assert_eq!(refused(&admission, &share), reason);
    drop(permits);
    admission.reserve(&arn("one"), Some(0));
    assert_eq!(refused(&admission, &share), reason);
    admission.reserve(&arn("one"), None);
    assert!(admission.admit(&share, &none()).is_ok());
}

#[tokio::test]
async fn what_one_function_has_reserved_no_other_takes() {
    let admission = Arc::new(Admission::new(10));
    admission.reserve(&arn("one"), Some(4));
    let other = admission.share(&arn("other"));
    let _others: Vec<_> = (0..6).map(|_| admission.admit(&other, &none()).map_err(|_| ()).unwrap()).collect();
    assert_eq!(refused(&admission, &other), ThrottleReason::ConcurrentInvocationLimitExceeded);
    let one = admission.share(&arn("one"));
    let _ones: Vec<_> = (0..4).map(|_| admission.admit(&one, &none()).map_err(|_| ()).unwrap()).collect();
}

#[tokio::test]
async fn what_one_version_has_provisioned_nobody_else_takes() {
    let admission = Arc::new(Admission::new(10));
    admission.provision(&arn("one"), 4);
    let (one, allotment) = (admission.share(&arn("one")), available(4));
    let unreserved: Vec<_> =
        (0..6).map(|_| admission.admit(&one, &none()).map_err(|_| ()).unwrap()).collect();
    let reason = ThrottleReason::ConcurrentInvocationLimitExceeded;
    assert_eq!(refused(&admission, &one), reason);
    let provisioned: Vec<_> =
        (0..4).map(|_| admission.admit(&one, &allotment).map_err(|_| ()).unwrap()).collect();
    assert!(admission.admit(&one, &allotment).is_err(), "it spills over into what is full");
    drop(unreserved);
    assert_eq!(admission.admit(&one, &allotment).map_err(|_| ()).unwrap().part, Part::Unreserved);
    drop(provisioned);
    assert_eq!(admission.admit(&one, &allotment).map_err(|_| ()).unwrap().part, Part::Provisioned);
}

#[tokio::test]
async fn what_is_provisioned_is_a_part_of_what_is_reserved() {
    let admission = Arc::new(Admission::new(10));
    admission.reserve(&arn("one"), Some(3));
    admission.provision(&arn("one"), 2);
    let (one, other, allotment) =
        (admission.share(&arn("one")), admission.share(&arn("other")), available(2));
    let _others: Vec<_> = (0..7).map(|_| admission.admit(&other, &none()).map_err(|_| ()).unwrap()).collect();
    let latest = admission.admit(&one, &none()).map_err(|_| ()).unwrap();
    let reason = ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded;
    assert_eq!(refused(&admission, &one), reason);
    let _both: Vec<_> = (0..2).map(|_| admission.admit(&one, &allotment).map_err(|_| ()).unwrap()).collect();
    drop(latest);
    assert_eq!(admission.admit(&one, &allotment).map_err(|_| ()).unwrap().part, Part::Reserved);
}

#[tokio::test]
async fn a_function_that_has_provisioned_all_it_has_reserved_runs_nothing_else() {
    let admission = Arc::new(Admission::new(10));
    admission.reserve(&arn("one"), Some(2));
    admission.provision(&arn("one"), 2);
    let reason = ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded;
    assert_eq!(refused(&admission, &admission.share(&arn("one"))), reason);
    assert!(admission.admit(&admission.share(&arn("one")), &available(2)).is_ok());
}

#[tokio::test]
async fn a_refused_invocation_takes_nothing_of_what_is_provisioned() {
    let admission = Arc::new(Admission::new(10));
    admission.reserve(&arn("one"), Some(0));
    let (one, allotment) = (admission.share(&arn("one")), available(1));
    assert!(admission.admit(&one, &allotment).is_err());
    admission.reserve(&arn("one"), Some(1));
    admission.provision(&arn("one"), 1);
    assert!(admission.admit(&one, &allotment).is_ok());
}

#[tokio::test]
async fn a_deleted_function_frees_what_it_had_reserved_and_provisioned() {
    let admission = Arc::new(Admission::new(1));
    admission.reserve(&arn("one"), Some(1));
    admission.provision(&arn("one"), 1);
    let other = admission.share(&arn("other"));
    assert_eq!(refused(&admission, &other), ThrottleReason::ConcurrentInvocationLimitExceeded);
    admission.forget(&arn("one"));
    assert!(admission.admit(&other, &none()).is_ok());
}

#[tokio::test(start_paused = true)]
async fn ten_requests_come_per_second_for_each_that_may_run_at_once() {
    let admission = Arc::new(Admission::new(3));
    admission.reserve(&arn("one"), Some(2));
    let (one, other) = (admission.share(&arn("one")), admission.share(&arn("other")));
    let admitted = |share: &Arc<Share>| (0..100).filter(|_| admission.admit(share, &none()).is_ok()).count();
    assert_eq!((admitted(&one), admitted(&other)), (20, 10));
    let reason = ThrottleReason::ReservedFunctionInvocationRateLimitExceeded;
    assert_eq!(refused(&admission, &one), reason);
    assert_eq!(refused(&admission, &other), ThrottleReason::FunctionInvocationRateLimitExceeded);
    tokio::time::advance(Duration::from_millis(500)).await;
    assert_eq!((admitted(&one), admitted(&other)), (10, 5));
}

#[tokio::test(start_paused = true)]
async fn a_function_grows_by_a_thousand_environments_in_ten_seconds() {
    let admission = Arc::new(Admission::new(5000));
    let (one, other) = (admission.share(&arn("one")), admission.share(&arn("other")));
    let grown = |share: &Share| (0..2000).filter(|_| admission.scale(share).is_ok()).count();
    assert_eq!((grown(&one), grown(&other)), (1000, 1000));
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(grown(&one), 100);
}

#[tokio::test]
async fn closing_waits_for_what_runs_and_admits_nothing_more() {
    let admission = Arc::new(Admission::new(2));
    let share = admission.share(&arn("one"));
    let permit = admission.admit(&share, &none()).map_err(|_| ()).unwrap();
    let mut closing = Box::pin(admission.close());
    assert!(poll_once(&mut closing).await.is_pending());
    assert!(matches!(admission.admit(&share, &none()), Err(InvokeError::Service(_))));
    drop(permit);
    closing.await;
}

async fn poll_once<F: Future + Unpin>(future: &mut F) -> std::task::Poll<F::Output> {
    std::future::poll_fn(|context| std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context)))
        .await
}

#[test]
fn many_threads_count_as_exactly_as_one() {
    let admission = Arc::new(Admission::new(8));
    admission.reserve(&arn("0"), Some(2));
    std::thread::scope(|scope| {
        for number in 0..4 {
            let admission = &admission;
            scope.spawn(move || {
                let share = admission.share(&arn(&(number % 2).to_string()));
                for _ in 0..2000 {
                    let permit = admission.admit(&share, &none());
                    assert!(admission.running() <= 8);
                    drop(permit);
                }
            });
        }
    });
    assert_eq!(admission.running(), 0);
    assert!(admission.shares().iter().all(|(_, share)| share.running() == 0));
}

#[derive(Clone, Debug)]
enum Step {
    Admit(usize),
    /// The invocation that has run the longest ends.
    End,
    Reserve(usize, Option<u32>),
    /// So many are wanted, and so many of them are there.
    Provision(usize, u32, u32),
    Forget(usize),
    Wait(Duration),
}

fn step() -> impl Strategy<Value = Step> {
    let function = 0..3usize;
    prop_oneof![
        6 => function.clone().prop_map(Step::Admit),
        3 => Just(Step::End),
        1 => (function.clone(), proptest::option::of(0..4u32)).prop_map(|(f, n)| Step::Reserve(f, n)),
        1 => (function.clone(), 0..4u32, 0..4u32).prop_map(|(f, n, m)| Step::Provision(f, n, m.min(n))),
        1 => function.prop_map(Step::Forget),
        1 => (0..500u64).prop_map(|millis| Step::Wait(Duration::from_millis(millis))),
    ]
}

const LIMIT: u32 = 12;

proptest! {
    #[test]
    fn never_more_than_the_limits_and_every_permit_comes_back(steps in proptest::collection::vec(step(), 0..200)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let admission = Arc::new(Admission::new(LIMIT));
            let functions = ["a", "b", "c"].map(|name| (arn(name), none()));
            let mut running = VecDeque::new();
            for step in steps {
                match step {
                    Step::Admit(number) => admit(&admission, &functions, number, &mut running)?,
                    Step::End => drop(running.pop_front()),
                    Step::Reserve(number, reserved) => admission.reserve(&functions[number].0, reserved),
                    Step::Provision(number, requested, available) => {
                        let (function, allotment) = &functions[number];
                        admission.provision(function, requested);
                        allotment.set_available(available);
                    }

                    Step::Forget(number) => {
                        let (function, allotment) = &functions[number];
                        allotment.set_available(0);
                        admission.forget(function);
                    }
                    Step::Wait(duration) => tokio::time::advance(duration).await,
                }
                prop_assert_eq!(admission.running() as usize, running.len());
            }
            running.clear();
            prop_assert_eq!(admission.running(), 0);
            prop_assert!(admission.shares().iter().all(|(_, share)| share.running() == 0));
            Ok(())
        })?;
    }
}

/// Admits one more, and checks the verdict against the limits as they are stated.
fn admit(
    admission: &Arc<Admission>,
    functions: &[(FunctionArn, Arc<Allotment>)],
    number: usize,
    running: &mut VecDeque<Permit>,
) -> Result<(), TestCaseError> {
    let (function, allotment) = &functions[number];
    let share = admission.share(function);
    let (all, own) = (admission.running(), share.running());
    let of = |part: Part| running.iter().filter(move |permit| permit.part == part);
    let provisioned =
        of(Part::Provisioned).filter(|permit| Arc::ptr_eq(&permit.share, &share)).count() as u32;
    let set_aside: u32 = admission.shares().iter().map(|(_, share)| share.set_aside()).sum();
    let free = |part| match (part, share.reserved()) {
        (Part::Provisioned, reserved) => own < reserved.unwrap_or(u32::MAX),
        (Part::Reserved, reserved) => {
            own < reserved.unwrap()
                && own - provisioned < reserved.unwrap().saturating_sub(share.provisioned())
        }
        (Part::Unreserved, _) => (of(part).count() as u32) < LIMIT.saturating_sub(set_aside),
    };
    let on_demand = share.reserved().map_or(Part::Unreserved, |_| Part::Reserved);
    match admission.admit(&share, allotment) {
        Ok(permit) => {
            prop_assert!(all < LIMIT && free(permit.part));
            running.push_back(permit);
        }
        Err(InvokeError::Throttled(
            ThrottleReason::FunctionInvocationRateLimitExceeded
            | ThrottleReason::ReservedFunctionInvocationRateLimitExceeded,
        )) => prop_assert!(all < LIMIT && free(on_demand)),
        Err(_) => prop_assert!(all >= LIMIT || !free(on_demand) || !free(Part::Provisioned)),
    }
    Ok(())
}
