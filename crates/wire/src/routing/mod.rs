//! From a request to a service and one of its operations.

mod table;
mod target;
mod uri;
mod virtual_host;

pub(crate) use self::table::{Hints, RoutingTable};
pub(crate) use self::target::{Found, Target};
pub(crate) use self::uri::parameters;
#[cfg(feature = "fuzzing")]
pub(crate) use self::uri::{Template, length};
pub(crate) use self::virtual_host::is_below;
