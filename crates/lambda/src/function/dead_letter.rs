//! Where events may go that a function could not be run for.

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DeadLetterError {
    #[error("{0} is no ARN of a resource")]
    Malformed(String),
    #[error("neither a queue nor a topic")]
    Service,
    #[error("a FIFO queue")]
    FifoQueue,
    #[error("a FIFO topic")]
    FifoTopic,
}

/// Standard queues and topics, whether or not there is such a one: it is asked for when an event arrives.
pub(crate) fn check_dead_letter_target(arn: &str) -> Result<(), DeadLetterError> {
    let parts: Vec<_> = arn.split(':').collect();
    let ["arn", _, service, region, account, resource] = parts[..] else {
        return Err(unreadable(arn, &parts));
    };
    let fifo = resource.ends_with(".fifo");
    match service {
        "sqs" | "sns" if region.is_empty() || account.is_empty() || resource.is_empty() => {
            Err(DeadLetterError::Malformed(arn.to_owned()))
        }
        "sqs" if fifo => Err(DeadLetterError::FifoQueue),
        "sns" if fifo => Err(DeadLetterError::FifoTopic),
        "sqs" | "sns" => Ok(()),
        _ => Err(DeadLetterError::Service),
    }
}

/// Other services' ARNs have other numbers of parts.
fn unreadable(arn: &str, parts: &[&str]) -> DeadLetterError {
    match parts.get(2) {
        Some(&"sqs" | &"sns") | None => DeadLetterError::Malformed(arn.to_owned()),
        Some(_) => DeadLetterError::Service,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn standard_queues_and_topics_are_taken() {
        assert_eq!(check_dead_letter_target("arn:aws:sqs:us-east-1:000000000000:q"), Ok(()));
        assert_eq!(check_dead_letter_target("arn:aws-cn:sns:cn-north-1:111111111111:t"), Ok(()));
    }

    #[test]
    fn fifo_ones_other_services_and_parts_of_arns_are_not() {
        let check = |arn: &str| check_dead_letter_target(arn).unwrap_err();
        assert_eq!(check("arn:aws:sqs:us-east-1:000000000000:q.fifo"), DeadLetterError::FifoQueue);
        assert_eq!(check("arn:aws:sns:us-east-1:000000000000:t.fifo"), DeadLetterError::FifoTopic);
        assert_eq!(check("arn:aws:lambda:us-east-1:000000000000:function:fn"), DeadLetterError::Service);
        assert_eq!(check("arn:aws:s3:::bucket"), DeadLetterError::Service);
        let malformed = |arn: &str| assert_eq!(check(arn), DeadLetterError::Malformed(arn.to_owned()));
        malformed("arn:aws:sqs:us-east-1:000000000000");
        malformed("arn:aws:sqs:us-east-1::q");
        malformed("arn:aws");
    }

    proptest! {
        #[test]
        fn what_is_taken_names_a_queue_or_a_topic(arn in "(arn)?(:[a-z.-]{0,6}){0,7}|arn:aws:s[qn]s:r:1:[a-z.]{0,6}") {
            if check_dead_letter_target(&arn).is_ok() {
                let parts: Vec<_> = arn.split(':').collect();
                prop_assert!(parts.len() == 6 && ["sqs", "sns"].contains(&parts[2]));
                prop_assert!(!parts[5].is_empty() && !parts[5].ends_with(".fifo"));
            }
        }
    }
}
