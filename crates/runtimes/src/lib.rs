//! What runs a function's code: from a runtime identifier to a program that a sandbox can start.
//!
//! Start at [`Catalogue::resolve`]. Everything here may block (it looks at files and asks interpreters for
//! their versions), so callers use a thread that may; what was found is remembered, and a later call for the
//! same function takes microseconds.
//!
//! **Invariant:** nothing here starts a function or knows what a sandbox is; it only says what to mount and
//! what to execute.

mod bootstrap;
mod catalogue;
mod files;
mod interpreter;
mod interpreters;
mod inventory;
mod jvm;
mod launch;
mod options;
mod process;
mod remembered;
mod request;
mod sdk;
mod search;
mod selection;

pub use self::catalogue::Catalogue;
pub use self::interpreter::{Interpreter, InterpreterVersion, Language};
pub use self::inventory::{FoundInterpreter, Inventory, SdkStatus};
pub use self::options::CatalogueOptions;
pub use self::request::{Ahead, Method, RuntimeError, RuntimeLaunch, RuntimeMount, RuntimeRequest, SLOTS};
pub use self::sdk::SdkError;
pub use self::search::SearchPaths;
