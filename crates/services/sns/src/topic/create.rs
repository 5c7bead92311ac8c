use std::collections::BTreeMap;

use hob_storage::{TopicRecord, TopicSettings};
use hob_types::{AccountId, Region, TopicArn};

use super::attribute::{TopicAttribute, boolean};
use super::tags;
use crate::{Sns, SnsError};

/// A topic that somebody wants.
pub(crate) struct NewTopic {
    arn: TopicArn,
    attributes: Vec<TopicAttribute>,
    tags: BTreeMap<String, String>,
}

/// Source: CreateTopic, `Name`.
const NAME_MAX: usize = 256;

impl NewTopic {
    pub(crate) fn parse(
        account: &AccountId,
        region: &Region,
        name: &str,
        attributes: &BTreeMap<String, String>,
        tags: BTreeMap<String, String>,
    ) -> Result<Self, SnsError> {
        let is_fifo = is_fifo(attributes)?;
        check_name(name, is_fifo)?;
        let others = attributes.iter().filter(|(name, _)| *name != "FifoTopic");
        let attributes = others.map(|(name, value)| TopicAttribute::parse(name, value, is_fifo));
        let arn = TopicArn { region: region.clone(), account: account.clone(), name: name.to_owned() };
        tags::check(&tags)?;
        Ok(Self { arn, attributes: attributes.collect::<Result<_, _>>()?, tags })
    }

    fn settings(&self, base: TopicSettings) -> TopicSettings {
        let mut settings = base;
        self.attributes.iter().for_each(|attribute| attribute.clone().set(&mut settings));
        settings
    }
}

fn is_fifo(attributes: &BTreeMap<String, String>) -> Result<bool, SnsError> {
    let Some(value) = attributes.get("FifoTopic") else { return Ok(false) };
    boolean(value).ok_or_else(|| SnsError::InvalidAttribute { name: "FifoTopic", value: value.clone() })
}

fn check_name(name: &str, is_fifo: bool) -> Result<(), SnsError> {
    let stem = if is_fifo { name.strip_suffix(".fifo") } else { Some(name) };
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    match stem {
        Some(stem) if !stem.is_empty() && name.len() <= NAME_MAX && stem.bytes().all(legal) => Ok(()),
        _ if is_fifo => Err(SnsError::FifoTopicName),
        _ => Err(SnsError::TopicName),
    }
}

impl Sns {
    /// Says yes as well if there is such a topic already.
    pub(crate) async fn create_topic(&self, new: NewTopic) -> Result<TopicArn, SnsError> {
        let record = TopicRecord {
            arn: new.arn.clone(),
            settings: new.settings(TopicSettings::default()),
            tags: new.tags.clone(),
            edition: 0,
        };
        if self.store.create_topic(&record).await? {
            return Ok(new.arn);
        }
        let existing = self.topic(&new.arn).await?;
        if new.settings(existing.settings.clone()) != existing.settings {
            return Err(SnsError::OtherAttributes);
        }
        if new.tags.iter().any(|(key, value)| existing.tags.get(key) != Some(value)) {
            return Err(SnsError::OtherTags);
        }
        Ok(new.arn)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_has_the_suffix_of_its_kind() {
        assert!(check_name("orders", false).is_ok());
        assert!(check_name("orders.fifo", true).is_ok());
        assert!(matches!(check_name("orders.fifo", false), Err(SnsError::TopicName)));
        assert!(matches!(check_name("orders", true), Err(SnsError::FifoTopicName)));
        assert!(matches!(check_name(".fifo", true), Err(SnsError::FifoTopicName)));
        for bad in ["", "a b", "a/b", "ä", &"a".repeat(257)] {
            assert!(matches!(check_name(bad, false), Err(SnsError::TopicName)), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_name_that_is_taken_is_part_of_an_arn(name in ".{0,20}", fifo: bool) {
            if check_name(&name, fifo).is_ok() {
                let arn = TopicArn { region: Region::local(), account: AccountId::local(), name };
                prop_assert_eq!(arn.to_string().parse::<TopicArn>().unwrap(), arn);
            }
        }
    }
}
