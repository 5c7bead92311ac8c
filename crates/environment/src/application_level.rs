//! How much a line matters that the function wrote, for a log in AWS's JSON format.
//!
//! Source: Lambda guide, "Log-level filtering".

use hob_types::{LogLevel, Timestamp};
use serde::Deserialize;
use serde_json::Value;

/// What AWS looks at in a JSON object. The rest of the line is the function's own.
#[derive(Deserialize)]
struct Fields {
    level: Option<Value>,
    timestamp: Option<Value>,
    #[serde(rename = "Timestamp")]
    upper_timestamp: Option<Value>,
    time: Option<Value>,
    #[serde(rename = "@timestamp")]
    at_timestamp: Option<Value>,
}

/// `None`: the line is no JSON object, and is in the log at every level.
pub(crate) fn of(line: &str) -> Option<LogLevel> {
    if !line.starts_with('{') {
        return None;
    }
    let fields: Fields = serde_json::from_str(line).ok()?;
    Some(fields.level().filter(|_| fields.has_time()).unwrap_or_default())
}

impl Fields {
    fn level(&self) -> Option<LogLevel> {
        let name = self.level.as_ref()?.as_str()?.to_ascii_uppercase();
        // As Python's `logging` names two of them.
        match name.as_str() {
            "WARNING" => Some(LogLevel::Warn),
            "CRITICAL" => Some(LogLevel::Fatal),
            name => name.parse().ok(),
        }
    }

    /// Under whichever name the managed runtimes and their libraries use. AWS takes what has none to be INFO.
    fn has_time(&self) -> bool {
        [&self.timestamp, &self.upper_timestamp, &self.time, &self.at_timestamp]
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .any(|text| Timestamp::from_rfc3339(text).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(fields: &str) -> Option<LogLevel> {
        of(&format!("{{{fields}}}\n"))
    }

    #[test]
    fn a_json_object_with_a_time_has_the_level_that_it_names() {
        let at = r#""timestamp":"2024-11-02T16:51:31.587199Z""#;
        for (name, expected) in [
            ("debug", LogLevel::Debug),
            ("WARN", LogLevel::Warn),
            ("WARNING", LogLevel::Warn),
            ("CRITICAL", LogLevel::Fatal),
            ("loud", LogLevel::Info),
        ] {
            assert_eq!(level(&format!(r#""level":"{name}",{at}"#)), Some(expected), "{name}");
        }
        assert_eq!(level(&format!(r#"{at},"message":"no level""#)), Some(LogLevel::Info));
        assert_eq!(level(&format!(r#"{at},"level":30"#)), Some(LogLevel::Info));
    }

    #[test]
    fn without_a_time_it_is_info() {
        assert_eq!(level(r#""level":"ERROR""#), Some(LogLevel::Info));
        for time in ["now", "2024-11-02", "2024-11-02T16:51:31", "2024-11-02T16:51:31 Z"] {
            assert_eq!(
                level(&format!(r#""level":"ERROR","timestamp":"{time}""#)),
                Some(LogLevel::Info),
                "{time}"
            );
        }
    }

    #[test]
    fn a_time_may_have_any_of_the_usual_names_and_an_offset() {
        for name in ["timestamp", "Timestamp", "time", "@timestamp"] {
            let fields = format!(r#""level":"ERROR","{name}":"2024-11-02T16:51:31+01:00""#);
            assert_eq!(level(&fields), Some(LogLevel::Error), "{name}");
        }
    }

    #[test]
    fn what_is_no_json_object_has_no_level() {
        for line in
            ["print\n", "[ERROR] x\n", "{not json}\n", "[1]\n", "\"ERROR\"\n", "", "{\"level\":\"ERROR\""]
        {
            assert_eq!(of(line), None, "{line}");
        }
    }
}
