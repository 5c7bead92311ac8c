//! Asynchronous invocation: events are accepted, wait on disk, and their functions run for them until they succeed or
//! nothing more is to be tried; then their destinations are told.
//!
//! [`Events::accept`] puts an event into the store. The [`dispatcher`] keeps a [`lane`] for each function that has
//! events; it lets as many of them run as the function's limits admit. What becomes of one after a try is
//! [`decision`]'s affair. An event leaves the store when all that follows from it is handed over, and not before, so
//! that a crash at any moment repeats a step and loses none.

mod accept;
mod arrivals;
mod attempt;
mod conclusion;
mod dead_letter;
mod decision;
mod deliver;
mod dispatcher;
mod events;
mod lane;
mod process;
mod record;
mod service;
mod settings;
#[cfg(test)]
mod tests;
mod window;

pub(crate) use self::accept::{AcceptEvent, AcceptEventError, EVENT_SIZE_MAX};
pub(crate) use self::events::Events;
