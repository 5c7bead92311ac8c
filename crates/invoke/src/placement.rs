//! From admission to the answer: an invocation finds its environment, or waits for one.

use std::sync::Arc;
use std::time::Duration;

use hob_environment::{Assignment, Meter, Outcome, Unavailable, trace_header};
use hob_types::InvocationSource;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::pool::{Placement, Pool, Ticket};
use crate::pools::{Claim, Room};
use crate::{Engine, FunctionVersion, Invocation, InvocationResult, InvokeError, ThrottleReason};

/// How long an invocation waits for an environment that has just answered before it starts another. A runtime asks
/// for its next invocation within 0.1 ms; but where its share of CPU is used up, as the smallest functions' soon is,
/// it stands still for a few periods of 20 ms, and starting another would take it longer still.
const PATIENCE: Duration = Duration::from_millis(100);

type Answer = oneshot::Receiver<Result<Outcome, Unavailable>>;
type Answered = Result<Result<Outcome, Unavailable>, oneshot::error::RecvError>;

impl Engine {
    /// From admission to the answer.
    pub(crate) async fn run(&self, invocation: Invocation) -> Result<InvocationResult, InvokeError> {
        let version = Arc::clone(&invocation.version);
        let pool = self.starter.pools.of(&version, || self.admission.share(&version.arn));
        let (mut assignment, mut answer) = self.assignment(invocation, &pool)?;
        let (mut held, mut patient, mut deadline) = (None, true, None);
        loop {
            let (ticket, missing) = match pool.place(assignment, &mut held, patient) {
                Placement::Assigned => break,
                Placement::Start(assignment, claim) => {
                    self.start(&pool, &version, assignment, claim)?;
                    break;
                }
                Placement::Settling(ticket) => (ticket, None),
                Placement::NoRoom { ticket, missing } => (ticket, Some(missing)),
            };
            let queued = Queued { pool: &pool, ticket };
            let due =
                *deadline.get_or_insert_with(|| Instant::now() + self.starter.configuration.room_timeout);
            let room = tokio::select! {
                biased;
                answer = &mut answer => return self.result(answer, &pool),
                room = self.wait(&pool, missing, due) => room,
            };
            let Some(waited) = queued.take_back() else { break };
            held = merged(held, room.map_err(|TimedOut| self.no_room(&pool))?);
            (assignment, patient) = (waited, false);
        }
        drop(held);
        self.result(answer.await, &pool)
    }

    fn result(&self, answer: Answered, pool: &Pool) -> Result<InvocationResult, InvokeError> {
        match answer {
            Ok(Ok(outcome)) => Ok(InvocationResult {
                payload: outcome.payload,
                function_error: outcome.function_error,
                log_tail: outcome.log_tail,
                trace_header: outcome.trace_header,
                measured: outcome.measured,
            }),
            Ok(Err(Unavailable::NoRoom)) => Err(self.no_room(pool)),
            Ok(Err(Unavailable::Failed(text))) => Err(InvokeError::Service(text)),
            Ok(Err(Unavailable::NotRestored { error_type, message })) => {
                Err(InvokeError::NotRestored { error_type, message })
            }
            Ok(Err(Unavailable::RestoreTimedOut { limit })) => Err(InvokeError::RestoreTimedOut { limit }),
            Err(_) => Err(InvokeError::Service("The execution environment has failed.".to_owned())),
        }
    }

    /// Waits for room if some is missing, otherwise for as long as is worth waiting for an environment that has just
    /// answered.
    async fn wait(
        &self,
        pool: &Pool,
        missing: Option<Room>,
        due: Instant,
    ) -> Result<Option<Claim>, TimedOut> {
        match missing {
            Some(missing) => self.starter.pools.room(pool, missing, due).await.map(Some).ok_or(TimedOut),
            None => {
                tokio::time::sleep(PATIENCE).await;
                Ok(None)
            }
        }
    }

    /// The machine is full, which to its callers is as a limit of the account.
    fn no_room(&self, pool: &Pool) -> InvokeError {
        self.admission.throttle(&pool.share, ThrottleReason::ConcurrentInvocationLimitExceeded)
    }

    fn assignment(
        &self,
        invocation: Invocation,
        pool: &Pool,
    ) -> Result<(Box<Assignment>, Answer), InvokeError> {
        let permit = self.admission.admit(&pool.share, &pool.allotment)?;
        let (reply, answer) = oneshot::channel();
        let collaborators = &self.starter.collaborators;
        let received = invocation.trace_header.as_deref();
        let assignment = Assignment {
            request_id: invocation.request_id,
            invoked_function_arn: invocation.invoked_function_arn,
            payload: invocation.payload,
            client_context: invocation.client_context,
            trace_header: trace_header(received, collaborators.clock.now(), &*collaborators.random),
            log_tail: invocation.log_tail,
            reply,
            permit: Box::new(permit),
            meter: self.meter(invocation.version, invocation.source),
        };
        Ok((Box::new(assignment), answer))
    }

    fn meter(&self, version: Arc<FunctionVersion>, source: InvocationSource) -> Meter {
        let usage = Arc::clone(&self.starter.collaborators.usage);
        Box::new(move |outcome| usage.answered(&version, source, outcome.measured, outcome.function_error))
    }
}

/// Nobody gave up what was waited for.
struct TimedOut;

fn merged(held: Option<Claim>, more: Option<Claim>) -> Option<Claim> {
    match (held, more) {
        (Some(mut held), Some(more)) => {
            held.merge(more);
            Some(held)
        }
        (held, more) => held.or(more),
    }
}

/// A place in a pool's queue, given up when nobody waits any more.
struct Queued<'a> {
    pool: &'a Pool,
    ticket: Ticket,
}

impl Queued<'_> {
    fn take_back(&self) -> Option<Box<Assignment>> {
        self.pool.take_back(self.ticket)
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.take_back();
    }
}
