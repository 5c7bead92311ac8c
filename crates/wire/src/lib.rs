//! AWS's protocols, server side. Knows HTTP and no service.

mod error;
mod operation;

pub use self::error::{AwsError, Fault};
pub use self::operation::{Caller, Handle, Operation, RequestContext, Source};
