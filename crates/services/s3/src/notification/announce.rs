use hob_storage::{Announce, BucketRecord, ObjectChange};
use hob_types::Timestamp;

use super::configuration::NotificationConfiguration;
use super::document::EventDocument;
use super::event_name::event_name;
use super::record::{EventBucket, event};
use crate::announce::Cause;
use crate::owner::principal_id;

/// The sub-resource under which a bucket keeps its configuration.
pub(crate) const SUB_RESOURCE: &str = "notification";

/// Tells those who want to hear of it. For one change, or several in one transaction.
pub(crate) fn announce(cause: Cause, time: Timestamp) -> Announce {
    let mut configuration = None;
    Box::new(move |bucket, change| {
        let configuration = configuration.get_or_insert_with(|| of_bucket(bucket));
        events(configuration, &cause, time, bucket, change)
    })
}

fn of_bucket(bucket: &BucketRecord) -> NotificationConfiguration {
    let Some(kept) = bucket.configuration.get(SUB_RESOURCE) else { return Default::default() };
    serde_json::from_str(kept).unwrap_or_else(|error| {
        tracing::error!(bucket = bucket.name, %error, "a notification configuration cannot be read");
        NotificationConfiguration::default()
    })
}

fn events(
    configuration: &NotificationConfiguration,
    cause: &Cause,
    time: Timestamp,
    bucket: &BucketRecord,
    change: &ObjectChange<'_>,
) -> Vec<String> {
    let name = format!("s3:{}", event_name(cause.action, change.kind));
    let told = configuration.wanting(&name, change.key);
    let of = EventBucket {
        name: &bucket.name,
        region: bucket.region.as_str(),
        principal_id: &principal_id(&bucket.account),
    };
    let documents = told.map(|rule| EventDocument {
        destination: rule.destination.clone(),
        bucket: bucket.name.clone(),
        account: bucket.account.clone(),
        key: change.key.to_owned(),
        trace_header: cause.trace_header.clone(),
        body: event(cause, time, &of, &rule.id, change),
    });
    documents.map(|document| document.to_json()).collect()
}
