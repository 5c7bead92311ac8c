//! The command line's grammar.

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand};

use crate::commands;
use crate::output::Format;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// AWS Lambda that you own: AWS's API, real sandboxes, one binary.
#[derive(Debug, Parser)]
#[command(name = "hob", version, styles = STYLES, propagate_version = true, after_help = EXAMPLES)]
pub struct Cli {
    /// How answers are printed.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT", help_heading = "General")]
    pub output: Format,

    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  hob up --demo                                  start, deploy and invoke two examples
  hob deploy my-function/                        package a folder and create or update the function
  hob invoke my-function --payload '{\"n\": 1}'    call it
  hob logs -f my-function                        follow its log
  aws --endpoint-url http://127.0.0.1:4566 lambda list-functions";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the server.
    Up(commands::up::Arguments),
    /// Package a folder or zip, and create or update the function.
    Deploy(commands::deploy::Arguments),
    /// Call a function and show its answer and log.
    Invoke(commands::invoke::Arguments),
    /// Show a function's log.
    Logs(commands::logs::Arguments),
    /// List the functions.
    Ls(commands::ls::Arguments),
    /// Show what functions have used, and what it costs.
    Usage(commands::usage::Arguments),
    /// Delete functions.
    Rm(commands::rm::Arguments),
    /// Sign a package, or make a key that signs.
    Sign(commands::sign::Arguments),
    /// Examine this machine: what works, what does not, and what to do about it.
    Doctor(commands::doctor::Arguments),
    /// Show the server's configuration and where each value comes from.
    Config(commands::config::Arguments),
    /// Manage what functions find in their runtimes.
    Runtime(commands::runtime::Arguments),
    /// Print the completion script for a shell.
    Completions(commands::completions::Arguments),
}

/// Which server a command talks to.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Server")]
pub struct Target {
    /// Where the server listens.
    #[arg(long, env = "AWS_ENDPOINT_URL", default_value = "http://127.0.0.1:4566", value_name = "URL")]
    pub endpoint: String,

    /// The region to work in; AWS_REGION and AWS_DEFAULT_REGION are read, too.
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_grammar_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_shows_every_command_and_examples() {
        insta::assert_snapshot!(Cli::command().term_width(100).render_help().to_string(), @r#"
        AWS Lambda that you own: AWS's API, real sandboxes, one binary

        Usage: hob [OPTIONS] <COMMAND>

        Commands:
          up           Start the server
          deploy       Package a folder or zip, and create or update the function
          invoke       Call a function and show its answer and log
          logs         Show a function's log
          ls           List the functions
          usage        Show what functions have used, and what it costs
          rm           Delete functions
          sign         Sign a package, or make a key that signs
          doctor       Examine this machine: what works, what does not, and what to do about it
          config       Show the server's configuration and where each value comes from
          runtime      Manage what functions find in their runtimes
          completions  Print the completion script for a shell
          help         Print this message or the help of the given subcommand(s)

        Options:
          -h, --help     Print help (see more with '--help')
          -V, --version  Print version

        General:
              --output <FORMAT>  How answers are printed [default: text] [possible values: text, json]

        Examples:
          hob up --demo                                  start, deploy and invoke two examples
          hob deploy my-function/                        package a folder and create or update the function
          hob invoke my-function --payload '{"n": 1}'    call it
          hob logs -f my-function                        follow its log
          aws --endpoint-url http://127.0.0.1:4566 lambda list-functions
        "#);
    }
}
