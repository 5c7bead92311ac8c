//! One execution environment: its life cycle and the APIs it offers to the untrusted code inside.
//!
//! Start at [`environment`](environment()), which makes a handle and an inbox; [`Inbox::run`] is the environment's life. What may
//! happen in it is decided in `phase`, seen and done in `driver`, and spoken in `runtime_api` over `http`.

mod application_level;
mod current;
mod driver;
mod environment;
mod function_error;
mod function_log;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod http;
mod initialization;
mod log;
mod log_decoder;
mod output;
mod parked;
mod phase;
mod platform_event;
mod refusal;
mod runtime_api;
mod snapshot;
mod trace;

pub use self::environment::{
    Assignment, Environment, FunctionSettings, Inbox, InitFault, Keeper, Measured, Meter, Outcome, Setup,
    StartFailure, Unavailable, environment,
};
pub use self::function_error::FunctionError;
pub use self::initialization::Initialization;
pub use self::log::{LogEvent, LogSink, LogStreamName};
pub use self::parked::Parked;
pub use self::refusal::Refusal;
pub use self::snapshot::{Initialisation, InitialisationError};
pub use self::trace::trace_header;
