//! The codes and words of AWS, recorded from it unless marked.

use hob_storage::StorageError;
use hob_wire::AwsError;

use crate::SnsError;
use crate::error::RedriveProblem;
use crate::filter::InvalidFilterPolicy;
use crate::publish::{InvalidMessage, InvalidMessageAttribute};
use crate::retry::InvalidDeliveryPolicy;

impl From<SnsError> for AwsError {
    fn from(error: SnsError) -> Self {
        match error {
            SnsError::NoTopic => not_found("Topic does not exist"),
            SnsError::NoSubscription => not_found("Subscription does not exist"),
            SnsError::NotAuthorized { caller, action, resource } => Self::new(
                "AuthorizationError",
                format!(
                    "User: {caller} is not authorized to perform: SNS:{action} on resource: {resource} because no \
                     resource-based policy allows the SNS:{action} action"
                ),
            ),
            // Not recorded.
            SnsError::UnsubscribeNeedsAuthentication => Self::new("AuthorizationError", "Not authorized"),
            SnsError::TooManyTags => {
                // Our words.
                Self::new(
                    "TagLimitExceeded",
                    "Could not complete request: tag quota of per resource exceeded",
                )
            }
            SnsError::Message(InvalidMessage::Attribute(invalid)) => {
                Self::new("ParameterValueInvalid", attribute(&invalid))
            }
            SnsError::EmptyBatch => {
                Self::new("EmptyBatchRequest", "The batch request doesn't contain any entries.")
            }
            SnsError::TooManyEntries(_) => Self::new(
                "TooManyEntriesInBatchRequest",
                "The batch request contains more entries than permissible.",
            ),
            SnsError::SameEntryIds => Self::new(
                "BatchEntryIdsNotDistinct",
                "Two or more batch entries in the request have the same Id.",
            ),
            SnsError::InvalidEntryId => Self::new(
                "InvalidBatchEntryId",
                "The Id of a batch entry in a batch request doesn't abide by the specification.",
            ),
            SnsError::BatchTooLong => Self::new(
                "BatchRequestTooLong",
                "The length of all the messages put together is more than the limit.",
            ),
            SnsError::Storage(cause) => storage(&cause),
            invalid => Self::new("InvalidParameter", format!("Invalid parameter: {}", parameter(&invalid))),
        }
    }
}

/// What follows `Invalid parameter: `.
fn parameter(error: &SnsError) -> String {
    match error {
        SnsError::ShortArn { parameter, elements } => {
            format!("{parameter} Reason: An ARN must have at least 6 elements, not {elements}")
        }
        SnsError::NoTarget => "TopicArn or TargetArn Reason: no value for required parameter".to_owned(),
        SnsError::TopicName => "Topic Name".to_owned(),
        SnsError::FifoTopicName => "Fifo Topic names must end with .fifo and must be made up of only uppercase and \
            lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long."
            .to_owned(),
        SnsError::OtherAttributes => {
            "Attributes Reason: Topic already exists with different attributes".to_owned()
        }
        SnsError::OtherTags => "Tags Reason: Topic already exists with different tags".to_owned(),
        SnsError::OtherSubscriptionAttributes => {
            "Attributes Reason: Subscription already exists with different attributes".to_owned()
        }
        SnsError::UnknownAttribute(_) => "AttributeName".to_owned(),
        SnsError::InvalidBoolean(value) => {
            format!("RawMessageDelivery: Invalid value [{value}]. Must be true or false.")
        }
        SnsError::InvalidScope(value) => format!(
            "FilterPolicyScope: Invalid value [{value}]. Please use either MessageBody or MessageAttributes"
        ),
        // Our words, as those of the three after it.
        SnsError::InvalidAttribute { name, value } => format!("{name}: Invalid value [{value}]."),
        SnsError::Unserved(what) => format!("{what} is not served by Hob."),
        SnsError::InvalidPolicy => "Policy Error: the policy is no JSON object with statements".to_owned(),
        SnsError::NotConfirmed => {
            "SubscriptionArn Reason: a subscription that is not confirmed cannot be ended".to_owned()
        }
        SnsError::LabelExists => "Statement already exists".to_owned(),
        SnsError::NoSuchAccount(account) => format!("Policy statement principal {account}"),
        SnsError::NoSuchAction(_) => "Policy statement action out of service scope!".to_owned(),
        SnsError::ReservedTagKey => "Tags Reason: tag keys that begin with aws: are reserved".to_owned(),
        SnsError::UnknownProtocol(protocol) => {
            format!("Amazon SNS does not support this protocol string: {protocol}")
        }
        // Our words.
        SnsError::UnservedProtocol(protocol) => format!(
            "Hob does not deliver by {protocol}; it delivers to lambda, sqs, http and https endpoints."
        ),
        SnsError::InvalidEndpoint("sqs") => "SQS endpoint ARN".to_owned(),
        SnsError::InvalidEndpoint("lambda") => "Lambda endpoint ARN".to_owned(),
        SnsError::InvalidEndpoint(scheme) => {
            format!("Endpoint must match the specified protocol, which is {scheme}")
        }
        SnsError::FifoQueueOfStandardTopic => "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be \
            subscribed to standard SNS topics"
            .to_owned(),
        SnsError::NotAQueueOfFifoTopic => {
            "Invalid parameter: Endpoint Reason: Please use FIFO SQS queue".to_owned()
        }
        SnsError::InvalidToken => "Token".to_owned(),
        SnsError::InvalidNextToken => "NextToken Reason: Invalid token".to_owned(),
        SnsError::InvalidRedrivePolicy(problem) => redrive(*problem),
        SnsError::FilterPolicy { problem, subscribing } => filter_policy(problem, *subscribing),
        SnsError::DeliveryPolicy(problem) => format!("DeliveryPolicy: {}", delivery_policy(problem)),
        SnsError::Message(problem) => message(problem),
        other => other.to_string(),
    }
}

