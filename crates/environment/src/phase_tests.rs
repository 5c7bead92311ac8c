use proptest::prelude::*;

use super::*;

const TIMEOUT: Duration = Duration::from_secs(3);

const GRACE: Duration = Duration::from_millis(100);

const IDLENESS: Idleness = Idleness { freeze_after: Some(GRACE), timeout: Some(Duration::from_secs(300)) };

/// Applies events one second apart and prints what happened, as a story to compare.
fn story(events: &[Event]) -> Vec<Vec<Action>> {
    story_from(Phase::Created, events)
}

fn story_from(mut phase: Phase, events: &[Event]) -> Vec<Vec<Action>> {
    let mut now = start();
    events
        .iter()
        .map(|&event| {
            now += Duration::from_secs(1);
            let (next, actions) = on_event(phase, event, now);
            phase = next;
            actions
        })
        .collect()
}

fn start() -> Instant {
    // Any moment will do: nothing here waits.
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    *START.get_or_init(Instant::now)
}

fn invoke() -> Event {
    Event::Invoke { timeout: TIMEOUT }
}

fn initialise() -> Event {
    Event::Initialise { limit: Duration::from_secs(130) }
}

fn second() -> Option<Duration> {
    Some(Duration::from_secs(1))
}

fn init_report(phase: InitPhase, failure: InitFailure) -> Action {
    Action::ReportInit { phase, duration: Duration::from_secs(1), failure }
}

#[test]
fn an_environment_whose_sandbox_has_ended_is_given_up_if_nobody_has_it() {
    let killed = Event::Exited(Exit::Signal(9));
    assert_eq!(
        story(&[invoke(), Event::NextPolled, killed, Event::Useless, Event::End])[2..],
        [
            vec![Action::Answer(Answer::Exited(Exit::Signal(9))), Action::Available],
            vec![Action::Expire],
            vec![]
        ]
    );
}

#[test]
fn the_first_invocation_starts_the_program_and_the_second_finds_it_ready() {
    assert_eq!(
        story(&[
            invoke(),
            Event::NextPolled,
            Event::ResponsePosted,
            Event::NextPolled,
            invoke(),
            Event::ResponsePosted,
        ]),
        [
            vec![Action::StartProgram],
            vec![Action::Deliver { init: second() }],
            vec![Action::Answer(Answer::Posted), Action::Accept],
            vec![Action::Available],
            vec![Action::Deliver { init: None }],
            vec![Action::Answer(Answer::Posted), Action::Accept],
        ]
    );
}

#[test]
fn an_init_that_fails_is_run_again_within_the_invocation() {
    let exit = Exit::Status(1);
    assert_eq!(
        story(&[invoke(), Event::Exited(exit), Event::NextPolled, Event::ResponsePosted]),
        [
            vec![Action::StartProgram],
            vec![init_report(InitPhase::Init, InitFailure::Exited(exit)), Action::StartProgram],
            vec![Action::Deliver { init: None }],
            vec![Action::Answer(Answer::Posted), Action::Accept],
        ]
    );
}

#[test]
fn an_init_error_that_is_posted_twice_is_the_answer() {
    let exit = Exit::Signal(9);
    assert_eq!(
        story(&[
            invoke(),
            Event::InitErrorPosted,
            Event::Exited(exit),
            Event::InitErrorPosted,
            Event::Exited(exit),
            invoke(),
        ]),
        [
            vec![Action::StartProgram],
            vec![Action::Accept, init_report(InitPhase::Init, InitFailure::Posted), Action::KillProgram,],
            vec![Action::StartProgram],
            vec![
                Action::Accept,
                init_report(InitPhase::Invoke, InitFailure::Posted),
                Action::Answer(Answer::InitError),
                Action::KillProgram,
            ],
            vec![Action::Available],
            vec![Action::StartProgram],
        ]
    );
}

