use std::fmt;
use std::str::FromStr;

/// In which form a function's log is written, and how much of it: AWS's `LoggingConfig`, but for the log group.
///
/// The levels hold with [`LogFormat::Json`] alone. Source: Lambda guide, "Log-level filtering".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct LoggingConfiguration {
    #[serde(rename = "LogFormat")]
    pub format: LogFormat,
    /// Of what the function itself logs, nothing below this is kept.
    #[serde(rename = "ApplicationLogLevel")]
    pub application_level: LogLevel,
    /// Likewise of what the platform logs.
    #[serde(rename = "SystemLogLevel")]
    pub system_level: SystemLogLevel,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is none of {expected:?}")]
pub struct InvalidLogging {
    pub value: String,
    pub expected: &'static [&'static str],
}

/// An enumeration of AWS's, which is written as its names, and ordered as they are here.
macro_rules! named {
    ($($(#[$doc:meta])+ $name:ident { $($(#[$default:meta])? $value:ident = $text:literal,)+ })+) => {$(
        $(#[$doc])+
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
        )]
        pub enum $name {
            $($(#[$default])? #[serde(rename = $text)] $value,)+
        }

        impl $name {
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $text,)+
                }
            }
        }

        impl FromStr for $name {
            type Err = InvalidLogging;

            fn from_str(s: &str) -> Result<Self, InvalidLogging> {
                match s {
                    $($text => Ok(Self::$value),)+
                    _ => Err(InvalidLogging { value: s.to_owned(), expected: &[$($text),+] }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )+};
}

named! {
    /// How log lines are written.
    LogFormat {
        #[default]
        Text = "Text",
        Json = "JSON",
    }

    /// How much a line of the function's own matters: AWS's `ApplicationLogLevel`.
    LogLevel {
        Trace = "TRACE",
        Debug = "DEBUG",
        #[default]
        Info = "INFO",
        Warn = "WARN",
        Error = "ERROR",
        Fatal = "FATAL",
    }

    /// How much a line of the platform matters.
    SystemLogLevel {
        Debug = "DEBUG",
        #[default]
        Info = "INFO",
        Warn = "WARN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_awss() {
        let LoggingConfiguration { format, application_level, system_level } =
            LoggingConfiguration::default();
        assert_eq!(format!("{format} {application_level} {system_level}"), "Text INFO INFO");
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for level in ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] {
            assert_eq!(level.parse::<LogLevel>().unwrap().to_string(), level);
        }
        assert_eq!("JSON".parse(), Ok(LogFormat::Json));
        assert_eq!(
            "json".parse::<LogFormat>().unwrap_err().to_string(),
            r#""json" is none of ["Text", "JSON"]"#
        );
        assert!("ERROR".parse::<SystemLogLevel>().is_err());
    }

    #[test]
    fn levels_are_ordered_by_how_much_they_matter() {
        assert!(LogLevel::Trace < LogLevel::Info && LogLevel::Error < LogLevel::Fatal);
        assert!(SystemLogLevel::Debug < SystemLogLevel::Info && SystemLogLevel::Info < SystemLogLevel::Warn);
    }
}
