//! AWS's protocols, server side. Knows HTTP and no service.
//!
//! How a service uses it. Its `build.rs` is one call of `hob_wire_codegen::generate()`, and its `api` module
//! includes the result, which is a plain struct per structure of the model (every member an `Option`), a
//! marker type per operation, and `service`, which demands a handler for each of them:
//!
//! ```text
//! mod shapes {
//!     include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
//! }
//!
//! impl hob_wire::Handle<shapes::DeleteFunction> for Lambda {
//!     async fn handle(
//!         &self,
//!         context: &RequestContext,
//!         input: shapes::DeleteFunctionRequest,
//!     ) -> Result<shapes::DeleteFunctionResponse, AwsError> {
//!         let name = input.function_name.unwrap_or_default(); // required by the model, so it is there
//!         self.functions.delete(context, &name).await?; // its error becomes an AwsError in `api/error.rs`
//!         Ok(shapes::DeleteFunctionResponse::default()) // 204 by the model
//!     }
//! }
//!
//! let service = shapes::service(Arc::new(Lambda { … })); // goes into the `App`
//! ```
//!
//! A payload that the model calls streaming is a [`ByteStream`]: a request's is read by the handler while it comes, an
//! answer's while it is sent. What a handler does not read is discarded after it has answered. In rest-xml a request is
//! believed or refused by its headers, before its body is asked for; what was signed of the body is verified as it
//! comes, so only a stream that has ended with `None` may be kept.
//!
//! The input has been checked against the model (required members, lengths, ranges, patterns, enums) when the
//! handler sees it. A success has the HTTP status of the model unless the output has a member for it, such as
//! `StatusCode` of Invoke. `services/sts` is a whole service in this form.

mod answer;
mod app;
mod body;
mod cors;
mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod guard;
mod hook;
mod identity;
mod incoming;
mod keys;
mod operation;
mod payload;
mod protocol;
mod refusal;
mod request;
mod room;
mod routing;
pub mod schema;
mod server;
mod service;
mod shape;
mod sigv2;
pub mod sigv4;
mod stream;
pub mod validation;

pub use self::answer::Body;
pub use self::app::{App, Endpoint, RawRoute, ServerRoute, Settings};
pub use self::error::{AwsError, Fault};
pub use self::guard::Guard;
pub use self::hook::{Hook, Page, RawRequest};
pub use self::identity::{EnvironmentIdentity, Identity};
pub use self::keys::{Key, Keys, NoKeys};
pub use self::operation::{Caller, Handle, Operation, RequestContext, Source};
pub use self::protocol::{Protocol, extended_request_id};
pub use self::request::Request;
pub use self::server::{Admission, serve, serve_admitted};
pub use self::service::{Call, Exchange, Hooked, Service, call, no_such_operation};
pub use self::shape::{Malformed, Value, VisitEntry, VisitItem, Wire, Writer, read_member, write_member};
pub use self::stream::{ByteStream, StreamError};

#[cfg(test)]
mod tests;
