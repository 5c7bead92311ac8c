//! AddLayerVersionPermission: another account, or everybody, may read and use a layer's version.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::version;
use crate::api::Lambda;
use crate::api::shapes::{
    AddLayerVersionPermission, AddLayerVersionPermissionRequest, AddLayerVersionPermissionResponse,
};
use crate::policy::Permission;

impl Handle<AddLayerVersionPermission> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: AddLayerVersionPermissionRequest,
    ) -> Result<AddLayerVersionPermissionResponse, AwsError> {
        let arn = version(context, input.layer_name, input.version_number)?;
        let permission = Permission {
            statement_id: input.statement_id.unwrap_or_default(),
            action: input.action.unwrap_or_default(),
            principal: input.principal.unwrap_or_default(),
            organization: input.organization_id,
            ..Permission::default()
        };
        let expected = input.revision_id.as_deref();
        let added = self.functions.add_layer_permission(&context.account, &arn, permission, expected).await?;
        Ok(AddLayerVersionPermissionResponse {
            statement: Some(added.statement),
            revision_id: Some(added.revision.to_string()),
        })
    }
}