#[test]
fn an_environment_whose_program_cannot_be_started_is_given_up() {
    assert_eq!(
        story(&[invoke(), Event::StartFailed, Event::StartFailed, invoke()])[1..],
        [
            vec![init_report(InitPhase::Init, InitFailure::NotStarted), Action::StartProgram],
            vec![init_report(InitPhase::Invoke, InitFailure::NotStarted), Action::Answer(Answer::NotStarted),],
            vec![Action::TurnAway],
        ]
    );
}

#[test]
fn an_init_has_ten_seconds_and_then_the_functions_timeout() {
    let deadline = |phase: Phase| phase.due(IDLENESS);
    let (init, _) = on_event(Phase::Created, invoke(), start());
    assert_eq!(deadline(init), Some((start() + Duration::from_secs(10), Event::DeadlinePassed)));
    let (stopping, _) = on_event(init, Event::DeadlinePassed, start());
    let (again, _) = on_event(stopping, Event::Exited(Exit::Signal(9)), start());
    assert_eq!(deadline(again), Some((start() + TIMEOUT, Event::DeadlinePassed)));
}

#[test]
fn an_environment_that_is_initialised_before_anybody_calls_is_available_then() {
    let initialised = Action::Initialised { duration: Duration::from_secs(1) };
    assert_eq!(
        story(&[invoke(), initialise(), Event::End])[1..],
        [vec![], vec![Action::Answer(Answer::Ended)]],
        "too late"
    );
    assert_eq!(
        story(&[initialise(), invoke(), Event::NextPolled, invoke()])[..2],
        [vec![Action::StartProgram], vec![Action::TurnAway]],
        "too early"
    );
    assert_eq!(
        story(&[initialise(), Event::NextPolled, Event::GracePassed, invoke(), Event::ResponsePosted])[1..],
        [
            vec![initialised, Action::Available],
            vec![Action::Freeze],
            vec![Action::Thaw, Action::Deliver { init: None }],
            vec![Action::Answer(Answer::Posted), Action::Accept],
        ]
    );
}

#[test]
fn an_init_before_anybody_calls_has_its_own_limit_and_one_try() {
    let (init, _) = on_event(Phase::Created, initialise(), start());
    assert_eq!(init.due(IDLENESS), Some((start() + Duration::from_secs(130), Event::DeadlinePassed)));
    let exited = Event::Exited(Exit::Status(1));
    let failures = [
        (Event::DeadlinePassed, InitFailure::TimedOut),
        (exited, InitFailure::Exited(Exit::Status(1))),
        (Event::StartFailed, InitFailure::NotStarted),
    ];
    for (event, failure) in failures {
        let given_up = vec![init_report(InitPhase::Init, failure), Action::GiveUp(failure)];
        assert_eq!(story(&[initialise(), event, invoke()])[1..], [given_up, vec![Action::TurnAway]]);
    }
    assert_eq!(
        story(&[initialise(), Event::InitErrorPosted])[1],
        [
            Action::Accept,
            init_report(InitPhase::Init, InitFailure::Posted),
            Action::GiveUp(InitFailure::Posted)
        ]
    );
}

#[test]
fn an_environment_that_is_kept_is_frozen_and_never_due_to_end() {
    let kept = Idleness { timeout: None, ..IDLENESS };
    let idle = Phase::Idle { since: start() };
    assert_eq!(idle.due(kept), Some((start() + GRACE, Event::GracePassed)));
    assert_eq!(Phase::Frozen { since: start() }.due(kept), None);
    assert_eq!(idle.due(Idleness { freeze_after: None, timeout: None }), None);
}

#[test]
fn a_timeout_answers_at_once_and_the_environment_is_available_when_the_program_is_gone() {
    assert_eq!(
        story(&[
            invoke(),
            Event::NextPolled,
            Event::DeadlinePassed,
            Event::ResponsePosted,
            Event::Exited(Exit::Signal(9)),
        ])[2..],
        [
            vec![Action::Answer(Answer::TimedOut), Action::KillProgram],
            vec![Action::Refuse(InvalidTransition { from: "InitError", to: "InvocationResponse" })],
            vec![Action::Available],
        ]
    );
}

