//! What only a connection can show. The client is a raw one, because the point is what stands on the wire.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::fixture::{app, endpoint, settings};
use crate::{App, NoKeys, serve};

/// A server that stops when `stop` is sent or dropped.
pub(super) struct Server {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinSet<()>,
}

impl Server {
    async fn start() -> Self {
        Self::of(app(settings(Arc::new(NoKeys), false))).await
    }

    pub(super) async fn of(app: App) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let mut task = JoinSet::new();
        task.spawn(serve(listener, Arc::new(app), endpoint(), async {
            let _ = stopped.await;
        }));
        Self { address, stop, task }
    }

    pub(super) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}

fn run(payload: &str) -> String {
    let length = payload.len();
    format!(
        "POST /things/chair/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{payload}"
    )
}

/// Reads until `end` has come, or the connection is closed.
pub(super) async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = Vec::new();
    let reading = async {
        while !String::from_utf8_lossy(&text).contains(end) && stream.read_buf(&mut text).await.unwrap() > 0 {
        }
    };
    timeout(Duration::from_secs(10), reading).await.expect("an answer in time");
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn one_connection_carries_many_requests_also_before_their_answers() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    stream.write_all((run("one") + &run("two")).as_bytes()).await.unwrap();
    let answers = read_until(&mut stream, "two").await;
    assert!(answers.find("one").unwrap() < answers.find("two").unwrap(), "{answers}");
    stream.write_all(run("three").as_bytes()).await.unwrap();
    assert!(read_until(&mut stream, "three").await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn a_body_may_come_in_chunks() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    let head = "POST /things/chair/runs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n").await.unwrap();
    assert!(read_until(&mut stream, "abcdefg").await.contains("content-length: 7"));
}

#[tokio::test]
async fn a_client_that_asks_is_told_to_continue_unless_its_body_is_too_large() {
    let server = Server::start().await;
    let head = |length: usize| {
        format!(
            "POST /things/chair/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
        )
    };
    let mut stream = server.connect().await;
    stream.write_all(head(5).as_bytes()).await.unwrap();
    assert!(read_until(&mut stream, "\r\n\r\n").await.starts_with("HTTP/1.1 100 Continue"));
    stream.write_all(b"hello").await.unwrap();
    assert!(read_until(&mut stream, "hello").await.starts_with("HTTP/1.1 200 OK"));

    let mut stream = server.connect().await;
    stream.write_all(head(21).as_bytes()).await.unwrap();
    assert!(read_until(&mut stream, "operation\"}").await.starts_with("HTTP/1.1 413"));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_read_so_that_the_answer_arrives() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    stream.write_all(run(&"x".repeat(3 << 20)).as_bytes()).await.unwrap();
    let answer = read_until(&mut stream, "operation\"}").await;
    assert!(answer.contains("RequestEntityTooLargeException"), "{answer}");
}

#[tokio::test]
async fn a_client_that_has_closed_its_half_still_gets_its_answer() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    stream.write_all(run("half").as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    assert!(read_until(&mut stream, "half").await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn a_stopped_server_closes_its_idle_connections_and_ends() {
    let mut server = Server::start().await;
    let mut stream = server.connect().await;
    stream.write_all(run("last").as_bytes()).await.unwrap();
    read_until(&mut stream, "last").await;
    server.stop.send(()).unwrap();
    timeout(Duration::from_secs(10), server.task.join_next()).await.unwrap().unwrap().unwrap();
    assert_eq!(read_until(&mut stream, "nothing").await, "");
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn what_is_no_http_is_answered_and_closed() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nno header\r\n\r\n").await.unwrap();
    let answer = read_until(&mut stream, "\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request"), "{answer:?}");
    assert_eq!(read_until(&mut stream, "nothing").await, "");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_finish_its_headers_is_cut_off() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nHost: local").await.unwrap();
    let mut rest = Vec::new();
    // The paused clock moves on by itself as soon as nothing else happens.
    stream.read_to_end(&mut rest).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&rest), "");
}
