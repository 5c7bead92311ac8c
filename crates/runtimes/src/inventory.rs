//! What is on this machine, for `hob doctor`.

use std::path::PathBuf;

use hob_types::Runtime;

use crate::Catalogue;
use crate::bootstrap::Bootstraps;
use crate::catalogue::wanted;
use crate::interpreter::{Interpreter, Language};

/// The identifiers that AWS takes today and that an interpreter can serve.
const IDENTIFIERS: [&str; 13] = [
    "python3.14",
    "python3.13",
    "python3.12",
    "python3.11",
    "python3.10",
    "nodejs24.x",
    "nodejs22.x",
    "nodejs20.x",
    "java25",
    "java21",
    "java17",
    "java11",
    "java8.al2",
];

/// What runs functions here, and what is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventory {
    pub interpreters: Vec<FoundInterpreter>,
    /// Identifiers that have no interpreter of their version, with the one that stands in.
    pub substituted: Vec<(String, Interpreter)>,
    /// Files that look like interpreters and cannot be used, with the reason and what to do.
    pub unusable: Vec<(PathBuf, String)>,
    pub sdks: Vec<SdkStatus>,
    /// Languages without any interpreter.
    pub missing: Vec<Language>,
}

/// A usable interpreter and the identifiers that it serves exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundInterpreter {
    pub interpreter: Interpreter,
    pub serves: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SdkStatus {
    pub language: Language,
    /// `None`: fetched when the first function needs it, or by `hob runtime sdk`.
    pub folder: Option<PathBuf>,
}

impl Catalogue {
    /// Asks every interpreter on the machine, which takes some tenths of a second the first time.
    pub fn inventory(&self) -> Inventory {
        let mut inventory = Inventory {
            interpreters: Vec::new(),
            substituted: Vec::new(),
            unusable: Vec::new(),
            sdks: Vec::new(),
            missing: Vec::new(),
        };
        let java = Bootstraps::has_java().then_some(Language::Java);
        for language in [Language::Python, Language::Nodejs].into_iter().chain(java) {
            self.take_stock(language, &mut inventory);
        }
        for identifier in IDENTIFIERS {
            self.serve(identifier, &mut inventory);
        }
        inventory
    }

    fn take_stock(&self, language: Language, inventory: &mut Inventory) {
        let before = inventory.interpreters.len();
        for (path, probed) in self.interpreters.all(language) {
            match probed {
                Ok(interpreter) => {
                    let found = FoundInterpreter { interpreter, serves: Vec::new() };
                    if !inventory.interpreters.contains(&found) {
                        inventory.interpreters.push(found);
                    }
                }
                Err(error) => inventory.unusable.push((path, error.to_string())),
            }
        }
        if inventory.interpreters.len() == before {
            inventory.missing.push(language);
        }
        if language == Language::Java {
            return;
        }
        let newest = inventory.interpreters[before..].iter().max_by_key(|found| found.interpreter.version);
        let folder = newest.and_then(|found| self.sdks.installed(&found.interpreter));
        inventory.sdks.push(SdkStatus { language, folder });
    }

    fn serve(&self, identifier: &str, inventory: &mut Inventory) {
        let Some(wanted) = wanted(&Runtime::new(identifier)) else { return };
        if wanted.language == Language::Java && !Bootstraps::has_java() {
            return;
        }
        let Some(chosen) = self.interpreters.find(wanted, false) else { return };
        if !wanted.is(chosen.version) {
            inventory.substituted.push((identifier.to_owned(), chosen));
            return;
        }
        let found = inventory.interpreters.iter_mut().find(|found| found.interpreter == chosen);
        if let Some(found) = found {
            found.serves.push(identifier.to_owned());
        }
    }
}
