//! Names that point at versions.

mod configuration;
mod create_alias;
mod delete_alias;
mod get_alias;
mod list_aliases;
mod update_alias;
