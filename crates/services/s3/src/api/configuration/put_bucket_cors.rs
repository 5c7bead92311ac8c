//! PutBucketCors: replaces all rules.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::shapes::{CORSRule, PutBucketCors, PutBucketCorsRequest};
use crate::configuration::{ConfigurationError, CorsConfiguration, CorsRule};

impl Handle<PutBucketCors> for S3 {
    async fn handle(&self, context: &RequestContext, input: PutBucketCorsRequest) -> Result<(), AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let rules = input.cors_configuration.and_then(|configuration| configuration.cors_rules);
        let rules = rules.unwrap_or_default().into_iter().map(rule).collect();
        let cors = CorsConfiguration::parse(rules).map_err(ConfigurationError::from)?;
        self.bucket(&access).await?;
        Ok(self.configure(&access.bucket, &cors).await?)
    }
}

fn rule(rule: CORSRule) -> CorsRule {
    CorsRule {
        id: rule.id,
        allowed_headers: rule.allowed_headers.unwrap_or_default(),
        allowed_methods: rule.allowed_methods.unwrap_or_default(),
        allowed_origins: rule.allowed_origins.unwrap_or_default(),
        expose_headers: rule.expose_headers.unwrap_or_default(),
        max_age: rule.max_age_seconds,
    }
}
