//! GetProvisionedConcurrencyConfig: what is provisioned of an alias or version, and how far it is.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::progress;
use crate::api::shapes::{
    GetProvisionedConcurrencyConfig, GetProvisionedConcurrencyConfigRequest,
    GetProvisionedConcurrencyConfigResponse,
};
use crate::api::{Lambda, error};

impl Handle<GetProvisionedConcurrencyConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetProvisionedConcurrencyConfigRequest,
    ) -> Result<GetProvisionedConcurrencyConfigResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let found = self.functions.provisioned(&target).await.map_err(error::read_provisioned)?;
        let progress = progress(&found.state);
        Ok(GetProvisionedConcurrencyConfigResponse {
            requested_provisioned_concurrent_executions: Some(found.record.requested.cast_signed()),
            allocated_provisioned_concurrent_executions: progress.allocated,
            available_provisioned_concurrent_executions: progress.available,
            status: progress.status,
            status_reason: progress.reason,
            last_modified: Some(found.record.last_modified.to_lambda_seconds()),
        })
    }
}
