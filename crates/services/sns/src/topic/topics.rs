use std::collections::BTreeMap;

use hob_storage::TopicRecord;
use hob_types::{AccountId, Region, TopicArn};

use super::attribute::{TopicAttribute, of_topic};
use crate::page::{self, PAGE, Page};
use crate::{Sns, SnsError};

impl Sns {
    pub(crate) async fn topic(&self, topic: &TopicArn) -> Result<TopicRecord, SnsError> {
        self.store.topic(topic).await?.ok_or(SnsError::NoTopic)
    }

    pub(crate) async fn topic_attributes(
        &self,
        topic: &TopicArn,
    ) -> Result<BTreeMap<String, String>, SnsError> {
        let record = self.topic(topic).await?;
        Ok(of_topic(&record, self.store.count_subscriptions(topic).await?))
    }

    pub(crate) async fn set_topic_attribute(
        &self,
        topic: &TopicArn,
        attribute: TopicAttribute,
    ) -> Result<(), SnsError> {
        self.change_topic(topic, |record| {
            attribute.clone().set(&mut record.settings);
            Ok(())
        })
        .await
    }

    /// Starts again if the topic has been changed meanwhile.
    pub(crate) async fn change_topic(
        &self,
        topic: &TopicArn,
        change: impl Fn(&mut TopicRecord) -> Result<(), SnsError> + Send + Sync,
    ) -> Result<(), SnsError> {
        loop {
            let mut record = self.topic(topic).await?;
            change(&mut record)?;
            if self.store.replace_topic(&record).await? {
                return Ok(());
            }
        }
    }

    /// A topic that does not exist is as good as deleted.
    pub(crate) async fn delete_topic(&self, topic: &TopicArn) -> Result<(), SnsError> {
        self.store.delete_topic(topic).await?;
        Ok(())
    }

    pub(crate) async fn topics(
        &self,
        account: &AccountId,
        region: &Region,
        token: Option<&str>,
    ) -> Result<Page<TopicArn>, SnsError> {
        let scope = format!("topics {account} {region}");
        let after = token.map(|token| page::unseal(&scope, token)).transpose()?;
        // One more than the page holds tells whether there are more.
        let found = self.store.topics(account, region, after.as_deref(), PAGE + 1).await?;
        Ok(Page::cut(found, &scope, |topic| topic.name.clone()))
    }
}
