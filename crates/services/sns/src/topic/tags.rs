use std::collections::BTreeMap;

use hob_types::TopicArn;

use crate::{Sns, SnsError};

/// How many tags a topic may have. Source: TagResource.
const TAGS_MAX: usize = 50;

pub(super) fn check(tags: &BTreeMap<String, String>) -> Result<(), SnsError> {
    if tags.keys().any(|key| key.starts_with("aws:")) {
        return Err(SnsError::ReservedTagKey);
    }
    if tags.len() > TAGS_MAX { Err(SnsError::TooManyTags) } else { Ok(()) }
}

impl Sns {
    pub(crate) async fn tag_topic(
        &self,
        topic: &TopicArn,
        tags: BTreeMap<String, String>,
    ) -> Result<(), SnsError> {
        self.change_topic(topic, |record| {
            record.tags.extend(tags.clone());
            check(&record.tags)
        })
        .await
    }

    pub(crate) async fn untag_topic(&self, topic: &TopicArn, keys: &[String]) -> Result<(), SnsError> {
        self.change_topic(topic, |record| {
            record.tags.retain(|key, _| !keys.contains(key));
            Ok(())
        })
        .await
    }
}
