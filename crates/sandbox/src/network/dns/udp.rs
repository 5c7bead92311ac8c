//! Questions by UDP, as nearly all of them come.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hob_types::Random;
use tokio::net::UdpSocket;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::message::Question;
use super::quota::Quota;
use super::resolvers::Resolvers;

const IN_FLIGHT_MAX: usize = 512;
const IN_FLIGHT_MAX_EACH: usize = 64;
/// Answers beyond this size come by TCP: askers that say they take more hardly exist.
const MESSAGE_MAX: usize = 4096;
/// One wait for one resolver. Three fit into the five seconds that the C library waits for us.
const ATTEMPT: Duration = Duration::from_millis(1500);
const ATTEMPTS: usize = 3;

pub(super) async fn serve(
    socket: UdpSocket,
    resolvers: Arc<Resolvers>,
    random: Arc<dyn Random>,
) -> io::Result<()> {
    let socket = Arc::new(socket);
    let mut quota = Quota::new(IN_FLIGHT_MAX, IN_FLIGHT_MAX_EACH);
    let mut answering = JoinSet::new();
    let mut buffer = vec![0; MESSAGE_MAX];
    loop {
        let (length, asker) = tokio::select! {
            Some(Ok(asker)) = answering.join_next() => { quota.give_back(asker); continue }
            received = socket.recv_from(&mut buffer) => received?,
        };
        let Some(question) = Question::new(buffer[..length].to_vec()) else { continue };
        if quota.take(asker.ip()) {
            let (socket, addresses, random) =
                (Arc::clone(&socket), resolvers.addresses(), Arc::clone(&random));
            answering.spawn(async move {
                let answer = ask_all(&addresses, &question, &*random).await;
                // The environment may have gone meanwhile.
                let _ = socket.send_to(&answer, asker).await;
                asker.ip()
            });
        }
    }
}

/// Asks one resolver after the other, and the first again after the last.
async fn ask_all(resolvers: &[SocketAddr], question: &Question, random: &dyn Random) -> Vec<u8> {
    for resolver in resolvers.iter().cycle().take(ATTEMPTS) {
        if let Ok(Ok(answer)) = timeout(ATTEMPT, ask(*resolver, question, random.array())).await {
            return answer;
        }
    }
    question.failure()
}

async fn ask(resolver: SocketAddr, question: &Question, number: [u8; 2]) -> io::Result<Vec<u8>> {
    let any: IpAddr =
        if resolver.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).await?;
    // From here on the kernel passes only what comes from the resolver.
    socket.connect(resolver).await?;
    socket.send(&question.numbered(number)).await?;
    // One byte more shows an answer that is too long.
    let mut buffer = vec![0; MESSAGE_MAX + 1];
    loop {
        let length = socket.recv(&mut buffer).await?;
        if length <= MESSAGE_MAX
            && let Some(answer) = question.answer(number, buffer[..length].to_vec())
        {
            return Ok(answer);
        }
    }
}
