//! How a FIFO topic knows that it has had a message before.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use hob_storage::{Notification, Ordering, ThroughputScope, TopicRecord};
use hob_types::Timestamp;

/// How long a topic remembers. Source: "Message deduplication for FIFO topics".
const INTERVAL: Duration = Duration::from_secs(5 * 60);

/// The one that was given, or the hash of the message where the topic is set so.
pub(super) fn id(topic: &TopicRecord, given: Option<String>, message: &str) -> Option<String> {
    let hash = || {
        let hash = digest(&SHA256, message.as_bytes());
        hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    };
    given.or_else(|| (topic.arn.is_fifo() && topic.settings.content_based_deduplication).then(hash))
}

/// `None`: the topic keeps no order.
pub(super) fn ordering(topic: &TopicRecord, notification: &Notification, now: Timestamp) -> Option<Ordering> {
    if !topic.arn.is_fifo() {
        return None;
    }
    let (group, id) = (notification.group_id.as_ref()?, notification.deduplication_id.as_ref()?);
    let deduplication_key = match topic.settings.throughput_scope {
        ThroughputScope::Topic => id.clone(),
        // Neither has a space.
        ThroughputScope::MessageGroup => format!("{group} {id}"),
    };
    Some(Ordering { group_id: group.clone(), deduplication_key, forget_at: now + INTERVAL })
}
