//! AddPermission: one more statement in a policy.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::Lambda;
use crate::api::shapes::{AddPermission, AddPermissionRequest, AddPermissionResponse};
use crate::policy::Permission;

impl Handle<AddPermission> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: AddPermissionRequest,
    ) -> Result<AddPermissionResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let permission = Permission {
            statement_id: input.statement_id.unwrap_or_default(),
            action: input.action.unwrap_or_default(),
            principal: input.principal.unwrap_or_default(),
            source_arn: input.source_arn,
            source_account: input.source_account,
            organization: input.principal_org_id,
            event_source_token: input.event_source_token,
            function_url_auth_type: input.function_url_auth_type,
            invoked_via_function_url: input.invoked_via_function_url,
        };
        let expected = input.revision_id.as_deref();
        let statement = self.functions.add_permission(&target, permission, expected).await?;
        Ok(AddPermissionResponse { statement: Some(statement.to_json()) })
    }
}
