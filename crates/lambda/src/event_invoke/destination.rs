//! Which ARNs can name a destination.

use hob_types::{QualifiedFunctionArn, QueueArn, TopicArn};

/// What results of asynchronous invocations may be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    Queue(QueueArn),
    Topic(TopicArn),
    EventBus,
    Function(QualifiedFunctionArn),
    /// By its name; for failures only.
    Bucket(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidDestination {
    #[error("no service that takes results")]
    Service,
    #[error("names nothing that the service has")]
    Resource,
}

impl std::str::FromStr for Destination {
    type Err = InvalidDestination;

    fn from_str(arn: &str) -> Result<Self, InvalidDestination> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", _, service, region, account, resource] = parts.as_slice() else {
            return Err(InvalidDestination::Service);
        };
        let regional = !region.is_empty() && !account.is_empty();
        let destination = match *service {
            "sqs" if is_name(resource) => arn.parse().ok().map(Self::Queue),
            "sns" if is_name(resource) => arn.parse().ok().map(Self::Topic),
            "sqs" | "sns" => None,
            "events" => {
                let bus = resource.strip_prefix("event-bus/");
                bus.filter(|name| regional && !name.is_empty()).map(|_| Self::EventBus)
            }
            "lambda" => {
                let function = resource.strip_prefix("function:").and_then(|_| arn.parse().ok());
                function.map(Self::Function)
            }
            "s3" => (!regional && is_name(resource)).then(|| Self::Bucket((*resource).to_owned())),
            _ => return Err(InvalidDestination::Service),
        };
        destination.ok_or(InvalidDestination::Resource)
    }
}

/// Of a queue, topic or bucket.
fn is_name(resource: &str) -> bool {
    !resource.is_empty() && !resource.contains([':', '/'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(arn: &str) -> Result<Destination, InvalidDestination> {
        arn.parse()
    }

    #[test]
    fn queues_topics_buses_functions_and_buckets_take_results() {
        let queue = "arn:aws:sqs:us-east-1:000000000000:queue.fifo";
        assert_eq!(parse(queue), Ok(Destination::Queue(queue.parse().unwrap())));
        let topic = "arn:aws:sns:us-east-1:000000000000:topic";
        assert_eq!(parse(topic), Ok(Destination::Topic(topic.parse().unwrap())));
        assert_eq!(parse("arn:aws:events:us-east-1:000000000000:event-bus/a"), Ok(Destination::EventBus));
        assert_eq!(parse("arn:aws:s3:::bucket"), Ok(Destination::Bucket("bucket".to_owned())));
        let function = "arn:aws:lambda:us-east-1:000000000000:function:fn:live";
        assert_eq!(parse(function), Ok(Destination::Function(function.parse().unwrap())));
    }

    #[test]
    fn other_services_take_none() {
        for other in ["kafka://topic", "arn:aws:iam::000000000000:role/a", "arn:aws:kinesis:a:b:c", "", "arn"]
        {
            assert_eq!(parse(other), Err(InvalidDestination::Service), "{other}");
        }
    }

    #[test]
    fn what_no_service_could_have_is_refused() {
        for bad in [
            "arn:aws:sqs:us-east-1:000000000000:",
            "arn:aws:sqs::000000000000:queue",
            "arn:aws:sns:us-east-1:000000000000:topic:5a8c0e2f",
            "arn:aws:events:us-east-1:000000000000:rule/a",
            "arn:aws:events:us-east-1:000000000000:event-bus/",
            "arn:aws:lambda:us-east-1:000000000000:layer:a",
            "arn:aws:s3:::bucket/key",
        ] {
            assert_eq!(parse(bad), Err(InvalidDestination::Resource), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,80}", arn in "arn:aws:(sqs|s3|events|lambda):.{0,40}") {
            let _ = (parse(&text), parse(&arn));
        }
    }
}
