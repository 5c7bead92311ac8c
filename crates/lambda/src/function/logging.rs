//! How a function's log is to be written.

use hob_types::{LogFormat, LogLevel, LoggingConfiguration, SystemLogLevel};

/// All of it at once: what is not given is the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LoggingChange {
    pub(crate) format: LogFormat,
    pub(crate) application_level: Option<LogLevel>,
    pub(crate) system_level: Option<SystemLogLevel>,
    /// `None`: the function's own.
    pub(crate) group: Option<String>,
}

/// Levels were given for a log that has none.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("only records in JSON have levels")]
pub(crate) struct LevelOfText;

impl LoggingChange {
    pub(crate) fn configuration(&self) -> Result<LoggingConfiguration, LevelOfText> {
        if self.format == LogFormat::Text && (self.application_level.is_some() || self.system_level.is_some())
        {
            return Err(LevelOfText);
        }
        Ok(LoggingConfiguration {
            format: self.format,
            application_level: self.application_level.unwrap_or_default(),
            system_level: self.system_level.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_in_json_have_levels_and_text_has_none() {
        let json = LoggingChange { format: LogFormat::Json, ..Default::default() };
        let levels = |logging: LoggingChange| {
            logging.configuration().map(|logging| (logging.application_level, logging.system_level))
        };
        assert_eq!(levels(json.clone()), Ok((LogLevel::Info, SystemLogLevel::Info)));
        let debug = LoggingChange { application_level: Some(LogLevel::Debug), ..json };
        assert_eq!(levels(debug), Ok((LogLevel::Debug, SystemLogLevel::Info)));
        let text = LoggingChange { system_level: Some(SystemLogLevel::Warn), ..Default::default() };
        assert_eq!(levels(text), Err(LevelOfText));
    }
}
