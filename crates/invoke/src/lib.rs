//! From versions to environments: admission, placement and warm capacity. Knows no HTTP and no SQL.

mod invocation;

pub use self::invocation::{
    FunctionVersion, Invocation, InvocationResult, InvokeError, Invoker, Measured, ThrottleReason,
};
