//! PutBucketNotificationConfiguration: replaces all of it.

use hob_wire::{AwsError, Handle, RequestContext, extended_request_id};

use crate::S3;
use crate::api::configuration::access;
use crate::api::error;
use crate::api::shapes::{
    NotificationConfiguration, NotificationConfigurationFilter, PutBucketNotificationConfiguration,
    PutBucketNotificationConfigurationRequest,
};
use crate::notification::{DestinationKind, FilterRule, NewRule, TestRequest};

impl Handle<PutBucketNotificationConfiguration> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutBucketNotificationConfigurationRequest,
    ) -> Result<(), AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let configuration = input.notification_configuration.unwrap_or_default();
        if configuration.event_bridge_configuration.is_some() {
            return Err(error::no_event_bridge());
        }
        let request = TestRequest {
            time: self.now(),
            request_id: context.request_id.to_string(),
            host_id: extended_request_id(&context.request_id),
        };
        let skip = input.skip_destination_validation == Some(true);
        Ok(self.put_notification_configuration(&access, rules(configuration), skip, &request).await?)
    }
}

fn rules(configuration: NotificationConfiguration) -> Vec<NewRule> {
    let topics = configuration.topic_configurations.unwrap_or_default().into_iter();
    let topics =
        topics.map(|new| rule(DestinationKind::Topic, new.id, new.topic_arn, new.events, new.filter));
    let queues = configuration.queue_configurations.unwrap_or_default().into_iter();
    let queues =
        queues.map(|new| rule(DestinationKind::Queue, new.id, new.queue_arn, new.events, new.filter));
    let functions = configuration.lambda_function_configurations.unwrap_or_default().into_iter();
    let functions = functions
        .map(|new| rule(DestinationKind::Function, new.id, new.lambda_function_arn, new.events, new.filter));
    topics.chain(queues).chain(functions).collect()
}

fn rule(
    kind: DestinationKind,
    id: Option<String>,
    arn: Option<String>,
    events: Option<Vec<String>>,
    filter: Option<NotificationConfigurationFilter>,
) -> NewRule {
    let filter = filter.map(|filter| {
        let rules = filter.key.and_then(|key| key.filter_rules).unwrap_or_default();
        rules.into_iter().map(|rule| FilterRule { name: rule.name, value: rule.value }).collect()
    });
    NewRule { id, kind, arn: arn.unwrap_or_default(), events: events.unwrap_or_default(), filter }
}
