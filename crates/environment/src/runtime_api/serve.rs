//! Serves one connection of the Runtime API.

use std::sync::Arc;

use bytes::Bytes;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, SemaphorePermit, mpsc, oneshot};

use super::post::Body;
use super::route::{Route, route};
use super::{Answer, Delivery, Posted};
use crate::function_error::RESPONSE_MAX;
use crate::http::{BodyError, Connection, Framing, Head, Headers, RequestError};

/// What the environment is asked by the code inside it.
#[derive(Debug)]
pub(crate) enum Call {
    /// Dropping the other end means that the runtime has gone away.
    Next {
        reply: oneshot::Sender<Result<Delivery, Answer>>,
    },
    Outcome {
        request_id: Bytes,
        /// The echo of `Lambda-Runtime-Invocation-Id`, if the runtime sends one.
        invocation_id: Option<Bytes>,
        posted: Posted,
        verdict: oneshot::Sender<Verdict>,
    },
    InitError {
        posted: Posted,
        verdict: oneshot::Sender<Verdict>,
    },
    /// Whoever asks this is copied, or is told why not. The copies ask for themselves.
    RestoreNext {
        reply: oneshot::Sender<Answer>,
    },
    RestoreError {
        posted: Posted,
        verdict: oneshot::Sender<Verdict>,
    },
}

/// `Err`: why a post was not taken.
pub(crate) type Verdict = Result<(), Answer>;

/// Where calls go, and what all connections of an environment share.
pub(crate) struct Api<M> {
    pub calls: mpsc::Sender<M>,
    /// KiB of bodies that may be in memory at a time: see [`body_budget`].
    pub bodies: Arc<Semaphore>,
}

/// Room for two of the largest responses, so that a function cannot fill the server's memory by posting on all its
/// connections at once.
pub(crate) fn body_budget() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(2 * kib(RESPONSE_MAX) as usize))
}

/// Returns when either side has closed the connection. `wrap` makes a message of a call.
pub(crate) async fn serve<M>(stream: TcpStream, api: Api<M>, wrap: impl Fn(Call) -> M) {
    let mut connection = Connection::new(stream);
    loop {
        let answered = match connection.next_head().await {
            Ok(Some(head)) => handle(&mut connection, &head, &api, &wrap).await,
            Ok(None) | Err(RequestError::Io(_)) => return,
            Err(RequestError::Malformed(_)) => {
                let _ = connection.write(BAD_REQUEST, &Bytes::new()).await;
                return;
            }
        };
        if !matches!(answered, Ok(true)) {
            return;
        }
    }
}

const BAD_REQUEST: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Whether the connection stays open.
async fn handle<M>(
    connection: &mut Connection,
    head: &Head,
    api: &Api<M>,
    wrap: &impl Fn(Call) -> M,
) -> std::io::Result<bool> {
    let route = route(&head.method, &head.target);
    let (body, _permit) = read_body(connection, head, &api.bodies).await?;
    let keep_alive = head.keep_alive && !matches!(body, Err(BodyError::Truncated));
    let answer = match route {
        Route::Next => match next(connection, api, wrap).await {
            Some(Ok(delivery)) => {
                connection.write(&delivery.head, &delivery.payload).await?;
                return Ok(keep_alive);
            }
            Some(Err(answer)) => answer,
            None => return Ok(false),
        },
        Route::Response(id) => outcome(head, id, Posted::response(head, body), api, wrap).await,
        Route::Error(id) => outcome(head, id, Posted::error(head, body), api, wrap).await,
        Route::InitError => {
            let posted = Posted::error(head, body);
            post(posted, api, |posted, verdict| wrap(Call::InitError { posted, verdict })).await
        }
        Route::RestoreNext => match restore_next(connection, api, wrap).await {
            Some(answer) => answer,
            None => return Ok(false),
        },
        Route::RestoreError => {
            let posted = Posted::error(head, body);
            post(posted, api, |posted, verdict| wrap(Call::RestoreError { posted, verdict })).await
        }
        Route::Ping => Answer::Pong,
        Route::WrongMethod => Answer::WrongMethod,
        Route::Unknown => Answer::NotFound,
    };
    connection.write(&answer.to_bytes(keep_alive), &Bytes::new()).await?;
    Ok(keep_alive)
}

/// Waits for an invocation. `None`: the runtime or the environment has gone away.
async fn next<M>(
    connection: &mut Connection,
    api: &Api<M>,
    wrap: &impl Fn(Call) -> M,
) -> Option<Result<Delivery, Answer>> {
    let (reply, delivery) = oneshot::channel();
    api.calls.send(wrap(Call::Next { reply })).await.ok()?;
    tokio::select! {
        biased;
        delivery = delivery => delivery.ok(),
        () = connection.closed() => None,
    }
}

/// Likewise, for the end of a restore.
async fn restore_next<M>(
    connection: &mut Connection,
    api: &Api<M>,
    wrap: &impl Fn(Call) -> M,
) -> Option<Answer> {
    let (reply, answer) = oneshot::channel();
    api.calls.send(wrap(Call::RestoreNext { reply })).await.ok()?;
    tokio::select! {
        biased;
        answer = answer => answer.ok(),
        () = connection.closed() => None,
    }
}

async fn outcome<M>(
    head: &Head,
    request_id: Bytes,
    posted: Posted,
    api: &Api<M>,
    wrap: &impl Fn(Call) -> M,
) -> Answer {
    let invocation_id = head.headers.get("Lambda-Runtime-Invocation-Id").cloned();
    post(posted, api, |posted, verdict| wrap(Call::Outcome { request_id, invocation_id, posted, verdict }))
        .await
}

async fn post<M>(
    posted: Posted,
    api: &Api<M>,
    call: impl FnOnce(Posted, oneshot::Sender<Verdict>) -> M,
) -> Answer {
    let accepted = posted.answer();
    let (verdict, judged) = oneshot::channel();
    if api.calls.send(call(posted, verdict)).await.is_err() {
        return Answer::Fault;
    }
    match judged.await {
        Ok(Ok(())) => accepted,
        Ok(Err(refusal)) => refusal,
        Err(_) => Answer::Fault,
    }
}

/// The body, and the room it takes until the request is answered.
async fn read_body<'a>(
    connection: &mut Connection,
    head: &Head,
    bodies: &'a Semaphore,
) -> std::io::Result<(Body, Option<SemaphorePermit<'a>>)> {
    /// Bodies up to this size are not counted: they are hardly larger than the buffer they are read into.
    const SMALL: u64 = 64 << 10;
    if head.framing == Framing::Length(0) {
        return Ok((Ok(Default::default()), None));
    }
    if head.expects_continue {
        connection.write(b"HTTP/1.1 100 Continue\r\n\r\n", &Bytes::new()).await?;
    }
    let size = match head.framing {
        Framing::Length(length) => usize::try_from(length).unwrap_or(RESPONSE_MAX).min(RESPONSE_MAX),
        Framing::Chunked => RESPONSE_MAX,
    };
    let permit = match head.framing {
        Framing::Length(..=SMALL) => None,
        // The semaphore is never closed, and no body needs more than there is.
        _ => bodies.acquire_many(kib(size)).await.ok(),
    };
    let body = match head.framing {
        Framing::Length(length) => {
            connection.read_sized(length, RESPONSE_MAX).await.map(|body| (body, Headers::default()))
        }
        Framing::Chunked => connection.read_chunked(RESPONSE_MAX).await,
    };
    Ok((body, permit))
}

fn kib(bytes: usize) -> u32 {
    u32::try_from(bytes >> 10).unwrap_or(u32::MAX) + 1
}
