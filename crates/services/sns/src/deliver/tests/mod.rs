//! What subscribers get, and when.

mod messages;
mod retries;

use std::collections::BTreeMap;

use hob_storage::SubscriptionRecord;
use hob_types::{AccountId, Region, TopicArn};

use crate::publish::{MessageRequest, NewAttribute, Source};
use crate::subscription::{Confirmation, NewSubscription, Subscriber};
use crate::testing::{World, map};
use crate::topic::NewTopic;

const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:q";
const DEAD: &str = "arn:aws:sqs:us-east-1:000000000000:dead";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:f";
const URL: &str = "http://127.0.0.1:9/hook";

impl World {
    async fn topic(&self, name: &str, attributes: &[(&'static str, &'static str)]) -> TopicArn {
        let (account, region) = (AccountId::local(), Region::local());
        let new = NewTopic::parse(&account, &region, name, &map(attributes), BTreeMap::new()).unwrap();
        self.sns.create_topic(new).await.unwrap()
    }

    async fn subscribe(
        &self,
        topic: &TopicArn,
        protocol: &str,
        endpoint: &str,
        attributes: &[(&'static str, &'static str)],
    ) -> SubscriptionRecord {
        let subscriber = Subscriber {
            account: AccountId::local(),
            principal: "arn:aws:iam::000000000000:root".to_owned(),
            base_url: "http://localhost:4566".to_owned(),
        };
        let new =
            NewSubscription::parse(topic.clone(), protocol, endpoint, &map(attributes), subscriber).unwrap();
        self.sns.subscribe(new).await.unwrap()
    }

    async fn confirm(&self, record: &SubscriptionRecord) {
        let confirmation = Confirmation {
            topic: &record.arn.topic,
            token: record.state.token().unwrap(),
            authenticated: false,
            authenticate_on_unsubscribe: false,
        };
        self.sns.confirm(&confirmation).await.unwrap();
    }

    async fn publish(&self, topic: &TopicArn, request: MessageRequest) {
        let topic = self.sns.topic(topic).await.unwrap();
        let valid = request.check(&topic).unwrap();
        let source = Source { trace_header: Some("Root=1-2-3".to_owned()) };
        self.sns.publish(&topic, vec![valid.notification], &source).await.unwrap();
    }
}

fn message(text: &str) -> MessageRequest {
    MessageRequest { message: text.to_owned(), ..MessageRequest::default() }
}

fn in_group(group: &str, text: &str) -> MessageRequest {
    MessageRequest { group_id: Some(group.to_owned()), ..message(text) }
}

fn with_attributes(text: &str) -> MessageRequest {
    let text_attribute = |data_type: &str, value: &str| NewAttribute {
        data_type: data_type.to_owned(),
        text: Some(value.to_owned()),
        binary: None,
    };
    let binary =
        NewAttribute { data_type: "Binary".to_owned(), text: None, binary: Some(vec![0, 1, 2].into()) };
    MessageRequest {
        subject: Some("About \"it\"".to_owned()),
        attributes: BTreeMap::from([
            ("color".to_owned(), text_attribute("String", "red")),
            ("price".to_owned(), text_attribute("Number", "1.5")),
            ("image".to_owned(), binary),
        ]),
        ..message(text)
    }
}
