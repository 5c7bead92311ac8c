use std::io::Read as _;
use std::process::ExitCode;

use bytes::Bytes;
use clap::Args;
use rustix::fs::FileType;
use serde::Serialize;
use serde_json::Value;

use crate::cli::Target;
use crate::client::Client;
use crate::client::lambda::Invoked;
use crate::failure::{Failure, OrFail as _, Outcome};
use crate::output::{self, BAD, DIM, Format, GOOD, styled};
use crate::report::Report;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  hob invoke hello --payload '{\"name\": \"you\"}'
  hob invoke hello @event.json
  echo '{}' | hob invoke hello -
  hob invoke hello --qualifier 3 --quiet | jq .

The exit code is 1 if the function failed.")]
pub struct Arguments {
    /// The function's name or ARN.
    name: String,

    /// The event: JSON, @FILE, or - for standard input. By default {}, or what is piped in.
    #[arg(value_name = "PAYLOAD", conflicts_with = "payload_flag")]
    payload: Option<String>,

    /// The same as PAYLOAD.
    #[arg(long = "payload", value_name = "PAYLOAD", id = "payload_flag")]
    payload_flag: Option<String>,

    /// A version or an alias.
    #[arg(long)]
    qualifier: Option<String>,

    /// The answer only: no log, no measurements.
    #[arg(long, short)]
    quiet: bool,

    #[command(flatten)]
    target: Target,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    /// Parsed where it is JSON, which it nearly always is.
    payload: Value,
    function_error: Option<&'a str>,
    executed_version: Option<&'a str>,
    request_id: Option<&'a str>,
    log: &'a str,
    #[serde(flatten)]
    report: Option<Report>,
}

pub async fn run(arguments: Arguments, format: Format) -> Outcome<ExitCode> {
    let client = Client::new(&arguments.target)?;
    let payload = payload(arguments.payload.or(arguments.payload_flag))?;
    let qualifier = arguments.qualifier.as_deref();
    let invoked = client.invoke(&arguments.name, qualifier, payload).await;
    let invoked = invoked.map_err(|error| error.while_doing(format!("cannot invoke {}", arguments.name)))?;
    if format.is_text() && !arguments.quiet {
        explain(&invoked);
    }
    format.show(&answer(&invoked), |answer| pretty(&answer.payload));
    Ok(if invoked.function_error.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn payload(given: Option<String>) -> Outcome<Bytes> {
    match given.as_deref() {
        Some("-") => standard_input(),
        Some(text) => match text.strip_prefix('@') {
            Some(path) => {
                std::fs::read(path).map(Bytes::from).or_fail(|| format!("cannot read the payload {path}"))
            }
            None => checked(text.as_bytes().to_vec()),
        },
        None if is_piped() => {
            standard_input().map(|bytes| if bytes.is_empty() { Bytes::from_static(b"{}") } else { bytes })
        }
        None => Ok(Bytes::from_static(b"{}")),
    }
}

/// Something was put before us with `|` or `<`. A terminal, a socket or /dev/null has no payload for us.
fn is_piped() -> bool {
    let kind = rustix::fs::fstat(std::io::stdin()).map(|stat| FileType::from_raw_mode(stat.st_mode));
    matches!(kind, Ok(FileType::Fifo | FileType::RegularFile))
}

fn standard_input() -> Outcome<Bytes> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .or_fail(|| "cannot read the payload from stdin".to_owned())?;
    Ok(bytes.into())
}

/// On the command line a missing quote is so likely that we say so before the server does.
fn checked(text: Vec<u8>) -> Outcome<Bytes> {
    if let Err(error) = serde_json::from_slice::<&serde_json::value::RawValue>(&text) {
        return Err(Failure::new("the payload is no JSON").because(error).advise(
            "single quotes around it: --payload '{\"name\": \"you\"}', or a file: --payload @event.json",
        ));
    }
    Ok(text.into())
}

fn answer(invoked: &Invoked) -> Answer<'_> {
    let payload = &invoked.payload;
    let as_text = || Value::String(String::from_utf8_lossy(payload).into_owned());
    Answer {
        payload: serde_json::from_slice(payload).unwrap_or_else(|_| as_text()),
        function_error: invoked.function_error.as_deref(),
        executed_version: invoked.executed_version.as_deref(),
        request_id: invoked.request_id.as_deref(),
        log: &invoked.log,
        report: Report::in_log(&invoked.log),
    }
}

fn pretty(payload: &Value) -> String {
    serde_json::to_string_pretty(payload).unwrap_or_default()
}

/// The log and how it went, on stderr: the answer alone is the output.
fn explain(invoked: &Invoked) {
    if !invoked.log.is_empty() {
        output::note(styled(DIM, invoked.log.trim_end()));
    }
    let verdict = match &invoked.function_error {
        None => styled(GOOD, "succeeded"),
        Some(error) => styled(BAD, format!("failed ({error})")),
    };
    let measured = Report::in_log(&invoked.log).map(|report| format!(" {report}")).unwrap_or_default();
    output::note(format!("{verdict}{measured}"));
}
