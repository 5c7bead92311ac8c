//! Function URLs: addresses of `$LATEST` and of aliases. The rules.

mod id;
mod operations;

pub(crate) use self::operations::{FunctionUrlChange, FunctionUrlError};
