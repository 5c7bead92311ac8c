//! What runs a function's code: from a runtime identifier to a program that a sandbox can start.
//!
//! Start at [`Catalogue::resolve`]. Everything here may block (it looks at files and asks interpreters for
//! their versions), so callers use a thread that may; what was found is remembered, and a later call for the
//! same function takes microseconds.

mod catalogue;
mod launch;
mod options;

pub use self::catalogue::Catalogue;
pub use self::launch::{RuntimeError, RuntimeLaunch, RuntimeMount, RuntimeRequest};
pub use self::options::{CatalogueOptions, SearchPaths};
