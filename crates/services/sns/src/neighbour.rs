//! SNS as other services see it.

use async_trait::async_trait;
use hob_delivery::{
    AttributeValue, DeliveryError, MessageAttribute, TopicDescription, TopicMessage, TopicService,
};
use hob_types::TopicArn;

use crate::publish::{MessageRequest, NewAttribute, Source};
use crate::topic::default_policy;
use crate::{Sns, SnsError};

#[async_trait]
impl TopicService for Sns {
    async fn describe(&self, topic: &TopicArn) -> Result<Option<TopicDescription>, DeliveryError> {
        let record = self.store.topic(topic).await.map_err(|error| unavailable(&error))?;
        Ok(record.map(|record| TopicDescription {
            policy: record.settings.policy.unwrap_or_else(|| default_policy(topic)),
        }))
    }

    async fn publish(&self, topic: &TopicArn, message: TopicMessage) -> Result<(), DeliveryError> {
        let record = self.store.topic(topic).await.map_err(|error| unavailable(&error))?;
        let record = record.ok_or_else(|| DeliveryError::NoTarget(topic.to_string()))?;
        let TopicMessage { message, subject, attributes, trace_header } = message;
        let attributes = attributes.into_iter().map(|(name, attribute)| (name, attribute.into()));
        let request =
            MessageRequest { message, subject, attributes: attributes.collect(), ..Default::default() };
        let valid = request.check(&record).map_err(|invalid| DeliveryError::Refused(invalid.to_string()))?;
        let source = Source { trace_header };
        match self.publish(&record, vec![valid.notification], &source).await {
            Ok(_) => Ok(()),
            Err(SnsError::NoTopic) => Err(DeliveryError::NoTarget(topic.to_string())),
            Err(error) => Err(unavailable(&error)),
        }
    }
}

fn unavailable(error: &impl ToString) -> DeliveryError {
    DeliveryError::Unavailable(error.to_string())
}

impl From<MessageAttribute> for NewAttribute {
    fn from(attribute: MessageAttribute) -> Self {
        let MessageAttribute { data_type, value } = attribute;
        match value {
            AttributeValue::Text(text) => Self { data_type, text: Some(text), binary: None },
            AttributeValue::Binary(binary) => Self { data_type, text: None, binary: Some(binary) },
        }
    }
}
