use std::fmt;
use std::str::FromStr;

use crate::{InvalidResourceArn, Random, TopicArn};

/// Names a subscription: its topic's ARN and, after a colon, a UUID.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionArn {
    pub topic: TopicArn,
    id: uuid::Uuid,
}

impl SubscriptionArn {
    pub fn random(topic: TopicArn, random: &dyn Random) -> Self {
        Self { topic, id: uuid::Builder::from_random_bytes(random.array()).into_uuid() }
    }
}

impl fmt::Display for SubscriptionArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.topic, self.id.hyphenated())
    }
}

impl FromStr for SubscriptionArn {
    type Err = InvalidResourceArn;

    fn from_str(text: &str) -> Result<Self, InvalidResourceArn> {
        let invalid = || InvalidResourceArn { service: "sns", text: text.to_owned() };
        let (topic, id) = text.rsplit_once(':').ok_or_else(invalid)?;
        Ok(Self { topic: topic.parse()?, id: id.parse().map_err(|_| invalid())? })
    }
}

crate::id::serde_as_text!(SubscriptionArn);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::SeededRandom;

    #[test]
    fn a_printed_arn_parses_to_itself() {
        let topic: TopicArn = "arn:aws:sns:us-east-1:000000000000:orders".parse().unwrap();
        let arn = SubscriptionArn::random(topic.clone(), &SeededRandom::new(1));
        assert!(arn.to_string().starts_with("arn:aws:sns:us-east-1:000000000000:orders:"));
        assert_eq!(arn.to_string().parse(), Ok(arn));
        assert!(topic.to_string().parse::<SubscriptionArn>().is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused_without_a_panic(text in "(arn:aws:sns)?(:.{0,20}){0,7}") {
            let _ = text.parse::<SubscriptionArn>();
        }
    }
}
