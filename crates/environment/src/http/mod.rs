//! The part of HTTP/1.1 that a runtime needs, for a peer that is not trusted: everything it can make us hold is
//! bounded, everything malformed ends the connection, and nothing is copied or looked at without need.
//!
//! There are no timers here. A peer that sends or reads slowly keeps only its own connections waiting; they are
//! few ([`CONNECTIONS_MAX`](crate::runtime_api::CONNECTIONS_MAX)) and end with the program that holds them.

mod chunked;
mod connection;
mod head;

#[cfg(feature = "fuzzing")]
pub(crate) use self::chunked::{ChunkedDecoder, Decoded};
pub(crate) use self::connection::{BodyError, Connection, RequestError};
#[cfg(feature = "fuzzing")]
pub(crate) use self::head::head_length;
pub(crate) use self::head::{Framing, Head, Headers};
