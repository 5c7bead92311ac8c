use clap::Args;

use crate::cli::Target;
use crate::client::Client;
use crate::client::lambda::Function;
use crate::failure::Outcome;
use crate::output::{self, Format};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  hob ls
  hob ls --output json | jq '.[].FunctionName'")]
pub struct Arguments {
    #[command(flatten)]
    target: Target,
}

pub async fn run(arguments: Arguments, format: Format) -> Outcome {
    let functions = Client::new(&arguments.target)?.list_functions().await;
    let functions = functions.map_err(|error| error.while_doing("cannot list the functions"))?;
    if functions.is_empty() && format.is_text() {
        output::note("no functions yet; deploy one with `hob deploy FOLDER`");
        return Ok(());
    }
    format.show(&functions, |functions| text(functions));
    Ok(())
}

fn text(functions: &[Function]) -> String {
    let row = |function: &Function| {
        [
            function.function_name.clone(),
            function.runtime.clone().unwrap_or_else(|| "-".to_owned()),
            function.handler.clone().unwrap_or_else(|| "-".to_owned()),
            format!("{} MB", function.memory_size),
            format!("{} s", function.timeout),
            output::bytes(function.code_size),
            function.last_modified.chars().take(19).collect::<String>().replace('T', " "),
        ]
    };
    let header = ["NAME", "RUNTIME", "HANDLER", "MEMORY", "TIMEOUT", "CODE", "MODIFIED (UTC)"];
    output::table(header, functions.iter().map(row))
}
