//! Published versions.

mod list_versions_by_function;
mod publish_version;
