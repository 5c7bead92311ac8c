//! Events from their acceptance to what comes of them, in virtual time.

mod day;
mod deliveries;
mod lanes;
mod retries;
mod service;
mod world;
