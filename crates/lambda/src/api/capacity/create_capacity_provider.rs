//! CreateCapacityProvider: a description of instances is kept; none are started.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{ACTIVE, describe};
use super::request;
use crate::api::function::Unserved;
use crate::api::shapes::{
    CreateCapacityProvider, CreateCapacityProviderRequest, CreateCapacityProviderResponse,
};
use crate::api::{Lambda, error};
use crate::capacity::{self, CapacityProvider};

impl Handle<CreateCapacityProvider> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: CreateCapacityProviderRequest,
    ) -> Result<CreateCapacityProviderResponse, AwsError> {
        let given = input.capacity_provider_name.unwrap_or_default();
        let provider = CapacityProvider::resolve(&Self::owner(context), &given)
            .map_err(error::create_capacity_provider)?;
        if input.kms_key_arn.is_some_and(|key| !key.is_empty()) {
            return Err(Unserved("KmsKeyArn".to_owned()).into());
        }
        let vpc = input.vpc_config.unwrap_or_default();
        let permissions = input.permissions_config.unwrap_or_default();
        let created = self
            .functions
            .create_capacity_provider(capacity::CreateCapacityProvider {
                provider: provider.clone(),
                subnet_ids: vpc.subnet_ids.unwrap_or_default(),
                security_group_ids: vpc.security_group_ids.unwrap_or_default(),
                operator_role: permissions.capacity_provider_operator_role_arn.unwrap_or_default(),
                instances: input.instance_requirements.map(request::instances),
                scaling: input.capacity_provider_scaling_config.map(request::scaling),
                propagated_tags: request::propagated_tags(input.propagate_tags)?,
                logging: input.telemetry_config.map(request::logging),
                tags: input.tags.unwrap_or_default(),
            })
            .await?;
        Ok(CreateCapacityProviderResponse { capacity_provider: Some(describe(&provider, &created, ACTIVE)) })
    }
}
