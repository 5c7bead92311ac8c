use std::path::PathBuf;

use clap::Args;

use crate::config::{Config, Entry, Layer};
use crate::failure::Outcome;
use crate::output::{self, DIM, Format, styled};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  hob config                               what `hob up` would use, and why
  HOB_PORT=5000 hob config --output json")]
pub struct Arguments {
    /// The configuration file; ./hob.toml by default, if there is one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Say what each setting means.
    #[arg(long)]
    explain: bool,
}

pub fn run(arguments: Arguments, format: Format) -> Outcome {
    let config = Config::load(arguments.config.as_deref(), Layer::default())?;
    format.show(&config.entries(), |entries| text(entries, arguments.explain));
    Ok(())
}

fn text(entries: &[Entry], explain: bool) -> String {
    if explain {
        let block = |entry: &Entry| {
            let meaning = styled(DIM, format!("# {} ({})", entry.meaning, entry.origin));
            format!("{meaning}\n{} = {}\n", entry.key, entry.value)
        };
        return entries.iter().map(block).collect::<Vec<_>>().join("\n");
    }
    let row = |entry: &Entry| [entry.key.to_owned(), entry.value.to_string(), entry.origin.to_string()];
    output::table(["SETTING", "VALUE", "FROM"], entries.iter().map(row))
}
