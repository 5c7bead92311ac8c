use hob_storage::SubscriptionEndpoint;
use hob_types::{AccountId, TopicArn};
use http::Uri;

use crate::SnsError;

/// What AWS delivers to and nobody here could.
const UNSERVED: [&str; 5] = ["email", "email-json", "sms", "application", "firehose"];

pub(super) fn parse(
    topic: &TopicArn,
    protocol: &str,
    address: &str,
) -> Result<SubscriptionEndpoint, SnsError> {
    let endpoint = match protocol {
        "lambda" => {
            SubscriptionEndpoint::Function(address.parse().map_err(|_| SnsError::InvalidEndpoint("lambda"))?)
        }
        "sqs" => SubscriptionEndpoint::Queue(address.parse().map_err(|_| SnsError::InvalidEndpoint("sqs"))?),
        "http" => SubscriptionEndpoint::Http(url("http", address)?),
        "https" => SubscriptionEndpoint::Https(url("https", address)?),
        _ if UNSERVED.contains(&protocol) => {
            return Err(SnsError::UnservedProtocol(protocol.to_owned()));
        }
        _ => return Err(SnsError::UnknownProtocol(protocol.to_owned())),
    };
    match &endpoint {
        SubscriptionEndpoint::Queue(queue) if queue.is_fifo() && !topic.is_fifo() => {
            Err(SnsError::FifoQueueOfStandardTopic)
        }
        SubscriptionEndpoint::Queue(_) => Ok(endpoint),
        _ if topic.is_fifo() => Err(SnsError::NotAQueueOfFifoTopic),
        _ => Ok(endpoint),
    }
}

fn url(scheme: &'static str, address: &str) -> Result<String, SnsError> {
    let uri: Uri = address.parse().map_err(|_| SnsError::InvalidEndpoint(scheme))?;
    match uri.scheme_str() == Some(scheme) && uri.host().is_some_and(|host| !host.is_empty()) {
        true => Ok(address.to_owned()),
        false => Err(SnsError::InvalidEndpoint(scheme)),
    }
}

/// Whether the endpoint's consent is taken for granted: it is the subscriber's own. A function says by its policy
/// whose messages it takes.
pub(super) fn consents(endpoint: &SubscriptionEndpoint, subscriber: &AccountId) -> bool {
    match endpoint {
        SubscriptionEndpoint::Function(_) => true,
        SubscriptionEndpoint::Queue(queue) => queue.account == *subscriber,
        SubscriptionEndpoint::Http(_) | SubscriptionEndpoint::Https(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn topic(name: &str) -> TopicArn {
        format!("arn:aws:sns:us-east-1:000000000000:{name}").parse().unwrap()
    }

    fn check(name: &str, protocol: &str, address: &str) -> Result<SubscriptionEndpoint, SnsError> {
        parse(&topic(name), protocol, address)
    }

    const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:q";
    const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:f";

    #[test]
    fn an_endpoint_is_of_its_protocol() {
        assert!(check("t", "sqs", QUEUE).is_ok());
        assert!(check("t", "lambda", FUNCTION).is_ok());
        assert!(check("t", "http", "http://127.0.0.1:8080/x?y").is_ok());
        assert!(matches!(check("t", "http", "https://example.com"), Err(SnsError::InvalidEndpoint("http"))));
        assert!(matches!(check("t", "https", "example.com"), Err(SnsError::InvalidEndpoint("https"))));
        assert!(matches!(check("t", "sqs", FUNCTION), Err(SnsError::InvalidEndpoint("sqs"))));
        assert!(matches!(check("t", "lambda", "f"), Err(SnsError::InvalidEndpoint("lambda"))));
        assert!(matches!(check("t", "email", "a@b.c"), Err(SnsError::UnservedProtocol(_))));
        assert!(matches!(check("t", "fax", "1"), Err(SnsError::UnknownProtocol(_))));
    }

    #[test]
    fn a_fifo_topic_has_queues_of_both_kinds_and_nothing_else() {
        let fifo = format!("{QUEUE}.fifo");
        assert!(check("t.fifo", "sqs", &fifo).is_ok());
        assert!(check("t.fifo", "sqs", QUEUE).is_ok());
        assert!(matches!(check("t", "sqs", &fifo), Err(SnsError::FifoQueueOfStandardTopic)));
        assert!(matches!(check("t.fifo", "lambda", FUNCTION), Err(SnsError::NotAQueueOfFifoTopic)));
    }

    proptest! {
        #[test]
        fn any_address_is_parsed_or_refused_without_a_panic(
            protocol in prop::sample::select(vec!["lambda", "sqs", "http", "https"]),
            address in "(https?://)?.{0,40}",
        ) {
            let _ = check("t", protocol, &address);
        }
    }
}
