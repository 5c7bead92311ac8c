//! RemoveLayerVersionPermission: one statement of a layer version's policy. Functions keep what they have.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::version;
use crate::api::Lambda;
use crate::api::shapes::{RemoveLayerVersionPermission, RemoveLayerVersionPermissionRequest};

impl Handle<RemoveLayerVersionPermission> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: RemoveLayerVersionPermissionRequest,
    ) -> Result<(), AwsError> {
        let arn = version(context, input.layer_name, input.version_number)?;
        let (id, expected) = (input.statement_id.unwrap_or_default(), input.revision_id);
        let account = &context.account;
        Ok(self.functions.remove_layer_permission(account, &arn, &id, expected.as_deref()).await?)
    }
}
