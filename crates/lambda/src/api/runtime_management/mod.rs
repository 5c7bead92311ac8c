//! When functions get newer runtimes.

mod get_runtime_management_config;
mod put_runtime_management_config;

use hob_storage::UpdateRuntimeOn;

fn update_on_name(update_on: UpdateRuntimeOn) -> &'static str {
    match update_on {
        UpdateRuntimeOn::Auto => "Auto",
        UpdateRuntimeOn::FunctionUpdate => "FunctionUpdate",
        UpdateRuntimeOn::Manual => "Manual",
    }
}

/// The model admits no other name than these three.
fn update_on(name: &str) -> UpdateRuntimeOn {
    match name {
        "Manual" => UpdateRuntimeOn::Manual,
        "FunctionUpdate" => UpdateRuntimeOn::FunctionUpdate,
        _ => UpdateRuntimeOn::Auto,
    }
}
