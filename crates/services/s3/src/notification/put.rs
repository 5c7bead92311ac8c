use super::{NewRule, NotificationConfiguration, TestRequest};
use crate::S3;
use crate::bucket::BucketAccess;
use crate::configuration::{ConfigurationError, SubResource};

impl SubResource for NotificationConfiguration {
    const NAME: &'static str = super::SUB_RESOURCE;
}

impl S3 {
    /// Replaces all of it. Queues and topics that are named get a test event, unless the caller wants nobody asked.
    pub(crate) async fn put_notification_configuration(
        &self,
        access: &BucketAccess,
        rules: Vec<NewRule>,
        skip_validation: bool,
        request: &TestRequest,
    ) -> Result<(), ConfigurationError> {
        let bucket = self.bucket(access).await?;
        let configuration = NotificationConfiguration::parse(rules, &bucket.region, &*self.random)?;
        if !skip_validation {
            configuration.check_destinations(&self.neighbours, &bucket.name, &bucket.account).await?;
        }
        self.configure(&bucket.name, &configuration).await?;
        if !skip_validation {
            let tests = configuration.test_events(&bucket.name, &bucket.account, request);
            self.events.add(tests, request.time).await.map_err(crate::S3Error::from)?;
        }
        Ok(())
    }
}
