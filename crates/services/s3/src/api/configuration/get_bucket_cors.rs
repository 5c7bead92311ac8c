//! GetBucketCors: which web pages may use the bucket.

use hob_wire::{AwsError, Handle, RequestContext};

use super::access;
use crate::S3;
use crate::api::error::missing;
use crate::api::shapes::{CORSRule, GetBucketCors, GetBucketCorsOutput, GetBucketCorsRequest};
use crate::configuration::{CorsConfiguration, CorsRule, Missing};

impl Handle<GetBucketCors> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetBucketCorsRequest,
    ) -> Result<GetBucketCorsOutput, AwsError> {
        let access = access(context, input.bucket, input.expected_bucket_owner);
        let Some(cors) = self.configuration::<CorsConfiguration>(&access).await? else {
            return Err(missing(Missing::Cors, access.bucket));
        };
        let rules = cors.rules.into_iter().map(describe).collect();
        Ok(GetBucketCorsOutput { cors_rules: Some(rules) })
    }
}

fn describe(rule: CorsRule) -> CORSRule {
    let given = |list: Vec<String>| Some(list).filter(|list| !list.is_empty());
    CORSRule {
        id: rule.id,
        allowed_headers: given(rule.allowed_headers),
        allowed_methods: Some(rule.allowed_methods),
        allowed_origins: Some(rule.allowed_origins),
        expose_headers: given(rule.expose_headers),
        max_age_seconds: rule.max_age,
    }
}
