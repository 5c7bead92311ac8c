//! PutProvisionedConcurrencyConfig: keeps environments of an alias or version initialised.

use hob_invoke::Provisioned;
use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{progress, requested};
use crate::api::Lambda;
use crate::api::shapes::{
    PutProvisionedConcurrencyConfig, PutProvisionedConcurrencyConfigRequest,
    PutProvisionedConcurrencyConfigResponse,
};

impl Handle<PutProvisionedConcurrencyConfig> for Lambda {
    /// Answers as AWS does: nothing is there yet, whatever was before.
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutProvisionedConcurrencyConfigRequest,
    ) -> Result<PutProvisionedConcurrencyConfigResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let requested = requested(input.provisioned_concurrent_executions);
        let record = self.functions.provision(&target, requested).await?;
        let begun = progress(&Provisioned { requested, ..Provisioned::default() });
        Ok(PutProvisionedConcurrencyConfigResponse {
            requested_provisioned_concurrent_executions: input.provisioned_concurrent_executions,
            allocated_provisioned_concurrent_executions: begun.allocated,
            available_provisioned_concurrent_executions: begun.available,
            status: begun.status,
            status_reason: begun.reason,
            last_modified: Some(record.last_modified.to_lambda_seconds()),
        })
    }
}
