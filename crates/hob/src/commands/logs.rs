use std::collections::HashSet;
use std::time::Duration;

use clap::Args;
use hob_types::{Clock as _, Timestamp};
use tokio::time::sleep;

use crate::cli::Target;
use crate::client::logs::{Filter, LogEvent};
use crate::client::{Client, ClientError};
use crate::config::Span;
use crate::failure::{Failure, Outcome};
use crate::output::{DIM, Format, styled};
use crate::system::SystemClock;

/// How often a followed log is asked for news.
const POLL_INTERVAL: Duration = Duration::from_millis(300);
/// An event may be stored a little after its time, so each poll looks back so far.
const LOOK_BACK_MS: i64 = 5_000;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  hob logs hello                    the last ten minutes
  hob logs -f hello                 go on as new lines come
  hob logs hello --since 2h --filter ERROR")]
pub struct Arguments {
    /// The function's name, or a log group's, which begins with a slash.
    name: String,

    /// Go on until interrupted.
    #[arg(long, short)]
    follow: bool,

    /// How far to look back.
    #[arg(long, default_value = "10m", value_name = "TIME")]
    since: Span,

    /// Only events that match this CloudWatch Logs filter pattern.
    #[arg(long, value_name = "PATTERN")]
    filter: Option<String>,

    #[command(flatten)]
    target: Target,
}

pub async fn run(arguments: Arguments, format: Format) -> Outcome {
    let client = Client::new(&arguments.target)?;
    let since = i64::try_from(arguments.since.0.as_millis()).unwrap_or(i64::MAX);
    let mut log = Log {
        client,
        group: group(&arguments.name),
        pattern: arguments.filter,
        start: SystemClock.now().as_millis().saturating_sub(since).max(0),
        shown: HashSet::new(),
        format,
    };
    let found = log.show_news().await;
    if !arguments.follow {
        return found.map_err(|error| missing(error, &arguments.name));
    }
    loop {
        // A group appears with the function's first invocation, so its absence is no reason to stop.
        match log.show_news().await {
            Ok(()) => {}
            Err(error) if error.is("ResourceNotFoundException") => {}
            Err(error) => return Err(missing(error, &arguments.name)),
        }
        sleep(POLL_INTERVAL).await;
    }
}

/// The log group of a function, or the group that was named.
fn group(name: &str) -> String {
    if name.starts_with('/') { name.to_owned() } else { format!("/aws/lambda/{name}") }
}

fn missing(error: ClientError, name: &str) -> Failure {
    if error.is("ResourceNotFoundException") {
        return Failure::new(format!("{name} has no log"))
            .because("a function's log begins with its first invocation")
            .advise(format!("`hob invoke {name}`; `hob ls` shows the functions that exist"));
    }
    error.while_doing(format!("cannot read the log of {name}"))
}

struct Log {
    client: Client,
    group: String,
    pattern: Option<String>,
    /// Milliseconds since 1970.
    start: i64,
    /// Ids of events that the next poll may return again.
    shown: HashSet<String>,
    format: Format,
}

impl Log {
    async fn show_news(&mut self) -> Result<(), ClientError> {
        let filter = Filter {
            log_group_name: self.group.clone(),
            start_time: self.start,
            filter_pattern: self.pattern.clone(),
            next_token: None,
        };
        let events = self.client.filter_log_events(filter).await?;
        for event in events.iter().filter(|event| !self.shown.contains(&event.event_id)) {
            self.format.show_line(event, text);
        }
        if let Some(latest) = events.iter().map(|event| event.timestamp).max() {
            self.start = self.start.max(latest - LOOK_BACK_MS);
        }
        self.shown = events.into_iter().filter(|e| e.timestamp >= self.start).map(|e| e.event_id).collect();
        Ok(())
    }
}

fn text(event: &LogEvent) -> String {
    let time = styled(DIM, Timestamp::from_millis(event.timestamp).to_rfc3339());
    format!("{time} {}", event.message.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_s_group_is_lambda_s() {
        assert_eq!(group("hello"), "/aws/lambda/hello");
        assert_eq!(group("/my/group"), "/my/group");
    }

    #[test]
    fn an_event_is_one_line_with_its_time() {
        let event = LogEvent {
            event_id: "1".to_owned(),
            log_stream_name: "s".to_owned(),
            timestamp: 1_767_323_045_678,
            message: "hello\n".to_owned(),
        };
        let shown = anstream::adapter::strip_str(&text(&event)).to_string();
        assert_eq!(shown, "2026-01-02T03:04:05.678Z hello");
    }
}
