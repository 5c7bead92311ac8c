//! Messages as subscribers get them.

use std::collections::BTreeMap;

use hob_storage::{MessageAttributeRecord, MessageContent, MessageRecord, Notification, SubscriptionRecord};
use serde_json::{Map, Value, json};

use crate::signature::SigningKey;
use crate::urls;

/// A message for one subscription.
pub(crate) struct Envelope<'a> {
    pub subscription: &'a SubscriptionRecord,
    pub message: &'a MessageRecord,
    pub sequence_number: Option<u64>,
    /// `None`: FIFO topics sign nothing.
    pub key: Option<&'a SigningKey>,
}

/// Members by name, in their order.
type Members = Vec<(&'static str, String)>;

/// As AWS writes it, growing with each message of a topic.
pub(crate) fn sequence_number(number: u64) -> String {
    format!("1{number:019}")
}

impl Envelope<'_> {
    /// What queues and endpoints of HTTP get, laid out as AWS does.
    pub(crate) fn to_document(&self) -> String {
        let mut members: Vec<(&str, String)> =
            self.members().into_iter().map(|(name, value)| (name, Value::from(value).to_string())).collect();
        if let MessageContent::Notification(Notification { attributes, .. }) = &self.message.content
            && !attributes.is_empty()
        {
            members.push(("MessageAttributes", attributes_document(attributes)));
        }
        let lines: Vec<String> =
            members.iter().map(|(name, value)| format!("  \"{name}\" : {value}")).collect();
        format!("{{\n{}\n}}", lines.join(",\n"))
    }

    /// What a function gets.
    pub(crate) fn to_event(&self, notification: &Notification) -> String {
        let mut sns: Map<String, Value> =
            self.members().into_iter().map(|(name, value)| (function_name(name), value.into())).collect();
        if notification.subject.is_none() {
            // Behind `TopicArn`.
            sns.shift_insert(3, "Subject".to_owned(), Value::Null);
        }
        let attributes = notification.attributes.iter();
        let attributes = attributes.map(|(name, attribute)| (name.clone(), attribute_value(attribute)));
        sns.insert("MessageAttributes".to_owned(), Value::Object(attributes.collect()));
        json!({ "Records": [{
            "EventSource": "aws:sns",
            "EventVersion": "1.0",
            "EventSubscriptionArn": self.subscription.arn.to_string(),
            "Sns": sns,
        }]})
        .to_string()
    }

    /// The message for subscribers by this protocol.
    pub(crate) fn text<'n>(&self, notification: &'n Notification) -> &'n str {
        let protocol = self.subscription.endpoint.protocol();
        notification.by_protocol.get(protocol).unwrap_or(&notification.message)
    }

    /// All but the attributes.
    fn members(&self) -> Members {
        let mut members = match &self.message.content {
            MessageContent::Notification(notification) => self.notification(notification),
            MessageContent::SubscriptionConfirmation { token } => {
                self.confirmation("SubscriptionConfirmation", token, &self.request())
            }
            MessageContent::UnsubscribeConfirmation { token } => {
                self.confirmation("UnsubscribeConfirmation", token, &self.farewell())
            }
        };
        self.sign(&mut members);
        if let MessageContent::Notification(_) = self.message.content {
            let SubscriptionRecord { arn, base_url, .. } = self.subscription;
            members.push(("UnsubscribeURL", urls::unsubscribe(base_url, arn)));
        }
        members
    }

    fn notification(&self, notification: &Notification) -> Members {
        let mut members =
            vec![("Type", "Notification".to_owned()), ("MessageId", self.message.message_id.clone())];
        members.extend(self.sequence_number.map(|number| ("SequenceNumber", sequence_number(number))));
        members.push(("TopicArn", self.subscription.arn.topic.to_string()));
        members.extend(notification.subject.clone().map(|subject| ("Subject", subject)));
        members.push(("Message", self.text(notification).to_owned()));
        members.push(("Timestamp", self.message.published.to_rfc3339()));
        members
    }

    fn confirmation(&self, kind: &str, token: &str, text: &str) -> Members {
        let SubscriptionRecord { arn, base_url, .. } = self.subscription;
        vec![
            ("Type", kind.to_owned()),
            ("MessageId", self.message.message_id.clone()),
            ("Token", token.to_owned()),
            ("TopicArn", arn.topic.to_string()),
            ("Message", text.to_owned()),
            ("SubscribeURL", urls::confirm(base_url, &arn.topic, token)),
            ("Timestamp", self.message.published.to_rfc3339()),
        ]
    }

    fn request(&self) -> String {
        format!(
            "You have chosen to subscribe to the topic {}.\nTo confirm the subscription, visit the SubscribeURL \
             included in this message.",
            self.subscription.arn.topic
        )
    }

    fn farewell(&self) -> String {
        format!(
            "You have chosen to deactivate subscription {}.\nTo cancel this operation and restore the \
             subscription, visit the SubscribeURL included in this message.",
            self.subscription.arn
        )
    }

    /// Over all members but the sequence number, in the order of their names.
    fn sign(&self, members: &mut Members) {
        let Some(key) = self.key else { return };
        let mut signed: Vec<_> = members.iter().filter(|(name, _)| *name != "SequenceNumber").collect();
        signed.sort_unstable_by_key(|(name, _)| *name);
        let text: String = signed.iter().map(|(name, value)| format!("{name}\n{value}\n")).collect();
        if let Some(signature) = key.sign(&text) {
            let url = urls::certificate(&self.subscription.base_url, key.file_name());
            members.push(("SignatureVersion", "2".to_owned()));
            members.push(("Signature", signature));
            members.push(("SigningCertURL", url));
        }
    }
}

/// Functions see some members by another spelling.
fn function_name(name: &str) -> String {
    match name {
        "SigningCertURL" => "SigningCertUrl",
        "UnsubscribeURL" => "UnsubscribeUrl",
        same => same,
    }
    .to_owned()
}

fn attributes_document(attributes: &BTreeMap<String, MessageAttributeRecord>) -> String {
    let lines = attributes.iter().map(|(name, attribute)| {
        format!("    {} : {}", Value::from(name.as_str()), attribute_value(attribute))
    });
    format!("{{\n{}\n  }}", lines.collect::<Vec<_>>().join(",\n"))
}

fn attribute_value(attribute: &MessageAttributeRecord) -> Value {
    json!({ "Type": attribute.data_type, "Value": attribute.value })
}
