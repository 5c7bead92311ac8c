//! The Simple Storage Service: buckets, the objects in them, and who is told of their changes.

mod configuration;
mod notification;
mod owner;
