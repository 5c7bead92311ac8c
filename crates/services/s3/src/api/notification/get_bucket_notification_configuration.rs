//! GetBucketNotificationConfiguration: empty where nobody is told.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::S3;
use crate::api::configuration::access;
use crate::api::shapes::{
    FilterRule, GetBucketNotificationConfiguration, GetBucketNotificationConfigurationRequest,
    LambdaFunctionConfiguration, NotificationConfiguration, NotificationConfigurationFilter,
    QueueConfiguration, S3KeyFilter, TopicConfiguration,
};
use crate::notification::{self, DestinationKind, KeyFilter, Rule};

impl Handle<GetBucketNotificationConfiguration> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetBucketNotificationConfigurationRequest,
    ) -> Result<NotificationConfiguration, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let kept = self.configuration::<notification::NotificationConfiguration>(&access).await?;
        Ok(describe(kept.unwrap_or_default().rules))
    }
}

fn describe(rules: Vec<Rule>) -> NotificationConfiguration {
    let mut all = NotificationConfiguration::default();
    for Rule { id, destination, events, filter } in rules {
        let (id, arn) = (Some(id), Some(destination.to_string()));
        let events = Some(events.iter().map(ToString::to_string).collect());
        let filter = filter.map(describe_filter);
        match destination.kind() {
            DestinationKind::Topic => all
                .topic_configurations
                .get_or_insert_default()
                .push(TopicConfiguration { id, topic_arn: arn, events, filter }),
            DestinationKind::Queue => all
                .queue_configurations
                .get_or_insert_default()
                .push(QueueConfiguration { id, queue_arn: arn, events, filter }),
            DestinationKind::Function => all
                .lambda_function_configurations
                .get_or_insert_default()
                .push(LambdaFunctionConfiguration { id, lambda_function_arn: arn, events, filter }),
        }
    }
    all
}

/// The names are capitalised, whatever case was sent; recorded.
fn describe_filter(filter: KeyFilter) -> NotificationConfigurationFilter {
    let rule = |name: &str, value: Option<String>| {
        value.map(|value| FilterRule { name: Some(name.to_owned()), value: Some(value) })
    };
    let rules = [rule("Prefix", filter.prefix), rule("Suffix", filter.suffix)];
    let filter_rules = Some(rules.into_iter().flatten().collect());
    NotificationConfigurationFilter { key: Some(S3KeyFilter { filter_rules }) }
}
