//! RemovePermission: one statement less in a policy.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::shapes::{RemovePermission, RemovePermissionRequest};
use crate::api::{Lambda, error};

impl Handle<RemovePermission> for Lambda {
    async fn handle(&self, context: &RequestContext, input: RemovePermissionRequest) -> Result<(), AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let statement_id = input.statement_id.unwrap_or_default();
        let expected = input.revision_id.as_deref();
        let removed = self.functions.remove_permission(&target, &statement_id, expected).await;
        removed.map_err(error::remove_permission)
    }
}
