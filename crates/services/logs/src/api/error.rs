//! The codes and words of AWS, recorded from it unless marked.

use hob_storage::StorageError;
use hob_wire::AwsError;

use crate::LogsError;
use crate::group::RETENTION_DAYS;
use crate::tags::TAGS_MAX;

impl From<LogsError> for AwsError {
    fn from(error: LogsError) -> Self {
        match error {
            LogsError::NoGroup => not_found("The specified log group does not exist."),
            LogsError::NoStream => not_found("The specified log stream does not exist."),
            LogsError::GroupExists => exists("The specified log group already exists"),
            LogsError::StreamExists => exists("The specified log stream already exists"),
            // Not recorded: users of AWS quote it.
            LogsError::ReservedGroupName => invalid("Log groups starting with AWS/ are reserved for AWS."),
            // Our words, as those of the two after it.
            LogsError::ReservedTagKey => invalid("Tag keys starting with aws: are reserved for AWS."),
            LogsError::TooManyTags => AwsError::new(
                "TooManyTagsException",
                format!("A log group can have {TAGS_MAX} tags at most."),
            ),
            LogsError::Unserved(what) => invalid(format!("{what} is not served by Hob yet.")),
            // Our words.
            LogsError::GroupNotNamed => {
                invalid("Exactly one of logGroupName and logGroupIdentifier must be specified.")
            }
            LogsError::PrefixAndPattern => {
                invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
            }
            // Our words.
            LogsError::NamesAndPrefix => {
                invalid("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.")
            }
            // Not recorded: users of AWS quote it.
            LogsError::PrefixInOrderOfTime => {
                invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
            }
            LogsError::InvalidToken => invalid("The specified nextToken is invalid."),
            LogsError::InvalidRetention { days } => invalid(invalid_retention(days)),
            LogsError::NotChronological => {
                invalid("Log events in a single PutLogEvents request must be in chronological order.")
            }
            // Not recorded: the words of the user guide.
            LogsError::SpanTooLong => invalid(
                "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
            ),
            // Not recorded: what others that speak this API say.
            LogsError::TooManyBytes { bytes } => {
                invalid(format!("Upload too large: {bytes} bytes exceeds limit of 1048576"))
            }
            // Not recorded; the pattern's parser says where its words are from.
            LogsError::Pattern(reason) => invalid(reason.to_string()),
            LogsError::Storage(cause) => storage(&cause),
        }
    }
}

/// Not recorded: in the form of AWS's other validation errors.
fn invalid_retention(days: i32) -> String {
    format!(
        "1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: \
         Member must satisfy enum value set: {RETENTION_DAYS:?}"
    )
}

fn storage(cause: &StorageError) -> AwsError {
    tracing::error!(%cause, "log storage failed");
    let message = match cause {
        StorageError::DiskFull => "The disk of the server is full.",
        StorageError::Closed(_) => "The log storage is closed; the server must be restarted.",
        StorageError::Io(_) | StorageError::Database(_) => "The service cannot complete the request.",
    };
    AwsError::new("ServiceUnavailableException", message)
}

fn not_found(message: &'static str) -> AwsError {
    AwsError::new("ResourceNotFoundException", message)
}

fn exists(message: &'static str) -> AwsError {
    AwsError::new("ResourceAlreadyExistsException", message)
}

fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> AwsError {
    AwsError::new("InvalidParameterException", message)
}
