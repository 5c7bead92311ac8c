use clap::Args;
use serde_json::json;

use crate::cli::Target;
use crate::client::Client;
use crate::failure::Outcome;
use crate::output::Format;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  hob rm hello
  hob rm --logs hello goodbye")]
pub struct Arguments {
    /// The functions' names.
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,

    /// Delete their logs, too.
    #[arg(long)]
    logs: bool,

    #[command(flatten)]
    target: Target,
}

pub async fn run(arguments: Arguments, format: Format) -> Outcome {
    let client = Client::new(&arguments.target)?;
    for name in &arguments.names {
        let deleted = client.delete_function(name).await;
        deleted.map_err(|error| error.while_doing(format!("cannot delete {name}")))?;
        if arguments.logs {
            delete_log(&client, name).await?;
        }
        format.show_line(&json!({ "Deleted": name }), |_| format!("deleted {name}"));
    }
    Ok(())
}

async fn delete_log(client: &Client, name: &str) -> Outcome {
    match client.delete_log_group(&format!("/aws/lambda/{name}")).await {
        Err(error) if !error.is("ResourceNotFoundException") => {
            Err(error.while_doing(format!("cannot delete the log of {name}")))
        }
        _ => Ok(()),
    }
}
