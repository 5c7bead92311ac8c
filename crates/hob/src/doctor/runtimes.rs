//! Which runtimes this machine can run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hob_runtimes::{
    Catalogue, CatalogueOptions, FoundInterpreter, Inventory, Language, SdkStatus, SearchPaths,
};

use super::finding::{Finding, Grade};
use crate::config::Config;

/// How the server's catalogue looks for interpreters.
pub fn catalogue_options(config: &Config, data_directory: &Path) -> CatalogueOptions {
    let mut search = SearchPaths::from_environment(|name| std::env::var_os(name));
    search.configured.extend(config.interpreters.values().cloned());
    CatalogueOptions {
        strict: config.strict_runtimes,
        host_ca_bundle: config.ca_bundle.clone(),
        functions_run_as_other_user: rustix::process::geteuid().is_root(),
        ..CatalogueOptions::new(data_directory, search)
    }
}

/// In a few words, for the first screen of `hob up`. Blocks.
pub fn summary(catalogue: &Catalogue) -> String {
    let found = catalogue.inventory().interpreters;
    let mut exact: Vec<String> = found.into_iter().flat_map(|found| found.serves).collect();
    exact.sort_unstable();
    exact.push("provided.al2023".to_owned());
    exact.join(", ")
}

/// Blocks.
pub(super) fn examine(config: &Config) -> Vec<Finding> {
    let catalogue = Catalogue::open(catalogue_options(config, &config.data_dir));
    let Inventory { interpreters, substituted, unusable, sdks, missing } = catalogue.inventory();
    let mut findings: Vec<Finding> = interpreters.iter().map(interpreter).collect();
    findings.extend(missing.into_iter().map(absent));
    findings.push(Finding::ok("runtime", "provided.al2023, provided.al2: packages with their own bootstrap"));
    findings.extend(stand_ins(&substituted));
    findings.extend(unused(&unusable));
    findings.extend(sdks.iter().map(sdk));
    findings
}

fn interpreter(found: &FoundInterpreter) -> Finding {
    let FoundInterpreter { interpreter, serves } = found;
    let what =
        format!("{} {} at {}", interpreter.language, interpreter.version, interpreter.executable.display());
    match serves.as_slice() {
        [] => Finding::ok("runtime", what),
        serves => Finding::ok("runtime", format!("{}: {what}", serves.join(", "))),
    }
}

fn absent(language: Language) -> Finding {
    let (package, identifier) = match language {
        Language::Python => ("python3", "python3.x"),
        Language::Nodejs => ("nodejs", "nodejs"),
        Language::Java => ("openjdk-17-jre-headless", "java"),
    };
    Finding::new("runtime", Grade::Warn, format!("no {language}: {identifier} functions cannot run")).advise(
        format!("install it, as in `apt install {package}`, or name it under [interpreters] in hob.toml"),
    )
}

/// One finding for all identifiers that another version serves.
fn stand_ins(substituted: &[(String, hob_runtimes::Interpreter)]) -> Option<Finding> {
    let list = |(identifier, by): &(String, hob_runtimes::Interpreter)| {
        format!("{identifier} (by {} {})", by.language, by.version)
    };
    let list = substituted.iter().map(list).collect::<Vec<_>>().join(", ");
    (!substituted.is_empty()).then(|| {
        Finding::new("runtime", Grade::Warn, format!("served by another version: {list}"))
            .because("no interpreter of these versions was found".to_owned())
            .advise(
                "install them (pyenv, nvm), or refuse such functions: `strict_runtimes = true`".to_owned(),
            )
    })
}

/// One finding for each reason: an installation has several names for the same interpreter.
fn unused(unusable: &[(PathBuf, String)]) -> impl Iterator<Item = Finding> {
    let mut by_reason = BTreeMap::<&str, Vec<String>>::new();
    for (path, reason) in unusable {
        by_reason.entry(reason).or_default().push(path.display().to_string());
    }
    by_reason.into_iter().map(|(reason, paths)| {
        Finding::ok("runtime", format!("not used: {}", paths.join(", "))).because(reason.to_owned())
    })
}

fn sdk(status: &SdkStatus) -> Finding {
    let language = status.language;
    match &status.folder {
        Some(folder) => Finding::ok("sdk", format!("AWS SDK for {language} in {}", folder.display())),
        None => Finding::ok("sdk", format!("AWS SDK for {language}: fetched when a function first needs it"))
            .advise("`hob runtime sdk` fetches it now, for use without a network".to_owned()),
    }
}
