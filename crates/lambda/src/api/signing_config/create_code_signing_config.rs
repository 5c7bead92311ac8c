//! CreateCodeSigningConfig: whose packages are trusted, and what becomes of others.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{describe, owner, publishers, untrusted_artifact};
use crate::api::Lambda;
use crate::api::shapes::{
    CreateCodeSigningConfig, CreateCodeSigningConfigRequest, CreateCodeSigningConfigResponse,
};
use crate::signing_config;

impl Handle<CreateCodeSigningConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: CreateCodeSigningConfigRequest,
    ) -> Result<CreateCodeSigningConfigResponse, AwsError> {
        let owner = owner(context);
        let untrusted_artifact = untrusted_artifact(input.code_signing_policies.as_ref());
        let create = signing_config::CreateCodeSigningConfig {
            owner: owner.clone(),
            description: input.description.unwrap_or_default(),
            allowed_publishers: publishers(input.allowed_publishers).unwrap_or_default(),
            untrusted_artifact: untrusted_artifact.unwrap_or_default(),
            tags: input.tags.unwrap_or_default(),
        };
        let created = self.functions.create_signing_config(create).await?;
        Ok(CreateCodeSigningConfigResponse { code_signing_config: Some(describe(&owner, &created)) })
    }
}
