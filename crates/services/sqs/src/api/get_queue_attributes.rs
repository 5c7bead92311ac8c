use std::collections::BTreeMap;

use hob_storage::{MessageCounts, QueueRecord};
use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{GetQueueAttributes, GetQueueAttributesRequest, GetQueueAttributesResult};
use crate::{Queues, SqsError, attributes};

impl Handle<GetQueueAttributes> for Queues {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetQueueAttributesRequest,
    ) -> Result<GetQueueAttributesResult, AwsError> {
        let queue = self.queue(&name::queue(context, input.queue_url)?).await?;
        let wanted = input.attribute_names.unwrap_or_default();
        if let Some(unknown) = wanted.iter().find(|name| !attributes::NAMES.contains(&name.as_str())) {
            return Err(SqsError::UnknownAttribute(unknown.clone()).into());
        }
        let is_wanted = |name: &str| wanted.iter().any(|wanted| wanted == name || wanted == "All");
        let mut all = attributes::of(&queue.record.settings);
        all.extend(facts(&queue.record));
        if COUNTS.into_iter().any(is_wanted) {
            all.extend(COUNTS.into_iter().zip(counts(self.counts(&queue).await?)));
        }
        all.retain(|(name, _)| is_wanted(name));
        let attributes: BTreeMap<String, String> =
            all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(GetQueueAttributesResult { attributes: (!attributes.is_empty()).then_some(attributes) })
    }
}

const COUNTS: [&str; 3] = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
];

fn counts(counts: MessageCounts) -> [String; 3] {
    [counts.visible, counts.delayed, counts.hidden].map(|count| count.to_string())
}

fn facts(queue: &QueueRecord) -> [(&'static str, String); 3] {
    let seconds = |moment: hob_types::Timestamp| (moment.as_millis() / 1000).to_string();
    [
        ("QueueArn", queue.arn.to_string()),
        ("CreatedTimestamp", seconds(queue.created)),
        ("LastModifiedTimestamp", seconds(queue.modified)),
    ]
}
