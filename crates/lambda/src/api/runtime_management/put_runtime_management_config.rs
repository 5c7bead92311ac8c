//! PutRuntimeManagementConfig: when a version of a function gets a newer runtime.

use hob_wire::{AwsError, Handle, RequestContext};

use super::{update_on, update_on_name};
use crate::api::Lambda;
use crate::api::shapes::{
    PutRuntimeManagementConfig, PutRuntimeManagementConfigRequest, PutRuntimeManagementConfigResponse,
};
use crate::runtime_management::RuntimeManagement;

impl Handle<PutRuntimeManagementConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutRuntimeManagementConfigRequest,
    ) -> Result<PutRuntimeManagementConfigResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let wanted = RuntimeManagement {
            update_on: update_on(&input.update_runtime_on.unwrap_or_default()),
            runtime_version: input.runtime_version_arn,
        };
        let record = self.functions.put_runtime_management(&target, wanted).await?;
        Ok(PutRuntimeManagementConfigResponse {
            update_runtime_on: Some(update_on_name(record.update_on).to_owned()),
            function_arn: Some(target.arn()),
            runtime_version_arn: record.runtime_version,
        })
    }
}