#[test]
fn a_crash_is_answered_and_the_program_started_anew_by_the_next_invocation() {
    let exit = Exit::OutOfMemory;
    assert_eq!(
        story(&[invoke(), Event::NextPolled, Event::Exited(exit), invoke(), Event::NextPolled])[2..],
        [
            vec![Action::Answer(Answer::Exited(exit)), Action::Available],
            vec![Action::StartProgram],
            vec![Action::Deliver { init: None }],
        ]
    );
}

#[test]
fn a_runtime_that_asks_twice_gets_the_same_invocation_twice() {
    assert_eq!(
        story(&[invoke(), Event::NextPolled, Event::NextPolled])[1..],
        [vec![Action::Deliver { init: second() }], vec![Action::Redeliver]]
    );
}

#[test]
fn an_init_error_after_the_init_is_refused() {
    assert_eq!(
        story(&[invoke(), Event::NextPolled, Event::InitErrorPosted])[2],
        [Action::Refuse(InvalidTransition { from: "Running", to: "InitError" })]
    );
}

#[test]
fn a_runtime_that_answered_and_never_asks_again_is_killed_at_the_deadline() {
    assert_eq!(
        story(&[invoke(), Event::NextPolled, Event::ResponsePosted, Event::DeadlinePassed])[3],
        [Action::KillProgram]
    );
}

#[test]
fn an_idle_environment_is_frozen_after_a_grace_and_thawed_before_the_next_invocation_is_delivered() {
    assert_eq!(
        story(&[
            invoke(),
            Event::NextPolled,
            Event::ResponsePosted,
            Event::NextPolled,
            Event::GracePassed,
            invoke(),
        ])[3..],
        [vec![Action::Available], vec![Action::Freeze], vec![Action::Thaw, Action::Deliver { init: None }],]
    );
}

#[test]
fn a_frozen_environment_counts_as_unused_since_it_was_idle() {
    let idle = Phase::Idle { since: start() };
    assert_eq!(idle.due(IDLENESS), Some((start() + GRACE, Event::GracePassed)));
    let (frozen, _) = on_event(idle, Event::GracePassed, start() + GRACE);
    let end = (start() + IDLENESS.timeout.unwrap(), Event::DeadlinePassed);
    assert_eq!(frozen.due(IDLENESS), Some(end));
    assert_eq!(idle.due(Idleness { freeze_after: None, ..IDLENESS }), Some(end));
    assert_eq!(idle.due(Idleness { freeze_after: IDLENESS.timeout, ..IDLENESS }), Some(end));
}

#[test]
fn an_environment_whose_runtime_has_not_asked_for_more_is_not_frozen() {
    let answered = [invoke(), Event::NextPolled, Event::ResponsePosted, Event::GracePassed];
    for length in 1..answered.len() {
        let mut events = answered[..length].to_vec();
        events.push(Event::GracePassed);
        assert_eq!(story(&events)[length], [], "after {:?}", &answered[..length]);
    }
}

#[test]
fn a_program_that_ended_in_a_frozen_environment_is_started_in_a_thawed_one() {
    let events = [invoke(), Event::NextPolled, Event::ResponsePosted, Event::NextPolled, Event::GracePassed];
    let gone = [Event::Exited(Exit::Signal(9)), invoke()];
    assert_eq!(story(&[&events[..], &gone].concat())[5..], [vec![Action::Thaw], vec![Action::StartProgram]]);
}

#[test]
fn a_restore_ends_when_the_runtime_asks_for_its_first_invocation() {
    let restore = Duration::from_secs(1);
    let events = [invoke(), Event::NextPolled, Event::ResponsePosted, Event::NextPolled, invoke()];
    assert_eq!(
        story_from(Phase::Captured, &events),
        [
            vec![Action::StartProgram],
            vec![Action::DeliverRestored { restore }],
            vec![Action::Answer(Answer::Posted), Action::Accept],
            vec![Action::Available],
            vec![Action::Deliver { init: None }],
        ]
    );
}

