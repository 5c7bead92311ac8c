//! What a queue says of a message.

use hob_storage::ReceivedMessage;

use crate::message::TRACE_HEADER;

/// Every name that may be asked for.
pub(crate) const NAMES: [&str; 10] = [
    "All",
    "SenderId",
    "SentTimestamp",
    "ApproximateReceiveCount",
    "ApproximateFirstReceiveTimestamp",
    "SequenceNumber",
    "MessageDeduplicationId",
    "MessageGroupId",
    TRACE_HEADER,
    "DeadLetterQueueSourceArn",
];

/// All that the message has.
pub(crate) fn of(message: &ReceivedMessage, is_fifo: bool) -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("SenderId", message.sender.clone()),
        ("SentTimestamp", message.sent.as_millis().to_string()),
        ("ApproximateReceiveCount", message.receipt.receives.to_string()),
        ("ApproximateFirstReceiveTimestamp", message.first_received.as_millis().to_string()),
    ];
    if is_fifo {
        all.push(("SequenceNumber", sequence_number(message.sequence)));
    }
    let optional = [
        ("MessageDeduplicationId", &message.deduplication_id),
        ("MessageGroupId", &message.group),
        (TRACE_HEADER, &message.trace_header),
        ("DeadLetterQueueSourceArn", &message.dead_letter_source),
    ];
    all.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))));
    all
}

/// Twenty digits, and they look like AWS's.
pub(crate) fn sequence_number(sequence: u64) -> String {
    format!("1885{sequence:016}")
}
