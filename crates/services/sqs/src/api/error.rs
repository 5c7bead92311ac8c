//! The codes and words of AWS, recorded from it unless marked.

use hob_storage::StorageError;
use hob_wire::validation::{self, Violation};
use hob_wire::{AwsError, Fault};

use crate::SqsError;
use crate::error::{InvalidMessageAttribute, InvalidRedrive, Range};

const INVALID_PARAMETER: &str = "InvalidParameterValueException";
const MISSING_PARAMETER: &str = "MissingRequiredParameterException";

impl From<SqsError> for AwsError {
    fn from(error: SqsError) -> Self {
        match error {
            SqsError::NoQueue => Self::new("QueueDoesNotExist", "The specified queue does not exist.")
                .with_query_message("The specified queue does not exist for this wsdl version."),
            // Not recorded: users of AWS quote it.
            SqsError::OtherAccount { url } => {
                Self::new("AccessDeniedException", format!("Access to the resource {url} is denied."))
            }
            SqsError::InvalidUrl(url) => {
                Self::new("InvalidAddress", format!("The address {url} is not valid for this endpoint."))
            }
            SqsError::InvalidArn { parameter, arn } => invalid(parameter, &arn, "Invalid ARN."),
            SqsError::QueueExists(attribute) => Self::new(
                "QueueNameExists",
                format!(
                    "A queue already exists with the same name and a different value for attribute {attribute}"
                ),
            ),
            // Our words.
            SqsError::OtherTags => Self::new(
                "QueueNameExists",
                "A queue already exists with the same name and a different value for tag(s)",
            ),
            SqsError::DeletedRecently => Self::new(
                "QueueDeletedRecently",
                "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
            ),
            SqsError::PurgedRecently(name) => Self::new(
                "PurgeQueueInProgress",
                format!("Only one PurgeQueue operation on {name} is allowed every 60 seconds."),
            ),
            SqsError::InvalidName { fifo } => Self::new(INVALID_PARAMETER, invalid_name(fifo)),
            SqsError::Missing(parameter) => missing(parameter),
            SqsError::OutOfRange { name, value, range } => {
                invalid(name, &value.to_string(), &must_be(name, range))
            }
            SqsError::UnknownAttribute(name) => {
                Self::new("InvalidAttributeName", format!("Unknown Attribute {name}."))
            }
            SqsError::FifoOnly(name) => Self::new(
                "InvalidAttributeName",
                format!("You can specify the {name} only when FifoQueue is set to true."),
            ),
            SqsError::QueueTypeStays => invalid_attribute(
                "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
            ),
            SqsError::InvalidAttributeValue(name) => {
                invalid_attribute(format!("Invalid value for the parameter {name}."))
            }
            SqsError::ThroughputNeedsGroupScope => invalid_attribute(
                "Invalid value for the parameter FifoThroughputLimit. Reason: perMessageGroupId is allowed \
                 only when the value for DeduplicationScope is messageGroup.",
            ),
            SqsError::InvalidRedrive { parameter, value, why } => {
                invalid(parameter, &value, &invalid_redrive(&why))
            }
            // Our words.
            SqsError::Unserved(name) => Self::new(
                "UnsupportedOperation",
                format!(
                    "{name} is not served by Hob: it has no KMS yet, and only SqsManagedSseEnabled can be set."
                ),
            ),
            SqsError::WrongQueueType { parameter, value } => invalid(
                parameter,
                &value,
                "The request include parameter that is not valid for this queue type.",
            ),
            SqsError::InvalidToken { parameter, value } => invalid(
                parameter,
                &value,
                &format!(
                    "{parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length."
                ),
            ),
            SqsError::NoDeduplicationId => Self::new(
                INVALID_PARAMETER,
                "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId \
                 provided explicitly",
            ),
            SqsError::InvalidCharacters => Self::new(
                "InvalidMessageContents",
                "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | \
                 #xE000 to #xFFFD | #x10000 to #x10FFFF.",
            ),
            SqsError::MessageTooLong { limit, in_batch } => {
                let what = if in_batch { "cannot be validated" } else { "are invalid" };
                Self::new(
                    INVALID_PARAMETER,
                    format!(
                        "One or more parameters {what}. Reason: Message must be shorter than {limit} bytes."
                    ),
                )
            }
            SqsError::BatchTooLong { bytes } => Self::new(
                "BatchRequestTooLong",
                format!("Batch requests cannot be longer than 1048576 bytes. You have sent {bytes} bytes."),
            ),
            SqsError::Attribute(why) => attribute(&why),
            SqsError::EmptyBatch { entry } => Self::new(
                "EmptyBatchRequest",
                format!("There should be at least one {entry} in the request."),
            ),
            SqsError::TooManyEntries(count) => Self::new(
                "TooManyEntriesInBatchRequest",
                format!("Maximum number of entries per request are 10. You have sent {count}."),
            ),
            SqsError::InvalidEntryId => Self::new(
                "InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. \
                 It can be at most 80 letters long.",
            ),
            SqsError::EntryIdsNotDistinct(id) => {
                Self::new("BatchEntryIdsNotDistinct", format!("Id {id} repeated."))
            }
            SqsError::InvalidHandle(handle) => Self::new(
                "ReceiptHandleIsInvalid",
                format!("The input receipt handle \"{handle}\" is not a valid receipt handle."),
            ),
            SqsError::ExpiredHandle(handle) => {
                invalid("ReceiptHandle", &handle, "The receipt handle has expired.")
            }
            SqsError::NotInFlight(handle) => invalid(
                "ReceiptHandle",
                &handle,
                "Message does not exist or is not available for visibility timeout change.",
            ),
            SqsError::HiddenTooLong { seconds } => invalid(
                "VisibilityTimeout",
                &seconds.to_string(),
                "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].",
            ),
            SqsError::OverLimit => {
                Self::new("OverLimit", "The maximum number of in flight messages is reached: 120000.")
            }
            SqsError::TooManyReceivers => {
                Self::new("RequestThrottled", "Too many receivers wait for this queue.")
            }
            SqsError::LabelExists(label) => invalid("Label", &label, "Already exists."),
            SqsError::NoLabel(label) => invalid("Label", &label, "can't find label."),
            SqsError::InvalidAction(action) => {
                invalid("ActionName", &action, "Only the queue owner is allowed to invoke this action.")
            }
            SqsError::InvalidPrincipal(account) => invalid("PrincipalId", &account, "Unable to verify."),
            SqsError::InvalidNextToken => Self::new(INVALID_PARAMETER, "Invalid or expired next token."),
            SqsError::NoSourceQueue => no_resource("SourceArn"),
            SqsError::NoDestinationQueue => no_resource("DestinationArn"),
            SqsError::NotADeadLetterQueue(_) => {
                Self::new(INVALID_PARAMETER, "Source queue must be configured as a Dead Letter Queue.")
            }
            SqsError::TaskRunning => Self::new(
                INVALID_PARAMETER,
                "There is already a task running. Only one active task is allowed for a source queue arn at a \
                 given time.",
            ),
            SqsError::NoTask => Self::new("ResourceNotFoundException", "Task does not exist."),
            SqsError::TaskEnded => Self::new("UnsupportedOperation", "Only active tasks can be cancelled."),
            // Our words.
            SqsError::TooManyTags(max) => {
                Self::new(INVALID_PARAMETER, format!("A queue can have {max} tags at most."))
            }
            SqsError::InvalidTag(key) => invalid(
                "Tag",
                &key,
                "A tag's key has 1 to 128 characters and does not begin with aws:, its value at most 256.",
            ),
            SqsError::Storage(cause) => storage(&cause),
        }
    }
}

