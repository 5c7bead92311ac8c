//! The way of a request from the socket to the handler of its operation.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use hob_types::{ManualClock, SeededRandom, Timestamp};
use hob_wire::{
    App, AwsError, Body, Endpoint, Guard, Handle, NoKeys, Operation, RequestContext, Service, Settings,
    fuzzing,
};
use http::{Request, StatusCode};

use super::shapes;

/// Routed, read into the shape of whichever operation it is and checked against the model. The request is
/// written as [`fuzzing::request`] reads it.
pub async fn rest_json_request(bytes: &[u8]) {
    static APP: LazyLock<App> = LazyLock::new(app);
    let Some((parts, body)) = fuzzing::request(bytes) else { return };
    let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 50_000));
    let request = Request::from_parts(parts, Body::new(Bytes::copy_from_slice(body)));
    let answer = APP.handle(&Endpoint::Network(peer), peer, request).await;
    assert_ne!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

fn app() -> App {
    let settings = Settings {
        clock: Arc::new(ManualClock::at(Timestamp::EPOCH)),
        random: Arc::new(SeededRandom::new(1)),
        keys: Arc::new(NoKeys),
        verify_signatures: false,
        guard: Guard::default(),
    };
    App::new(settings).with_service(service())
}

fn service() -> impl Service {
    shapes::service(Arc::new(Nothing))
}

/// Has nothing of what it is asked for.
struct Nothing;

impl<O: Operation> Handle<O> for Nothing {
    async fn handle(&self, _: &RequestContext, input: O::Input) -> Result<O::Output, AwsError> {
        let mut operations = service().model().operations.iter();
        if let Some(operation) = operations.find(|operation| operation.route.name == O::NAME) {
            fuzzing::reads_back(&input, operation.input);
        }
        Err(AwsError::new("ResourceNotFoundException", "There is nothing."))
    }
}
