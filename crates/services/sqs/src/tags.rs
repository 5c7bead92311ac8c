use std::collections::BTreeMap;

use hob_types::QueueArn;

use crate::{Queues, SqsError};

/// How many tags a queue has at most.
pub(crate) const TAGS_MAX: usize = 50;
/// In characters.
const KEY_MAX: usize = 128;
const VALUE_MAX: usize = 256;

pub(crate) fn check(tags: &BTreeMap<String, String>) -> Result<(), SqsError> {
    if tags.len() > TAGS_MAX {
        return Err(SqsError::TooManyTags(TAGS_MAX));
    }
    let is_wrong = |key: &str, value: &str| {
        !(1..=KEY_MAX).contains(&key.chars().count())
            || value.chars().count() > VALUE_MAX
            || key.to_ascii_lowercase().starts_with("aws:")
    };
    match tags.iter().find(|(key, value)| is_wrong(key, value)) {
        Some((key, _)) => Err(SqsError::InvalidTag(key.clone())),
        None => Ok(()),
    }
}

impl Queues {
    pub(crate) async fn tag(
        &self,
        queue: &QueueArn,
        added: BTreeMap<String, String>,
    ) -> Result<(), SqsError> {
        check(&added)?;
        self.change_tags(queue, |tags| tags.extend(added)).await
    }

    pub(crate) async fn untag(&self, queue: &QueueArn, keys: &[String]) -> Result<(), SqsError> {
        self.change_tags(queue, |tags| tags.retain(|key, _| !keys.contains(key))).await
    }

    async fn change_tags(
        &self,
        queue: &QueueArn,
        change: impl FnOnce(&mut BTreeMap<String, String>),
    ) -> Result<(), SqsError> {
        let _changes = self.changes.lock().await;
        let existing = self.queue(queue).await?;
        let mut tags = existing.record.tags.clone();
        change(&mut tags);
        check(&tags)?;
        let record = self.store.set_tags(existing.record.id, tags).await?;
        self.registry.put(record.ok_or(SqsError::NoQueue)?);
        Ok(())
    }
}
