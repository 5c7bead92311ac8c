//! Pid 1 of a sandbox: builds it from inside, then starts programs in it and tells the server how they end.
//!
//! It is a fork of the launcher, so that it shares the launcher's memory until it writes to it. It lies in none
//! of the sandbox's control groups: memory pressure and a want of CPU inside do not stop it from obeying.

mod furnish;
mod privileges;
mod program;
mod root;
mod serve;
mod supervision;

pub(crate) use self::furnish::Furnishing;
pub(crate) use self::privileges::{copy_resources, reduce_to_entering};
pub(crate) use self::privileges::{lower, lower_limits};
pub(crate) use self::program::Prepared;
pub(crate) use self::program::start_with;
pub(crate) use self::root::build as build_root;
pub(crate) use self::supervision::Supervision;

use std::os::fd::OwnedFd;

use super::channel;
use super::message::FromInit;
use crate::sys;

/// The whole life of an init. Never returns into the launcher's code, whose copy it is.
pub(crate) fn main(channel: &OwnedFd, furnishing: Furnishing<'_>) -> ! {
    let status = match furnish::furnish(channel, furnishing) {
        Ok(init) => match init.serve(channel) {
            Ok(()) => 0,
            Err(_) => 1,
        },
        Err(problem) => {
            // If the server is gone, nobody wants to know.
            let _ = channel::send(channel, &FromInit::Failed(problem.into()), &[]);
            1
        }
    };
    sys::exit_now(status)
}
