//! SQS: messages are received, filtered and gathered, run in batches, and deleted when that went well.

mod batch;
mod event;
mod filter;
mod poller;
#[cfg(test)]
mod poller_tests;
mod receiver;
mod response;
mod run;
mod scaler;
mod settings;

pub(crate) use self::poller::Poller;
pub(crate) use self::run::Outcome;
pub(crate) use self::settings::QueueSettings;
