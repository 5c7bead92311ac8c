//! Questions by TCP, as they come again when an answer is too long for UDP.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::message::Question;
use super::quota::Quota;
use super::resolvers::Resolvers;

const CONNECTIONS_MAX: usize = 128;
const CONNECTIONS_MAX_EACH: usize = 8;
/// A connection on which no question has come for so long is closed.
const IDLE: Duration = Duration::from_secs(10);
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);
/// One resolver's time to answer.
const ATTEMPT: Duration = Duration::from_secs(4);

pub(super) async fn serve(listener: TcpListener, resolvers: Arc<Resolvers>) -> io::Result<()> {
    let mut quota = Quota::new(CONNECTIONS_MAX, CONNECTIONS_MAX_EACH);
    let mut connections = JoinSet::new();
    loop {
        let (stream, asker) = tokio::select! {
            Some(Ok(asker)) = connections.join_next() => { quota.give_back(asker); continue }
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                // Most likely the server is out of descriptors; those who connect wait in the backlog.
                Err(_) => { sleep(ACCEPT_AGAIN).await; continue }
            },
        };
        if quota.take(asker.ip()) {
            let resolvers = Arc::clone(&resolvers);
            connections.spawn(async move {
                // The asker sees the closed connection.
                let _ = answer_all(stream, &resolvers).await;
                asker.ip()
            });
        }
    }
}

/// Answers the questions on one connection, one after the other.
async fn answer_all(mut stream: TcpStream, resolvers: &Resolvers) -> io::Result<()> {
    while let Ok(message) = timeout(IDLE, read_message(&mut stream)).await {
        let Some(question) = Question::new(message?) else { break };
        let answer = ask_all(&resolvers.addresses(), &question).await;
        timeout(IDLE, write_message(&mut stream, &answer)).await??;
    }
    Ok(())
}

async fn ask_all(resolvers: &[SocketAddr], question: &Question) -> Vec<u8> {
    for resolver in resolvers {
        if let Ok(Ok(answer)) = timeout(ATTEMPT, ask(*resolver, question)).await {
            return answer;
        }
    }
    question.failure()
}

/// On a connection of its own, so that nobody else's answer can arrive there: the number needs no change.
async fn ask(resolver: SocketAddr, question: &Question) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(resolver).await?;
    write_message(&mut stream, question.bytes()).await?;
    let number = [question.bytes()[0], question.bytes()[1]];
    question.answer(number, read_message(&mut stream).await?).ok_or(io::ErrorKind::InvalidData.into())
}

/// A message by TCP has its length before it.
async fn read_message(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut message = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut message).await?;
    Ok(message)
}

async fn write_message(stream: &mut TcpStream, message: &[u8]) -> io::Result<()> {
    let length = u16::try_from(message.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    stream.write_all(&[&length.to_be_bytes(), message].concat()).await
}
