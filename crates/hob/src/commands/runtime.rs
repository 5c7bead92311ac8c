use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use hob_runtimes::{Catalogue, Language};
use indicatif::ProgressBar;
use serde_json::json;

use crate::config::{Config, Layer};
use crate::doctor;
use crate::failure::{Failure, Outcome};
use crate::output::Format;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Fetch the AWS SDKs that functions find in their runtimes, so that a server without network has them.
    Sdk(Sdk),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  hob runtime sdk              boto3 and the AWS SDK for JavaScript
  hob runtime sdk python       boto3 only")]
struct Sdk {
    /// Which language's; both by default.
    #[arg(value_parser = ["python", "nodejs"])]
    languages: Vec<String>,

    /// The server's data directory, where the SDKs are kept [default: .hob]
    #[arg(long, value_name = "DIRECTORY")]
    data_dir: Option<PathBuf>,

    /// The configuration file; ./hob.toml by default, if there is one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub fn run(arguments: Arguments, format: Format) -> Outcome {
    let Action::Sdk(sdk) = arguments.action;
    let layer = Layer { data_dir: sdk.data_dir.clone(), ..Layer::default() };
    let config = Config::load(sdk.config.as_deref(), layer)?;
    let catalogue = Catalogue::open(doctor::catalogue_options(&config, &config.data_dir));
    for language in sdk.languages() {
        let folder = fetch(&catalogue, language)?;
        let answer = json!({ "Language": language.to_string(), "Folder": folder });
        format.show_line(&answer, |_| format!("AWS SDK for {language} in {}", folder.display()));
    }
    Ok(())
}

impl Sdk {
    fn languages(&self) -> Vec<Language> {
        let wanted =
            |name: &str| self.languages.is_empty() || self.languages.iter().any(|given| given == name);
        let languages = [("python", Language::Python), ("nodejs", Language::Nodejs)];
        languages.into_iter().filter(|(name, _)| wanted(name)).map(|(_, language)| language).collect()
    }
}

fn fetch(catalogue: &Catalogue, language: Language) -> Outcome<PathBuf> {
    let spinner = ProgressBar::new_spinner();
    spinner.enable_steady_tick(Duration::from_millis(100));
    let fetched = catalogue.install_sdk(language, &|doing| spinner.set_message(doing.to_owned()));
    spinner.finish_and_clear();
    fetched.map_err(|error| {
        Failure::new(format!("cannot fetch the AWS SDK for {language}"))
            .because(error)
            .advise("the registry must be reachable: pip's and npm's own configuration is used")
    })
}
