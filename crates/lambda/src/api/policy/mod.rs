//! Who may use a function, version or alias.

mod add_permission;
mod delete_resource_policy;
mod get_policy;
mod get_resource_policy;
mod put_resource_policy;
mod remove_permission;
