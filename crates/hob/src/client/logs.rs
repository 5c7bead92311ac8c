//! CloudWatch Logs' operations.

use http::Method;
use serde::{Deserialize, Serialize};

use super::{Call, Client, ClientError};

/// One line of a log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogEvent {
    pub event_id: String,
    pub log_stream_name: String,
    /// Milliseconds since 1970.
    pub timestamp: i64,
    pub message: String,
}

/// Which events are asked for.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    pub log_group_name: String,
    /// Milliseconds since 1970, inclusive.
    pub start_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter_pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    events: Vec<LogEvent>,
    next_token: Option<String>,
}

impl Client {
    /// All pages.
    pub async fn filter_log_events(&self, mut filter: Filter) -> Result<Vec<LogEvent>, ClientError> {
        let mut events = Vec::new();
        loop {
            let page: Page = self.call(logs("FilterLogEvents", &filter)?).await?.json()?;
            events.extend(page.events);
            match page.next_token {
                Some(token) => filter.next_token = Some(token),
                None => return Ok(events),
            }
        }
    }

    pub async fn delete_log_group(&self, name: &str) -> Result<(), ClientError> {
        let body = serde_json::json!({ "logGroupName": name });
        self.call(logs("DeleteLogGroup", &body)?).await.map(drop)
    }
}

fn logs(operation: &str, body: &impl Serialize) -> Result<Call, ClientError> {
    let body = serde_json::to_vec(body).map_err(ClientError::Unreadable)?;
    let call = Call::new("logs", Method::POST, "/");
    Ok(call
        .header("x-amz-target", format!("Logs_20140328.{operation}"))
        .body("application/x-amz-json-1.1", body))
}