fn invalid(parameter: &str, value: &str, reason: &str) -> AwsError {
    let text = format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}");
    AwsError::new(INVALID_PARAMETER, text)
}

fn invalid_attribute(message: impl Into<std::borrow::Cow<'static, str>>) -> AwsError {
    AwsError::new("InvalidAttributeValue", message)
}

fn missing(parameter: &str) -> AwsError {
    AwsError::new(MISSING_PARAMETER, format!("The request must contain the parameter {parameter}."))
}

fn no_resource(parameter: &str) -> AwsError {
    let text = format!("The resource that you specified for the {parameter} parameter doesn't exist.");
    AwsError::new("ResourceNotFoundException", text)
}

fn invalid_name(fifo: bool) -> &'static str {
    if fifo {
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end \
         with .fifo suffix and be 1 to 80 in length."
    } else {
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
    }
}

fn must_be(name: &str, range: Range) -> String {
    match range {
        Range::Between(min, max) => format!("Must be between {min} and {max}, if provided."),
        Range::IfProvided(min, max) => format!("Must be >= {min} and <= {max}, if provided."),
        Range::Named(min, max) => format!("{name} must be >= {min} and <= {max}."),
    }
}

/// Not recorded but for what others that speak this API say.
fn invalid_redrive(why: &InvalidRedrive) -> String {
    match why {
        InvalidRedrive::NotJson => "Redrive policy is not a valid JSON map.".to_owned(),
        InvalidRedrive::Missing(member) => {
            format!("Redrive policy does not contain mandatory attribute: {member}.")
        }
        InvalidRedrive::InvalidArn(arn) => format!("Invalid ARN: {arn}."),
        InvalidRedrive::NoTarget => "Dead letter target does not exist.".to_owned(),
        InvalidRedrive::OtherType => "Dead-letter queue must be same type of queue as the source.".to_owned(),
        InvalidRedrive::MaxReceives(count) => format!(
            "Invalid value for maxReceiveCount: {count}, valid values are from 1 to 1000 both inclusive."
        ),
        InvalidRedrive::NotPermitted => {
            "Dead letter target does not permit this queue by its RedriveAllowPolicy.".to_owned()
        }
        InvalidRedrive::Permission(permission) => format!(
            "Invalid value for redrivePermission: {permission}, valid values are allowAll, denyAll and byQueue."
        ),
        InvalidRedrive::SourcesWithoutByQueue => {
            "sourceQueueArns can only be specified when redrivePermission is byQueue.".to_owned()
        }
        InvalidRedrive::SourcesMissing => {
            "sourceQueueArns must be specified when redrivePermission is byQueue.".to_owned()
        }
        InvalidRedrive::TooManySources => "sourceQueueArns can name at most 10 queues.".to_owned(),
    }
}

