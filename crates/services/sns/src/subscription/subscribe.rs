use std::collections::BTreeMap;

use hob_storage::{
    MessageContent, MessageRecord, SubscriptionCreated, SubscriptionEndpoint, SubscriptionRecord,
    SubscriptionSettings, SubscriptionState,
};
use hob_types::{AccountId, SubscriptionArn, TopicArn};

use super::attribute::{SubscriptionAttribute, set_all};
use super::endpoint;
use crate::{Sns, SnsError};

/// A subscription that somebody wants.
pub(crate) struct NewSubscription {
    topic: TopicArn,
    endpoint: SubscriptionEndpoint,
    settings: SubscriptionSettings,
    /// No attributes were given, so any will do.
    unspecific: bool,
    subscriber: Subscriber,
}

/// Who wants it.
#[derive(Clone)]
pub(crate) struct Subscriber {
    pub account: AccountId,
    /// An ARN.
    pub principal: String,
    /// `http://host:port` as it reached the server.
    pub base_url: String,
}

impl NewSubscription {
    pub(crate) fn parse(
        topic: TopicArn,
        protocol: &str,
        address: &str,
        attributes: &BTreeMap<String, String>,
        subscriber: Subscriber,
    ) -> Result<Self, SnsError> {
        let endpoint = endpoint::parse(&topic, protocol, address)?;
        let unspecific = attributes.is_empty();
        let attributes =
            attributes.iter().map(|(name, value)| SubscriptionAttribute::parse(&topic, name, value));
        let mut settings = SubscriptionSettings::default();
        set_all(&mut settings, &attributes.collect::<Result<Vec<_>, _>>()?, true)?;
        Ok(Self { topic, endpoint, settings, unspecific, subscriber })
    }
}

impl Sns {
    /// Says yes as well if the endpoint is subscribed already.
    pub(crate) async fn subscribe(&self, new: NewSubscription) -> Result<SubscriptionRecord, SnsError> {
        let record = self.new_subscription(&new);
        let request = record.state.token().map(|token| self.confirmation_request(token));
        let asks = request.is_some();
        match self.store.create_subscription(&record, request).await? {
            SubscriptionCreated::NoTopic => Err(SnsError::NoTopic),
            SubscriptionCreated::Created => {
                if asks {
                    self.wakes.wake([record.arn.clone()]);
                }
                Ok(record)
            }
            SubscriptionCreated::Exists => self.subscribe_again(&new, record.state).await,
        }
    }

    fn new_subscription(&self, new: &NewSubscription) -> SubscriptionRecord {
        let Subscriber { account, principal, base_url } = new.subscriber.clone();
        let state = match endpoint::consents(&new.endpoint, &account) {
            true => SubscriptionState::Confirmed { authenticated: true, authenticate_on_unsubscribe: false },
            false => SubscriptionState::Pending { token: self.new_token() },
        };
        SubscriptionRecord {
            arn: SubscriptionArn::random(new.topic.clone(), self.random.as_ref()),
            owner: account,
            principal,
            endpoint: new.endpoint.clone(),
            state,
            settings: new.settings.clone(),
            base_url,
            since: self.now(),
            edition: 0,
        }
    }

    /// An endpoint that has not confirmed yet is asked once more, and may be asked with other attributes.
    async fn subscribe_again(
        &self,
        new: &NewSubscription,
        state: SubscriptionState,
    ) -> Result<SubscriptionRecord, SnsError> {
        loop {
            let existing = self.store.subscription_of(&new.topic, &new.endpoint).await?;
            let mut existing = existing.ok_or(SnsError::NoSubscription)?;
            if existing.state.is_confirmed() {
                return match new.unspecific || existing.settings == new.settings {
                    true => Ok(existing),
                    false => Err(SnsError::OtherSubscriptionAttributes),
                };
            }
            let request = state.token().map(|token| self.confirmation_request(token));
            existing.state = state.clone();
            existing.since = self.now();
            existing.settings = new.settings.clone();
            existing.base_url.clone_from(&new.subscriber.base_url);
            if self.store.replace_subscription(&existing, request).await? {
                self.wakes.wake([existing.arn.clone()]);
                return Ok(existing);
            }
        }
    }

    fn confirmation_request(&self, token: &str) -> MessageRecord {
        self.notice(MessageContent::SubscriptionConfirmation { token: token.to_owned() })
    }

    pub(super) fn notice(&self, content: MessageContent) -> MessageRecord {
        let message_id = self.new_message_id();
        MessageRecord { message_id, published: self.now(), content, trace_header: None }
    }

    /// Which nobody can guess.
    pub(super) fn new_token(&self) -> String {
        let bytes: [u8; 64] = self.random.array();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
