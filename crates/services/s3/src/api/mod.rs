//! AWS's shapes and how the service answers them.

mod configuration;
mod error;
mod notification;
mod shapes {
    include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
}
