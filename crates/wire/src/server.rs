//! HTTP/1.1 on a listener: accepts connections, owns them, and lets them finish when it is told to stop.

use std::convert::Infallible;
use std::future::{Future, ready};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::sleep;

use crate::app::{App, Endpoint};
use crate::room::Room;

/// How long a connection may take until the headers of its next request are complete, idle time included.
const IDLE: Duration = Duration::from_secs(75);
/// The request line and all headers. Source: Lambda quotas, "request line and header values", 1 MB.
const HEADERS_MAX: usize = 1 << 20;
/// Until the next try when the process or the machine has no descriptor left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Decides whether a connection is served at all.
pub type Admission =
    Arc<dyn for<'a> Fn(&'a TcpStream) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> + Send + Sync>;

/// Serves until `stop` resolves; then accepts nothing new, and returns when every request under way is
/// answered. Dropping the future closes all connections at once.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    endpoint: Endpoint,
    stop: impl Future<Output = ()> + Send,
) {
    serve_admitted(listener, app, endpoint, Arc::new(|_| Box::pin(ready(true))), stop).await;
}

/// Likewise, but closes a connection without an answer if it is not admitted.
pub async fn serve_admitted(
    listener: TcpListener,
    app: Arc<App>,
    endpoint: Endpoint,
    admission: Admission,
    stop: impl Future<Output = ()> + Send,
) {
    let (stopping, _) = watch::channel(false);
    let mut connections = JoinSet::new();
    let room = Room::of(&endpoint);
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(ended) = connections.join_next(), if !connections.is_empty() => note(ended),
            accepted = listener.accept(), if connections.len() < room.connections() => match accepted {
                Ok((stream, peer)) => {
                    let (app, endpoint, room) = (app.clone(), endpoint.clone(), room.clone());
                    let admission = admission.clone();
                    let connection = Connection { app, endpoint, admission, room, peer };
                    connections.spawn(connection.run(stream, stopping.subscribe()));
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    stopping.send_replace(true);
    while let Some(ended) = connections.join_next().await {
        note(ended);
    }
}

fn note(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a request made its handler panic");
    }
}

struct Connection {
    app: Arc<App>,
    endpoint: Endpoint,
    admission: Admission,
    room: Room,
    peer: SocketAddr,
}

impl Connection {
    async fn run(self, stream: TcpStream, mut stopping: watch::Receiver<bool>) {
        if !(self.admission)(&stream).await {
            return;
        }
        // Without it small answers wait for the client's acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let service = service_fn(async |request| {
            let taken = self.room.take(&request, self.app.raw_route(request.uri()).is_some()).await;
            let answer = self.app.handle(&self.endpoint, self.peer, request).await;
            Ok::<_, Infallible>(taken.until_sent(answer))
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(IDLE)
            .max_buf_size(HEADERS_MAX)
            // A client that has sent all it wants to may close its half and still read the answer.
            .half_close(true)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        tokio::select! {
            ended = connection.as_mut() => return log(ended),
            _ = stopping.wait_for(|stopping| *stopping) => {}
        }
        connection.as_mut().graceful_shutdown();
        log(connection.await);
    }
}

/// Clients come and go; that is no event worth more than a trace.
fn log(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        tracing::trace!(%error, "a connection broke");
    }
}
