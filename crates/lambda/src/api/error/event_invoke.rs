//! What may go wrong with event invoke configs.

use hob_wire::AwsError;

use super::{invalid_parameter, service, storage, target_or_missing};
use crate::event_invoke::{Destinations, EventInvokeError};
use crate::function::TargetError;

impl From<EventInvokeError> for AwsError {
    fn from(error: EventInvokeError) -> Self {
        match error {
            EventInvokeError::NoFunction => {
                Self::new("ResourceNotFoundException", "The function doesn't exist.")
            }
            EventInvokeError::NotFound(arn) => Self::new(
                "ResourceNotFoundException",
                format!("The function {arn} doesn't have an EventInvokeConfig"),
            ),
            EventInvokeError::Empty => {
                invalid_parameter("You must specify at least one of error handling or destination setting.")
            }
            EventInvokeError::Unsupported(destinations) => unsupported(&destinations),
            EventInvokeError::NoDestination(arn) => {
                invalid_parameter(format!("The destination ARN {arn} is invalid."))
            }
            // Hob's own.
            EventInvokeError::EventBus => {
                invalid_parameter("A destination on EventBridge is not served by Hob yet.")
            }
            EventInvokeError::Itself => {
                invalid_parameter("You can't specify the function as a destination for itself.")
            }
            EventInvokeError::Neighbour(error) => service(error.to_string()),
            EventInvokeError::Storage(error) => storage(&error),
        }
    }
}

/// As Java prints it.
fn unsupported(Destinations { on_success, on_failure }: &Destinations) -> AwsError {
    let shown = |name: &str, arn: &Option<String>| match arn {
        Some(arn) => format!("{name}(destination={arn})"),
        None => "null".to_owned(),
    };
    invalid_parameter(format!(
        "The provided destination config DestinationConfig(onSuccess={}, onFailure={}) is invalid.",
        shown("OnSuccess", on_success),
        shown("OnFailure", on_failure)
    ))
}

/// Put, Update and List ask for the function first.
pub(in crate::api) fn event_invoke_function(error: TargetError) -> AwsError {
    target_or_missing(error, |_| EventInvokeError::NoFunction.into())
}

/// Get and Delete ask for the config alone.
pub(in crate::api) fn event_invoke_config(error: TargetError) -> AwsError {
    target_or_missing(error, |arn| EventInvokeError::NotFound(format!("{arn}:$LATEST")).into())
}
