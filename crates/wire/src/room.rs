//! What the clients of one listener may make the server hold at a time.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::answer::Body as Answer;
use crate::app::Endpoint;

/// The largest request that there is. Source: Lambda answers larger ones with "Request must be smaller than
/// 70167211 bytes".
const REQUEST_MAX: u64 = 70_167_211;
/// Bodies up to this length in bytes need no room.
const SMALL: u64 = 64 << 10;
/// More than Hob is meant to serve; more wait in the kernel's queue.
const CONNECTIONS_OF_NETWORK: usize = 16_384;
/// Every connection can make the server hold the longest headers, so the connections of a function are few.
const CONNECTIONS_OF_ENVIRONMENT: usize = 128;

/// A function is hostile: without a bound it would fill the server's memory with bodies that it does not finish.
#[derive(Clone)]
pub(crate) struct Room {
    connections: usize,
    /// In KiB; `None` has no end.
    bodies: Option<Arc<Semaphore>>,
}

impl Room {
    /// For an environment, that of two of the largest requests.
    pub(crate) fn of(endpoint: &Endpoint) -> Self {
        match endpoint {
            Endpoint::Network(_) => Self { connections: CONNECTIONS_OF_NETWORK, bodies: None },
            Endpoint::Environment(_) => Self {
                connections: CONNECTIONS_OF_ENVIRONMENT,
                bodies: Some(Arc::new(Semaphore::new(2 * kib(REQUEST_MAX) as usize))),
            },
        }
    }

    /// At a time.
    pub(crate) fn connections(&self) -> usize {
        self.connections
    }

    /// Waits until there is room for the request's body, and for a file if it asks for one. It waits only for other
    /// requests of the same environment.
    pub(crate) async fn take<B: Body>(&self, request: &Request<B>, asks_for_file: bool) -> Taken {
        let length = match asks_for_file {
            true => REQUEST_MAX,
            false => request.body().size_hint().upper().unwrap_or(REQUEST_MAX),
        };
        match &self.bodies {
            // The semaphore is never closed, and no body that is kept needs more than there is.
            Some(bodies) if length > SMALL => {
                Taken(bodies.clone().acquire_many_owned(kib(length.min(REQUEST_MAX))).await.ok())
            }
            _ => Taken(None),
        }
    }
}

/// Room that an exchange takes.
pub(crate) struct Taken(Option<OwnedSemaphorePermit>);

impl Taken {
    /// Gives the room back when the answer has been sent, because a client that reads nothing makes the server hold it.
    pub(crate) fn until_sent(self, answer: Response<Answer>) -> Response<Answer> {
        let Self(Some(room)) = self else { return answer };
        answer.map(|body| match body {
            Answer::Whole(content) => Answer::new(Bytes::from_owner(Unsent { content, _room: room })),
            // Nothing of it is held but the piece that is being sent.
            Answer::Stream(stream) => Answer::Stream(stream),
        })
    }
}

struct Unsent {
    content: Bytes,
    _room: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Unsent {
    fn as_ref(&self) -> &[u8] {
        &self.content
    }
}

fn kib(bytes: u64) -> u32 {
    u32::try_from(bytes >> 10).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::net::{Ipv4Addr, SocketAddr};
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use hob_types::{AccountId, EnvironmentId, Region, SeededRandom};
    use http_body_util::Full;

    use super::*;
    use crate::identity::{EnvironmentIdentity, Identity};
    use crate::operation::Caller;

    fn environment() -> Endpoint {
        let caller = Caller { access_key_id: None, arn: "arn".into(), user_id: "user".into() };
        let identity = Identity { account: AccountId::local(), region: Region::local(), caller };
        let id = EnvironmentId::random(&SeededRandom::new(1));
        Endpoint::Environment(EnvironmentIdentity { id, identity })
    }

    /// What is taken, if that needs no waiting.
    fn take_for(room: &Room, length: usize, asks_for_file: bool) -> Option<Taken> {
        let request = Request::new(Full::new(Bytes::from(vec![0; length])));
        match pin!(room.take(&request, asks_for_file)).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(taken) => Some(taken),
            Poll::Pending => None,
        }
    }

    fn take(room: &Room, length: usize) -> Option<Taken> {
        take_for(room, length, false)
    }

    #[test]
    fn an_environment_has_room_for_two_of_the_largest_requests_and_any_small_one() {
        let room = Room::of(&environment());
        let largest = REQUEST_MAX as usize;
        let first = take(&room, largest).unwrap();
        let _second = take(&room, largest).unwrap();
        assert!(take(&room, 1 << 20).is_none());
        assert!(take(&room, SMALL as usize).is_some());
        drop(first);
        assert!(take(&room, 1 << 20).is_some());
    }

    #[test]
    fn environments_share_no_room_and_the_network_has_no_end_of_it() {
        let (one, other) = (Room::of(&environment()), Room::of(&environment()));
        let largest = REQUEST_MAX as usize;
        let _all = (take(&one, largest).unwrap(), take(&one, largest).unwrap());
        assert!(take(&other, largest).is_some());
        let network = Room::of(&Endpoint::Network(SocketAddr::from((Ipv4Addr::LOCALHOST, 4566))));
        assert!(matches!(take(&network, largest), Some(Taken(None))));
    }

    #[test]
    fn a_file_takes_its_room_until_it_has_been_sent() {
        let room = Room::of(&environment());
        let answers = [0, 1].map(|_| {
            let answer = Response::new(Answer::new(Bytes::from_static(b"file")));
            take_for(&room, 0, true).unwrap().until_sent(answer)
        });
        assert!(take_for(&room, 0, true).is_none());
        let content = answers.map(|answer| match answer.into_body() {
            Answer::Whole(content) => content,
            Answer::Stream(_) => Bytes::new(),
        });
        assert_eq!(content[0], "file");
        assert!(take_for(&room, 0, true).is_none());
        drop(content);
        assert!(take_for(&room, 0, true).is_some());
    }
}