fn message(problem: &InvalidMessage) -> String {
    match problem {
        InvalidMessage::Empty => "Empty message",
        InvalidMessage::TooLong => "Message too long",
        InvalidMessage::Subject => "Subject",
        // Our words.
        InvalidMessage::Structure => "Message Structure - json is the only structure",
        InvalidMessage::NotJson => "Message Structure - JSON message body failed to parse",
        InvalidMessage::NoDefault => "Message Structure - No default entry in JSON message body",
        InvalidMessage::NoGroup => "The MessageGroupId parameter is required for FIFO topics",
        InvalidMessage::NoDeduplicationId => {
            "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided \
             explicitly"
        }
        InvalidMessage::UnwantedDeduplicationId => {
            "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid \
             for this topic type"
        }
        InvalidMessage::Id(name) => {
            return format!(
                "{name} Reason: {name} can only include alphanumeric and punctuation characters. 1 to 128 in length."
            );
        }
        InvalidMessage::Attribute(invalid) => return attribute(invalid),
    }
    .to_owned()
}

/// Only that of a missing value is recorded.
fn attribute(invalid: &InvalidMessageAttribute) -> String {
    match invalid {
        InvalidMessageAttribute::Name(name) => format!(
            "The message attribute name '{name}' can contain only letters, digits, hyphens, underscores and single \
             dots, 256 characters at most."
        ),
        InvalidMessageAttribute::NoType(name) => {
            format!("The message attribute '{name}' must contain non-empty message attribute type.")
        }
        InvalidMessageAttribute::Type(name) => format!(
            "The message attribute '{name}' has an invalid message attribute type, the set of supported type prefixes \
             is Binary, Number, and String."
        ),
        InvalidMessageAttribute::NoValue { name, data_type } => format!(
            "The message attribute '{name}' must contain non-empty message attribute value for message attribute type \
             '{data_type}'."
        ),
        InvalidMessageAttribute::OtherValue { name, data_type } => {
            let field = if data_type.starts_with("Binary") { "Binary" } else { "String" };
            format!("The message attribute '{name}' with type '{data_type}' must use field '{field}'.")
        }
        InvalidMessageAttribute::NotANumber(name) => {
            format!("Could not cast message attribute '{name}' value to number.")
        }
        InvalidMessageAttribute::NotAnArray(name) => format!(
            "The message attribute '{name}' of type 'String.Array' must be a JSON array of strings, numbers, booleans \
             and nulls."
        ),
    }
}

