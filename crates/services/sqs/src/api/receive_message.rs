use std::collections::BTreeMap;

use hob_storage::ReceivedMessage;
use hob_wire::{AwsError, Handle, RequestContext};

use super::shapes::{Message, ReceiveMessage, ReceiveMessageRequest, ReceiveMessageResult};
use super::{message, name};
use crate::receive::Wish;
use crate::{Queues, SqsError, digest, system_attributes};

impl Handle<ReceiveMessage> for Queues {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ReceiveMessageRequest,
    ) -> Result<ReceiveMessageResult, AwsError> {
        let wanted = Wanted::of(&input)?;
        let queue = name::queue(context, input.queue_url)?;
        let wish = Wish {
            at_most: input.max_number_of_messages.map(i64::from),
            visibility: input.visibility_timeout.map(i64::from),
            wait: input.wait_time_seconds.map(i64::from),
            attempt: input.receive_request_attempt_id,
        };
        let (queue, received) = self.receive(&queue, wish).await?;
        let handles = self.handles().await?;
        let answer = |message: ReceivedMessage| {
            let handle = handles.make(queue.record.id, message.receipt);
            wanted.answer(message, handle, queue.is_fifo())
        };
        let messages: Vec<Message> = received.into_iter().map(answer).collect();
        Ok(ReceiveMessageResult { messages: (!messages.is_empty()).then_some(messages) })
    }
}

/// What the receiver wants to hear of each message.
struct Wanted {
    system_attributes: Vec<String>,
    attributes: Vec<String>,
}

impl Wanted {
    fn of(input: &ReceiveMessageRequest) -> Result<Self, SqsError> {
        let named = [&input.attribute_names, &input.message_system_attribute_names];
        let system_attributes: Vec<String> = named.into_iter().flatten().flatten().cloned().collect();
        let is_known = |name: &&String| system_attributes::NAMES.contains(&name.as_str());
        if let Some(unknown) = system_attributes.iter().find(|name| !is_known(name)) {
            return Err(SqsError::UnknownAttribute(unknown.clone()));
        }
        Ok(Self { system_attributes, attributes: input.message_attribute_names.clone().unwrap_or_default() })
    }

    fn answer(&self, message: ReceivedMessage, handle: String, is_fifo: bool) -> Message {
        let system: BTreeMap<String, String> = system_attributes::of(&message, is_fifo)
            .into_iter()
            .filter(|(name, _)| self.system_attributes.iter().any(|wanted| wanted == name || wanted == "All"))
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let mut attributes = message.attributes;
        attributes.retain(|name, _| self.attributes.iter().any(|wanted| matches(wanted, name)));
        let md5_of_attributes = digest::of_attributes(&attributes);
        let attributes: BTreeMap<_, _> =
            attributes.into_iter().map(|(name, attribute)| (name, message::answer(attribute))).collect();
        Message {
            message_id: Some(message.message_id),
            receipt_handle: Some(handle),
            md5_of_body: Some(digest::of_body(&message.body)),
            body: Some(message.body),
            attributes: (!system.is_empty()).then_some(system),
            md5_of_message_attributes: md5_of_attributes,
            message_attributes: (!attributes.is_empty()).then_some(attributes),
        }
    }
}

/// `All`, `.*`, `prefix.*`, or the name itself.
fn matches(wanted: &str, name: &str) -> bool {
    match wanted.strip_suffix(".*") {
        _ if wanted == "All" || wanted == ".*" || wanted == name => true,
        Some(prefix) => {
            name.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        }
        None => false,
    }
}