/// Not recorded but for the value that is missing; users of AWS quote most of the others.
fn attribute(why: &InvalidMessageAttribute) -> AwsError {
    let text = match why {
        InvalidMessageAttribute::TooMany(count) => {
            format!("Number of message attributes [{count}] exceeds the allowed maximum [10].")
        }
        InvalidMessageAttribute::Name(name) => format!(
            "Invalid attribute name '{name}': it has 1 to 256 letters, digits, hyphens, underscores and single \
             periods, no period at either end, and does not begin with AWS. or Amazon."
        ),
        InvalidMessageAttribute::NoType(name) => {
            format!("The message attribute '{name}' must contain non-empty message attribute type.")
        }
        InvalidMessageAttribute::Type(name) => format!(
            "The message attribute '{name}' has an invalid message attribute type, the set of supported type \
             prefixes is Binary, Number, and String."
        ),
        InvalidMessageAttribute::NoValue { name, data_type } => {
            format!("Message (user) attribute '{name}' must contain a non-empty value of type '{data_type}'.")
        }
        InvalidMessageAttribute::NotANumber(name) => {
            format!("Can't cast the value of message (user) attribute '{name}' to a number.")
        }
        InvalidMessageAttribute::Characters(name) => {
            format!("Message (user) attribute '{name}' contains invalid characters.")
        }
        InvalidMessageAttribute::List(_) => {
            let text = "Message attribute list values in SendMessage operation are not supported.";
            return AwsError::new("UnsupportedOperation", text);
        }
        InvalidMessageAttribute::System(name) => {
            format!(
                "Message (system) attribute '{name}' is invalid: AWSTraceHeader of type String is allowed."
            )
        }
    };
    AwsError::new(INVALID_PARAMETER, text)
}

fn storage(cause: &StorageError) -> AwsError {
    tracing::error!(%cause, "queue storage failed");
    let message = match cause {
        StorageError::DiskFull => "The disk of the server is full.",
        StorageError::Closed(_) => "The queue storage is closed; the server must be restarted.",
        StorageError::Io(_) | StorageError::Database(_) => "The service cannot complete the request.",
    };
    let mut error = AwsError::new("ServiceUnavailableException", message).with_status(503);
    error.fault = Some(Some(Fault::Server));
    error
}

/// Words what breaks the model: nothing but members that are missing.
pub(crate) fn refuse(violations: &[Violation]) -> AwsError {
    match violations.first() {
        Some(violation) if violation.constraint.ends_with("must not be null") => {
            missing(&parameter(&violation.path))
        }
        _ => AwsError::new(INVALID_PARAMETER, validation::message(violations)),
    }
}

/// `MessageBody` of `entries.1.member.messageBody`.
fn parameter(path: &str) -> String {
    let last = path.rsplit('.').next().unwrap_or_default();
    let mut letters = last.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// What the entries of batches say for a code.
pub(super) fn query_code(code: &'static str) -> &'static str {
    let errors = &super::shapes::model().errors;
    errors.iter().find(|known| known.name == code).map_or(code, |known| known.code)
}
