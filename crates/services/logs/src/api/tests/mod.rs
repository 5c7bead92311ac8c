//! What a caller sees, operation by operation. The texts of errors are AWS's, recorded as far as
//! `api/error.rs` does not mark them.

mod events;
mod groups;
mod search;
mod streams;
mod tags;

use std::sync::Arc;

use hob_storage::Storage;
use hob_types::{AccountId, ManualClock, Random, Region, RequestId, SeededRandom, Timestamp};
use hob_wire::{AwsError, Caller, Handle, Operation, RequestContext, Source};

use super::shapes::{CreateLogGroup, CreateLogGroupRequest, CreateLogStream, CreateLogStreamRequest};
use super::shapes::{InputLogEvent, PutLogEvents, PutLogEventsRequest, PutLogEventsResponse};
use crate::Logs;

const NOW: i64 = 1_767_323_045_678;

struct Client {
    logs: Logs,
    clock: Arc<ManualClock>,
    context: RequestContext,
    _storage: Storage,
}

fn client() -> Client {
    let storage = Storage::in_memory().unwrap();
    let clock = Arc::new(ManualClock::at(Timestamp::from_millis(NOW)));
    let random: &dyn Random = &SeededRandom::new(1);
    let context = RequestContext {
        request_id: RequestId::random(random),
        region: Region::local(),
        account: AccountId::local(),
        caller: Caller { access_key_id: None, arn: String::new(), user_id: String::new() },
        base_url: String::new(),
        source: Source::Network("127.0.0.1:1".parse().unwrap()),
        trace_header: None,
    };
    Client { logs: Logs::new(storage.logs(), clock.clone()), clock, context, _storage: storage }
}

impl Client {
    async fn call<O: Operation>(&self, _: O, input: O::Input) -> Result<O::Output, AwsError>
    where
        Logs: Handle<O>,
    {
        Handle::<O>::handle(&self.logs, &self.context, input).await
    }

    /// The code and message of what must fail.
    async fn refused<O: Operation>(&self, operation: O, input: O::Input) -> (&'static str, String)
    where
        Logs: Handle<O>,
    {
        let error = self.call(operation, input).await.err().expect("an error");
        (error.code, error.message.unwrap_or_default().into_owned())
    }

    async fn create_group(&self, name: &str) {
        let input = CreateLogGroupRequest { log_group_name: text(name), ..Default::default() };
        self.call(CreateLogGroup, input).await.unwrap();
    }

    async fn create_stream(&self, group: &str, name: &str) {
        let input = CreateLogStreamRequest { log_group_name: text(group), log_stream_name: text(name) };
        self.call(CreateLogStream, input).await.unwrap();
    }

    /// Messages by how many milliseconds ago they happened.
    async fn put(&self, group: &str, stream: &str, events: &[(i64, &str)]) -> PutLogEventsResponse {
        self.call(PutLogEvents, put_request(group, stream, events)).await.unwrap()
    }
}

fn put_request(group: &str, stream: &str, events: &[(i64, &str)]) -> PutLogEventsRequest {
    let event =
        |(age, message): &(i64, &str)| InputLogEvent { timestamp: Some(NOW - age), message: text(message) };
    PutLogEventsRequest {
        log_group_name: text(group),
        log_stream_name: text(stream),
        log_events: Some(events.iter().map(event).collect()),
        ..Default::default()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "every member of a shape is optional")]
fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn not_found(what: &str) -> (&'static str, String) {
    ("ResourceNotFoundException", format!("The specified log {what} does not exist."))
}

fn invalid(message: &str) -> (&'static str, String) {
    ("InvalidParameterException", message.to_owned())
}
