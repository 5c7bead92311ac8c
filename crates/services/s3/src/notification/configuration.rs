use hob_types::{Random, Region};
use serde::{Deserialize, Serialize};

use super::error::NotificationError;
use super::overlap::check_distinct;
use super::rule::{NewRule, Rule};

/// Who is told of what in one bucket. Kept as JSON with the bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct NotificationConfiguration {
    pub(crate) rules: Vec<Rule>,
}

impl NotificationConfiguration {
    /// What needs no neighbour to be told. `region`: the bucket's.
    pub(crate) fn parse(
        rules: Vec<NewRule>,
        region: &Region,
        random: &dyn Random,
    ) -> Result<Self, NotificationError> {
        let rules = rules.into_iter().map(|rule| Rule::parse(rule, region, random));
        let rules = rules.collect::<Result<Vec<_>, _>>()?;
        check_distinct(&rules)?;
        Ok(Self { rules })
    }

    /// The configurations that want an event, of which there is one at most. `event`: with `s3:`.
    pub(super) fn wanting(&self, event: &str, key: &str) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.wants(event, key))
    }
}

#[cfg(test)]
mod tests {
    use hob_types::SeededRandom;
    use proptest::prelude::*;

    use super::super::{DestinationKind, FilterRule};
    use super::*;

    fn rule(id: &str, event: &str, prefix: &str) -> NewRule {
        let prefix = FilterRule { name: Some("prefix".to_owned()), value: Some(prefix.to_owned()) };
        NewRule {
            id: Some(id.to_owned()).filter(|id| !id.is_empty()),
            kind: DestinationKind::Queue,
            arn: "arn:aws:sqs:us-east-1:000000000000:q".to_owned(),
            events: vec![event.to_owned()],
            filter: Some(vec![prefix]),
        }
    }

    fn to(kind: DestinationKind, arn: &str) -> NewRule {
        NewRule { kind, arn: arn.to_owned(), filter: None, ..rule("", "s3:ObjectCreated:*", "") }
    }

    fn parse(rules: Vec<NewRule>) -> Result<NotificationConfiguration, NotificationError> {
        NotificationConfiguration::parse(rules, &Region::local(), &SeededRandom::new(1))
    }

    #[test]
    fn an_id_is_made_where_none_is_given() {
        let parsed = parse(vec![rule("", "s3:ObjectCreated:*", "")]).unwrap();
        insta::assert_snapshot!(parsed.rules[0].id, @"YzE1YzAyODktZWMyZC00YTkxLWE3ZWMtOGU2NWExOGRlYmJl");
        assert_eq!(parse(vec![rule("mine", "s3:ObjectCreated:*", "")]).unwrap().rules[0].id, "mine");
        assert!(matches!(
            parse(vec![rule(&"x".repeat(256), "s3:ObjectCreated:*", "")]),
            Err(NotificationError::IdTooLong(_))
        ));
    }

    #[test]
    fn two_configurations_share_no_event() {
        let overlap = |a, b| parse(vec![a, b]);
        let created = "s3:ObjectCreated:*";
        assert_eq!(
            overlap(rule("a", created, "x"), rule("b", "s3:ObjectCreated:Put", "xy")),
            Err(NotificationError::Overlap("a".to_owned(), "b".to_owned()))
        );
        assert!(overlap(rule("a", created, "x"), rule("b", created, "y")).is_ok());
        assert!(overlap(rule("a", created, "x"), rule("b", "s3:ObjectRemoved:*", "x")).is_ok());
        assert_eq!(
            overlap(rule("a", created, "x"), rule("a", created, "y")),
            Err(NotificationError::IdTwice("a".to_owned()))
        );
    }

    #[test]
    fn a_destination_must_be_what_it_is_said_to_be_and_here() {
        let queue = "arn:aws:sqs:us-east-1:000000000000:q";
        assert!(matches!(parse(vec![to(DestinationKind::Topic, queue)]), Err(NotificationError::Arn { .. })));
        assert!(matches!(parse(vec![to(DestinationKind::Queue, "q")]), Err(NotificationError::Arn { .. })));
        let fifo = to(DestinationKind::Queue, "arn:aws:sqs:us-east-1:000000000000:q.fifo");
        assert!(matches!(parse(vec![fifo]), Err(NotificationError::Fifo(_))));
        let elsewhere = to(DestinationKind::Function, "arn:aws:lambda:eu-west-1:000000000000:function:f");
        assert!(matches!(parse(vec![elsewhere]), Err(NotificationError::OtherRegion(_))));
        let unknown = rule("", "s3:ObjectEaten:*", "");
        assert_eq!(parse(vec![unknown]), Err(NotificationError::UnknownEvent("s3:ObjectEaten:*".to_owned())));
    }

    proptest! {
        #[test]
        fn what_is_kept_is_read_back_and_no_event_has_two_configurations(
            prefixes in proptest::collection::vec("[ab]{0,2}", 0..4), key in "[ab]{0,4}",
        ) {
            let rules = prefixes.iter().map(|prefix| rule("", "s3:ObjectCreated:*", prefix)).collect();
            if let Ok(parsed) = parse(rules) {
                let kept = serde_json::to_string(&parsed).unwrap();
                prop_assert!(parsed.wanting("s3:ObjectCreated:Put", &key).count() <= 1);
                prop_assert_eq!(serde_json::from_str::<NotificationConfiguration>(&kept).unwrap(), parsed);
            }
        }
    }
}
