//! AWS's shapes and how the service answers them.

mod browser;
mod configuration;
mod context;
mod error;
mod notification;
mod shapes {
    include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
}
