//! The invocation that an environment has.

use std::time::Duration;

use hob_types::{Random, RequestId, Timestamp, Version};
use tokio::time::Instant;

use crate::environment::{Assignment, Measured, Outcome, Unavailable};
use crate::platform_event::PlatformEvent;
use crate::runtime_api::{Answer, Delivery, NextFields};

pub(crate) struct Current {
    assignment: Box<Assignment>,
    /// As the Runtime API writes it.
    request_id: String,
    /// When its time began. `None`: it has not been given to a runtime, nor has one been started again for it.
    began: Option<Instant>,
    /// Of the cold start that it waited for.
    init: Option<Duration>,
    /// Likewise, from a snapshot.
    restore: Option<Duration>,
    delivered: Option<Delivered>,
}

struct Delivered {
    /// Names this attempt to process the event.
    invocation_id: String,
    deadline_ms: i64,
}

impl Current {
    pub(crate) fn new(assignment: Box<Assignment>) -> Self {
        let request_id = assignment.request_id.to_string();
        Self { assignment, request_id, began: None, init: None, restore: None, delivered: None }
    }

    pub(crate) fn request_id(&self) -> RequestId {
        self.assignment.request_id
    }

    /// As the caller named the function.
    pub(crate) fn function_arn(&self) -> &str {
        &self.assignment.invoked_function_arn
    }

    pub(crate) fn trace_header(&self) -> &str {
        &self.assignment.trace_header
    }

    pub(crate) fn wants_log_tail(&self) -> bool {
        self.assignment.log_tail
    }

    /// A program was started on its behalf. If that is within the invocation, its time runs from here.
    pub(crate) fn program_started(&mut self, now: Instant) {
        self.began = Some(now);
    }

    /// The runtime gets it now. `init`: it waited for a cold start, which is not part of its time.
    pub(crate) fn delivered(
        &mut self,
        init: Option<Duration>,
        deadline: Instant,
        clock: Timestamp,
        random: &dyn Random,
    ) {
        let now = Instant::now();
        if self.began.is_none() || init.is_some() {
            self.began = Some(now);
        }
        self.init = init;
        self.delivered = Some(Delivered {
            invocation_id: RequestId::random(random).to_string(),
            deadline_ms: (clock + deadline.saturating_duration_since(now)).as_millis(),
        });
    }

    /// It waited for a restore, which is not part of its time. To be called before it is [`delivered`](Self::delivered).
    pub(crate) fn restored(&mut self, restore: Duration) {
        self.restore = Some(restore);
        self.began = None;
    }

    /// As `GET /next` answers it. `None`: not [`delivered`](Self::delivered) yet.
    pub(crate) fn delivery(&self) -> Option<Delivery> {
        let delivered = self.delivered.as_ref()?;
        let fields = NextFields {
            request_id: &self.request_id,
            deadline_ms: delivered.deadline_ms,
            invoked_function_arn: &self.assignment.invoked_function_arn,
            trace_id: &self.assignment.trace_header,
            client_context: self.assignment.client_context.as_deref(),
            cognito_identity: None,
            invocation_id: &delivered.invocation_id,
        };
        Some(Delivery::new(&fields, self.assignment.payload.clone()))
    }

    /// Whether a runtime's post is about this attempt. Runtimes that do not echo the attempt's id are older than it.
    pub(crate) fn recognises(&self, request_id: &[u8], invocation_id: Option<&[u8]>) -> Result<(), Answer> {
        let delivered = self.delivered.as_ref().ok_or(Answer::InvalidRequestId)?;
        if request_id != self.request_id.as_bytes() {
            return Err(Answer::InvalidRequestId);
        }
        match invocation_id {
            Some(id) if id != delivered.invocation_id.as_bytes() => Err(Answer::InvalidInvocationId),
            _ => Ok(()),
        }
    }

    /// Logged when the runtime gets the invocation.
    pub(crate) fn start_event(&self, version: Version) -> PlatformEvent<'_> {
        let Assignment { request_id, invoked_function_arn, .. } = &*self.assignment;
        PlatformEvent::Start { request_id: *request_id, function_arn: invoked_function_arn, version }
    }

    pub(crate) fn was_delivered(&self) -> bool {
        self.delivered.is_some()
    }

    /// `timeout`: it ran into it, and AWS reports exactly that as its duration.
    pub(crate) fn measure(&self, now: Instant, timeout: Option<Duration>) -> Measured {
        let elapsed = self.began.map_or(Duration::ZERO, |began| now - began);
        let duration = timeout.unwrap_or(elapsed);
        let start = self.init.or(self.restore).unwrap_or_default();
        Measured {
            duration,
            billed: whole_milliseconds(duration + start),
            init: self.init,
            restore: self.restore,
        }
    }

    pub(crate) fn reply(self, outcome: Result<Outcome, Unavailable>) {
        self.assignment.answer(outcome);
    }

    pub(crate) fn turn_away(self) {
        let text = "The execution environment has ended.".to_owned();
        self.assignment.answer(Err(Unavailable::Failed(text)));
    }
}

/// Rounded up, as AWS bills.
pub(crate) fn whole_milliseconds(duration: Duration) -> Duration {
    Duration::from_millis(u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX))
}
