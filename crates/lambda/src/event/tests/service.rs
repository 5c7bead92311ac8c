//! Functions as the services around them use them.

use bytes::Bytes;
use hob_delivery::{
    DeliveryError, FunctionCall, FunctionCallError, FunctionEvent, FunctionService as _, Origin,
};
use hob_types::QualifiedFunctionArn;

use super::world::{EventWorld, Reply, target};
use crate::policy::Permission;
use crate::testing::arn;

fn function(name: &str) -> QualifiedFunctionArn {
    arn(name).qualified(None)
}

fn event(payload: &str, origin: Option<Origin>) -> FunctionEvent {
    FunctionEvent { payload: Bytes::from(payload.to_owned()), trace_header: None, origin }
}

fn bucket(name: &str) -> Origin {
    Origin {
        service: "s3.amazonaws.com",
        source_arn: format!("arn:aws:s3:::{name}"),
        source_account: "000000000000".parse().unwrap(),
    }
}

fn call(payload: &str) -> FunctionCall {
    FunctionCall { payload: Bytes::from(payload.to_owned()), trace_header: None }
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_taken_runs() {
    let world = EventWorld::new(|_| Reply::Answer(0, "1"));
    world.create("fn").await;
    world.events.send(&function("fn"), event("[1]", None)).await.unwrap();
    world.pass(1).await;
    assert_eq!(&world.runs()[0].payload[..], b"[1]");
}

#[tokio::test(start_paused = true)]
async fn a_service_needs_the_functions_permission() {
    let world = EventWorld::new(|_| Reply::Answer(0, "1"));
    world.create("fn").await;
    let photos = Permission {
        statement_id: "photos".to_owned(),
        action: "lambda:InvokeFunction".to_owned(),
        principal: "s3.amazonaws.com".to_owned(),
        source_arn: Some("arn:aws:s3:::photos".to_owned()),
        ..Permission::default()
    };
    assert_eq!(world.events.permits(&function("fn"), &bucket("photos")).await, Ok(false));
    world.functions.add_permission(&target("fn"), photos, None).await.unwrap();
    assert_eq!(world.events.permits(&function("fn"), &bucket("photos")).await, Ok(true));
    assert_eq!(world.events.permits(&function("missing"), &bucket("photos")).await, Ok(false));
    let live = arn("fn").qualified("live".parse::<hob_types::Qualifier>().unwrap());
    assert_eq!(world.events.permits(&live, &bucket("photos")).await, Ok(false));
    world.events.send(&function("fn"), event("1", Some(bucket("photos")))).await.unwrap();
    let refused = world.events.send(&function("fn"), event("1", Some(bucket("other")))).await;
    assert!(matches!(refused, Err(DeliveryError::Refused(_))));
}

#[tokio::test(start_paused = true)]
async fn what_can_never_run_is_not_taken() {
    let world = EventWorld::new(|_| Reply::Answer(0, "1"));
    world.create("fn").await;
    let sent =
        async |name: &str, payload: &str| world.events.send(&function(name), event(payload, None)).await;
    assert!(matches!(sent("missing", "1").await, Err(DeliveryError::NoTarget(_))));
    assert!(matches!(sent("fn", "{nope").await, Err(DeliveryError::Refused(_))));
    let large = format!("\"{}\"", "x".repeat(1 << 20));
    assert!(matches!(sent("fn", &large).await, Err(DeliveryError::Refused(_))));
    assert!(world.is_empty().await);
}

#[tokio::test(start_paused = true)]
async fn a_call_is_answered_or_says_why_not() {
    let world = EventWorld::new(|run| match &run.payload[..] {
        b"1" => Reply::Answer(0, "2"),
        b"2" => Reply::Failure(0, "{}"),
        b"3" => Reply::Throttled,
        _ => Reply::Broken,
    });
    world.create("fn").await;
    let called = async |payload: &str| world.events.call(&function("fn"), call(payload)).await;
    let answer = called("1").await.unwrap();
    assert_eq!((&answer.payload[..], answer.failed), (&b"2"[..], false));
    assert!(called("2").await.unwrap().failed);
    assert_eq!(called("3").await, Err(FunctionCallError::Throttled));
    assert!(matches!(called("4").await, Err(FunctionCallError::Unavailable(_))));
    let missing = world.events.call(&function("missing"), call("1")).await;
    assert_eq!(missing, Err(FunctionCallError::NoFunction));
}
