//! Queues and topics, as their ARNs name them.

use std::fmt;
use std::str::FromStr;

use crate::{AccountId, Region};

/// A text that is no ARN of the kind that is wanted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no ARN of a resource of {service}")]
pub struct InvalidResourceArn {
    pub service: &'static str,
    pub text: String,
}

/// ARNs of the form `arn:aws:SERVICE:REGION:ACCOUNT:NAME`.
macro_rules! named_arns {
    ($($(#[$doc:meta])+ $arn:ident, $service:literal;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $arn {
            pub region: Region,
            pub account: AccountId,
            /// Not empty, and without a colon.
            pub name: String,
        }

        impl $arn {
            pub fn is_fifo(&self) -> bool {
                self.name.ends_with(".fifo")
            }
        }

        impl fmt::Display for $arn {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!("arn:aws:", $service, ":{}:{}:{}"), self.region, self.account, self.name)
            }
        }

        impl FromStr for $arn {
            type Err = InvalidResourceArn;

            fn from_str(text: &str) -> Result<Self, InvalidResourceArn> {
                let invalid = || InvalidResourceArn { service: $service, text: text.to_owned() };
                let [region, account, name] = parts(text, $service).ok_or_else(invalid)?;
                Ok(Self {
                    region: region.parse().map_err(|_| invalid())?,
                    account: account.parse().map_err(|_| invalid())?,
                    name: name.to_owned(),
                })
            }
        }

        crate::id::serde_as_text!($arn);
    )+};
}

named_arns! {
    /// Names a queue: `arn:aws:sqs:REGION:ACCOUNT:NAME`.
    QueueArn, "sqs";
    /// Names a topic: `arn:aws:sns:REGION:ACCOUNT:NAME`.
    TopicArn, "sns";
}

fn parts<'a>(text: &'a str, service: &str) -> Option<[&'a str; 3]> {
    let parts: Vec<&str> = text.split(':').collect();
    match parts[..] {
        ["arn", partition, of, region, account, name]
            if partition.starts_with("aws") && of == service && !name.is_empty() =>
        {
            Some([region, account, name])
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_arn_of_another_service_or_with_other_parts_is_refused() {
        for bad in [
            "",
            "queue",
            "arn:aws:sns:us-east-1:000000000000:topic",
            "arn:aws:sqs:us-east-1:000000000000",
            "arn:aws:sqs:us-east-1:000000000000:",
            "arn:aws:sqs:us-east-1:0:queue",
            "arn:aws:sqs:us-east-1:000000000000:queue:more",
        ] {
            assert!(bad.parse::<QueueArn>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_name_says_whether_it_is_fifo() {
        let queue = |name: &str| format!("arn:aws:sqs:us-east-1:000000000000:{name}").parse::<QueueArn>();
        assert!(queue("orders.fifo").unwrap().is_fifo());
        assert!(!queue("orders").unwrap().is_fifo());
    }

    proptest! {
        #[test]
        fn a_printed_arn_parses_to_itself(name in "[a-zA-Z0-9_-]{1,80}(\\.fifo)?", account in "[0-9]{12}") {
            let text = format!("arn:aws:sns:eu-west-1:{account}:{name}");
            prop_assert_eq!(text.parse::<TopicArn>().unwrap().to_string(), text);
        }

        #[test]
        fn any_text_is_parsed_or_refused_without_a_panic(text in "(arn:aws:sqs)?(:.{0,20}){0,6}") {
            let _ = text.parse::<QueueArn>();
        }
    }
}
