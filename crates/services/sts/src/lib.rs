//! The Security Token Service: tells a caller who it is.

mod api;

pub use self::api::service;
