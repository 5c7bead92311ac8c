//! The Runtime API (2018-06-01), as the code inside the environment calls it.

mod answer;
mod error_type;
mod post;
mod route;
mod serve;

pub(crate) use self::answer::{Answer, Delivery, NextFields};
pub(crate) use self::post::{Posted, posted_error};
pub(crate) use self::serve::{Api, Call, Verdict, body_budget, serve};

/// Connections that one environment may have open at a time. AWS's clients use one or two.
pub(crate) const CONNECTIONS_MAX: usize = 32;