fn redrive(problem: RedriveProblem) -> String {
    match problem {
        RedriveProblem::Malformed => "RedrivePolicy: failed to parse JSON.",
        RedriveProblem::NotAQueue => "RedrivePolicy: deadLetterTargetArn is an invalid arn",
        RedriveProblem::FifoNeeded => {
            "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic."
        }
        // Our words.
        RedriveProblem::StandardNeeded => {
            "RedrivePolicy: must use a standard queue as DLQ for a subscription to a standard topic."
        }
    }
    .to_owned()
}

/// Without the place in the policy, which AWS adds to what its parser finds.
fn filter_policy(problem: &InvalidFilterPolicy, subscribing: bool) -> String {
    let prefix = if subscribing { "Attributes Reason: " } else { "" };
    let reason = match problem {
        InvalidFilterPolicy::Nested => {
            return format!(
                "{prefix}Filter policy scope MessageAttributes does not support nested filter policy"
            );
        }
        InvalidFilterPolicy::NotJson => "failed to parse JSON.".to_owned(),
        InvalidFilterPolicy::TooManyKeys => "Filter policy can not have more than 5 keys".to_owned(),
        InvalidFilterPolicy::TooComplex => "Filter policy is too complex".to_owned(),
        InvalidFilterPolicy::EmptyArray => "Empty arrays are not allowed".to_owned(),
        InvalidFilterPolicy::EmptyObject => "Empty objects are not allowed".to_owned(),
        InvalidFilterPolicy::NeitherObjectNorArray(name) => {
            format!("\"{name}\" must be an object or an array")
        }
        InvalidFilterPolicy::InvalidOr => {
            "There must have at least 2 Objects in $or relationship.".to_owned()
        }
        InvalidFilterPolicy::NotAScalar => {
            "Match value must be String, number, true, false, or null".to_owned()
        }
        InvalidFilterPolicy::SeveralOperators => "Only one key allowed in match expression".to_owned(),
        InvalidFilterPolicy::UnknownOperator(name) => format!("Unrecognized match type {name}"),
        InvalidFilterPolicy::NotAString(name) => format!("{name} match pattern must be a string"),
        InvalidFilterPolicy::NotABoolean => "exists match pattern must be either true or false.".to_owned(),
        InvalidFilterPolicy::InvalidAnythingBut(name) => format!("Unsupported anything-but pattern: {name}"),
        InvalidFilterPolicy::NumericMember(member) => format!("Invalid member in numeric match: {member}"),
        InvalidFilterPolicy::NumericOperator(name) => format!("Unrecognized numeric range operator: {name}"),
        InvalidFilterPolicy::NotANumber(name) => format!("Value of {name} must be numeric"),
        InvalidFilterPolicy::SecondNumericOperator(name) => format!("Bad numeric range operator: {name}"),
        InvalidFilterPolicy::EmptyRange => "Bottom must be less than top".to_owned(),
        InvalidFilterPolicy::LongNumeric => "Too many elements in numeric expression".to_owned(),
        // Our words.
        InvalidFilterPolicy::Operand => "a match pattern is malformed".to_owned(),
    };
    format!("{prefix}FilterPolicy: {reason}")
}

/// Our words.
fn delivery_policy(problem: &InvalidDeliveryPolicy) -> String {
    match problem {
        InvalidDeliveryPolicy::Malformed(reason) => format!("the policy cannot be read: {reason}"),
        InvalidDeliveryPolicy::OutOfRange(name) => format!("{name} is out of its range"),
        InvalidDeliveryPolicy::TooManyInPhases => {
            "the retries of all phases together must not be more than numRetries".to_owned()
        }
        InvalidDeliveryPolicy::TooLong => {
            "all retries together must not take longer than 3600 seconds".to_owned()
        }
        InvalidDeliveryPolicy::Unserved => {
            "sicklyRetryPolicy and guaranteed are not served by Hob, and by AWS no longer".to_owned()
        }
    }
}

fn storage(cause: &StorageError) -> AwsError {
    tracing::error!(%cause, "topic storage failed");
    let message = match cause {
        StorageError::DiskFull => "The disk of the server is full.",
        StorageError::Closed(_) => "The topic storage is closed; the server must be restarted.",
        StorageError::Io(_) | StorageError::Database(_) => "The service cannot complete the request.",
    };
    AwsError::new("InternalError", message)
}

fn not_found(message: &'static str) -> AwsError {
    AwsError::new("NotFound", message)
}
