use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a configuration may want to hear of. Several of these never happen here, because nothing that causes them is
/// served.
const NAMES: [&str; 31] = [
    "s3:IntelligentTiering",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleExpiration:Delete",
    "s3:LifecycleExpiration:DeleteMarkerCreated",
    "s3:LifecycleTransition",
    "s3:ObjectAcl:Put",
    "s3:ObjectAnnotation:*",
    "s3:ObjectAnnotation:Delete",
    "s3:ObjectAnnotation:Put",
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Put",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectRestore:*",
    "s3:ObjectRestore:Completed",
    "s3:ObjectRestore:Delete",
    "s3:ObjectRestore:Post",
    "s3:ObjectRetention:Put",
    "s3:ObjectTagging:*",
    "s3:ObjectTagging:Delete",
    "s3:ObjectTagging:Put",
    "s3:ReducedRedundancyLostObject",
    "s3:Replication:*",
    "s3:Replication:OperationFailedReplication",
    "s3:Replication:OperationMissedThreshold",
    "s3:Replication:OperationNotTracked",
    "s3:Replication:OperationReplicatedAfterThreshold",
];

/// One kind of event, or all of a family, such as `s3:ObjectCreated:*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EventType(&'static str);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are no events {0:?}")]
pub(crate) struct UnknownEventType(pub(crate) String);

impl EventType {
    /// Whether it has events of the other type, too, or the other has all of its own.
    pub(super) fn overlaps(self, other: Self) -> bool {
        self.covers(other.0) || other.covers(self.0)
    }

    /// `name`: as in `s3:ObjectCreated:Put`.
    pub(super) fn covers(self, name: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(family) => name.starts_with(family),
            None => self.0 == name,
        }
    }
}

impl FromStr for EventType {
    type Err = UnknownEventType;

    fn from_str(name: &str) -> Result<Self, UnknownEventType> {
        let known = NAMES.iter().find(|known| **known == name);
        known.map(|known| Self(known)).ok_or_else(|| UnknownEventType(name.to_owned()))
    }
}

impl Serialize for EventType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for EventType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event_type(name: &str) -> EventType {
        name.parse().unwrap()
    }

    #[test]
    fn a_family_has_all_of_its_kinds_and_no_others() {
        let created = event_type("s3:ObjectCreated:*");
        assert!(created.covers("s3:ObjectCreated:Put"));
        assert!(!created.covers("s3:ObjectRemoved:Delete"));
        assert!(!event_type("s3:ObjectCreated:Put").covers("s3:ObjectCreated:Post"));
        assert!(event_type("s3:ObjectCreated:Put").overlaps(created));
        assert!(created.overlaps(event_type("s3:ObjectCreated:Put")));
        assert!(!created.overlaps(event_type("s3:ObjectRemoved:*")));
    }

    #[test]
    fn what_aws_does_not_know_is_refused() {
        for name in ["", "s3:", "s3:*", "ObjectCreated:Put", "s3:objectcreated:put", "s3:ObjectCreated"] {
            assert_eq!(name.parse::<EventType>(), Err(UnknownEventType(name.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn a_name_that_is_taken_is_written_as_it_was(index in 0..NAMES.len(), other in "s3:[a-zA-Z:*]{0,30}") {
            prop_assert_eq!(event_type(NAMES[index]).to_string(), NAMES[index]);
            let _ = other.parse::<EventType>();
        }
    }
}
