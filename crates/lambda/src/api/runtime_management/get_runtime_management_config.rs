//! GetRuntimeManagementConfig: when a version of a function gets a newer runtime. The runtime's version is told only
//! where the function is to stay at it.

use hob_wire::{AwsError, Handle, RequestContext};

use super::update_on_name;
use crate::api::Lambda;
use crate::api::shapes::{
    GetRuntimeManagementConfig, GetRuntimeManagementConfigRequest, GetRuntimeManagementConfigResponse,
};

impl Handle<GetRuntimeManagementConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetRuntimeManagementConfigRequest,
    ) -> Result<GetRuntimeManagementConfigResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let record = self.functions.get_runtime_management(&target).await?;
        Ok(GetRuntimeManagementConfigResponse {
            update_runtime_on: Some(update_on_name(record.update_on).to_owned()),
            function_arn: Some(target.arn()),
            runtime_version_arn: record.runtime_version,
        })
    }
}
