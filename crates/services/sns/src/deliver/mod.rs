//! Bringing what was published to its subscribers.
//!
//! Each subscription has a lane of its own ([`lane`]), so that none waits for another; [`Sns::run`](crate::Sns::run) starts a lane when
//! there is something for it, and the lane ends when there is nothing more. All that a lane knows is in the store.

mod attempt;
mod decide;
mod function;
mod http;
mod lane;
mod queue;
mod run;
mod system_http;
mod wakes;

#[cfg(test)]
mod tests;

pub use self::http::{HttpFailure, HttpPost, HttpRequest};
pub use self::system_http::SystemHttp;
pub(crate) use self::wakes::Wakes;
