//! `provided.al2023`: the package, or a layer, brings the program.

use std::path::Path;

use super::Variables;
use crate::request::{RuntimeError, RuntimeLaunch, RuntimeRequest};

/// Looked for in this order; the message is AWS's.
const IN_TASK: &str = "/var/task/bootstrap";
const IN_OPT: &str = "/opt/bootstrap";

/// Whether the file can be executed is left to the attempt, whose error names the cause.
pub(crate) fn launch(request: &RuntimeRequest<'_>) -> Result<RuntimeLaunch, RuntimeError> {
    let has_bootstrap = |folder: &Path| folder.join("bootstrap").is_file();
    let program = if has_bootstrap(request.code) {
        IN_TASK
    } else if request.layers.iter().any(|layer| has_bootstrap(layer)) {
        IN_OPT
    } else {
        return Err(RuntimeError {
            error_type: "Runtime.InvalidEntrypoint".to_owned(),
            message: format!("Couldn't find valid bootstrap(s): [{IN_TASK} {IN_OPT}]"),
        });
    };
    Ok(RuntimeLaunch {
        mounts: Vec::new(),
        function_mounts: Vec::new(),
        program: program.into(),
        arguments: vec![program.into()],
        environment: Variables::new(request.environment, None).finish(),
        description: None,
        note: None,
        ahead: None,
    })
}
