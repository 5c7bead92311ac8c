use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::failure::Outcome;
use crate::output;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  hob completions bash > ~/.local/share/bash-completion/completions/hob
  hob completions zsh > \"${fpath[1]}/_hob\"
  hob completions fish > ~/.config/fish/completions/hob.fish")]
pub struct Arguments {
    shell: Shell,
}

pub fn run(arguments: Arguments) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "hob", &mut script);
    output::print(String::from_utf8_lossy(&script).trim_end());
    Ok(())
}
