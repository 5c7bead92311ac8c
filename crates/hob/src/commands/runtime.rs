use clap::Args;

use crate::failure::Outcome;
use crate::output::Format;

#[derive(Debug, Args)]
pub struct Arguments {}

pub fn run(_arguments: Arguments, _format: Format) -> Outcome {
    Ok(())
}
