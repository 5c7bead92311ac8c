//! Pay per use: what each invocation adds to the bill, and keeping the sums.

mod charge;
mod writer;

pub(crate) use self::charge::{answered, throttled};
pub use self::writer::UsageWriter;
