//! What the catalogue is told when it is opened.

use std::path::PathBuf;

use crate::SearchPaths;

/// How the catalogue looks for what runs functions.
#[derive(Clone, Debug)]
pub struct CatalogueOptions {
    /// The bootstraps are kept in its `runtime` folder, the SDK packs in its `packs` folder.
    pub data_dir: PathBuf,
    pub search: SearchPaths,
    /// Refuse a function rather than run it on another minor version than it asks for. Default: false.
    pub strict: bool,
    /// Fetch an SDK pack when the first function needs it; otherwise only `hob runtime sdk` does.
    /// Default: true.
    pub sdk_on_first_need: bool,
    /// Certificates that functions shall trust instead of the system's, such as those of a company's proxy.
    pub host_ca_bundle: Option<PathBuf>,
    /// Functions run as another user than the server, as they do when the server is root: an interpreter
    /// must then be readable by everyone. Default: false.
    pub functions_run_as_other_user: bool,
}

impl CatalogueOptions {
    pub fn new(data_dir: impl Into<PathBuf>, search: SearchPaths) -> Self {
        Self {
            data_dir: data_dir.into(),
            search,
            strict: false,
            sdk_on_first_need: true,
            host_ca_bundle: None,
            functions_run_as_other_user: false,
        }
    }
}
