//! Capacity providers: on which instances functions might run. They are kept as they are described; Hob has no
//! instances, and refuses functions that ask for them. So a provider is Active as soon as it is kept, as on AWS before
//! a function uses it, and nothing runs on any.

mod check;
mod error;
mod operations;
mod provider;

pub(crate) use self::error::CapacityProviderError;
pub(crate) use self::operations::{CreateCapacityProvider, UpdateCapacityProvider};
pub(crate) use self::provider::CapacityProvider;
