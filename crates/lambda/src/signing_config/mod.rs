//! Code signing configurations: whose packages functions trust. The rules.

mod arn;
mod attach;
mod demand;
mod operations;
#[cfg(test)]
mod tests;
mod users;

pub(crate) use self::arn::CodeSigningConfigArn;
pub(crate) use self::attach::AttachError;
pub(crate) use self::demand::DemandError;
pub(crate) use self::operations::{CodeSigningConfigChange, CodeSigningConfigError, CreateCodeSigningConfig};