#[test]
fn a_restore_that_fails_is_the_answer_and_the_end() {
    let failed = |failure| {
        let report = Action::ReportRestore { duration: Duration::from_secs(1), failure };
        vec![report, Action::Answer(Answer::NotRestored(failure))]
    };
    let after = |event| story_from(Phase::Captured, &[invoke(), event, invoke()])[1..].to_vec();
    let end = vec![Action::TurnAway];
    for event in [Event::RestoreErrorPosted, Event::InitErrorPosted] {
        let posted = [vec![Action::Accept], failed(InitFailure::Posted)].concat();
        assert_eq!(after(event), [posted, end.clone()]);
    }
    let exit = Exit::Status(65);
    assert_eq!(after(Event::Exited(exit)), [failed(InitFailure::Exited(exit)), end.clone()]);
    assert_eq!(after(Event::StartFailed), [failed(InitFailure::NotStarted), end.clone()]);
    assert_eq!(after(Event::DeadlinePassed), [failed(InitFailure::TimedOut), end]);
    let (phase, _) = on_event(Phase::Captured, invoke(), start());
    assert_eq!(phase.due(IDLENESS), Some((start() + RESTORE_LIMIT, Event::DeadlinePassed)));
}

#[test]
fn a_restore_error_where_nothing_is_restored_is_refused() {
    let refused = |from| vec![Action::Refuse(InvalidTransition { from, to: "RuntimeRestoreErrorState" })];
    let events = [invoke(), Event::NextPolled, Event::RestoreErrorPosted];
    assert_eq!(story(&events)[2], refused("Running"));
    assert_eq!(story_from(Phase::Captured, &events)[2], refused("Running"));
}

#[test]
fn ending_an_environment_answers_the_invocation_it_has() {
    assert_eq!(story(&[invoke(), Event::End])[1], [Action::Answer(Answer::Ended)]);
    assert_eq!(story(&[Event::End])[0], []);
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(invoke()),
        Just(Event::NextPolled),
        Just(Event::ResponsePosted),
        Just(Event::InitErrorPosted),
        Just(Event::RestoreErrorPosted),
        Just(Event::StartFailed),
        Just(Event::Exited(Exit::Status(1))),
        Just(Event::Exited(Exit::OutOfMemory)),
        Just(Event::DeadlinePassed),
        Just(Event::GracePassed),
        Just(Event::Useless),
        Just(initialise()),
        Just(Event::End),
    ]
}

proptest! {
    #[test]
    fn an_accepted_invocation_is_answered_exactly_once_and_never_given_to_a_frozen_runtime(
        captured: bool,
        events in proptest::collection::vec(any_event(), 0..60),
    ) {
        let mut phase = if captured { Phase::Captured } else { Phase::Created };
        let mut now = start();
        // Whether an invocation was taken and not yet answered, and whether another may be handed over.
        let (mut owed, mut available) = (0, true);
        let mut frozen = false;
        for event in events.into_iter().chain([Event::End]) {
            now += Duration::from_millis(700);
            let (next, actions) = on_event(phase, event, now);
            if matches!((phase, event), (Phase::Created, Event::Initialise { .. })) {
                available = false;
            }
            if let Event::Invoke { .. } = event {
                if actions.contains(&Action::TurnAway) {
                    prop_assert!(!available || phase == Phase::Closed, "{phase:?} turned away");
                } else {
                    prop_assert!(available, "{phase:?} took two invocations");
                    (owed, available) = (owed + 1, false);
                }
            }
            for action in actions {
                match action {
                    Action::Answer(_) => owed -= 1,
                    Action::Deliver { .. } | Action::DeliverRestored { .. } | Action::Redeliver => prop_assert_eq!((owed, frozen), (1, false)),
                    Action::Freeze => {
                        prop_assert_eq!((owed, available, frozen), (0, true, false));
                        frozen = true;
                    }
                    Action::Thaw => frozen = false,
                    Action::Available => {
                        prop_assert!(!available);
                        available = true;
                    }
                    Action::StartProgram => prop_assert!(next.has_program() && !frozen),
                    _ => {}
                }
            }
            prop_assert_eq!(owed == 1, next.owes_an_answer(), "{:?} after {:?}", next, event);
            phase = next;
        }
        prop_assert_eq!((phase, owed), (Phase::Closed, 0));
    }
}
