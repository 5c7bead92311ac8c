//! DeleteAlias: an alias, and what belongs to it alone. One that does not exist counts as deleted.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::Lambda;
use crate::api::shapes::{DeleteAlias, DeleteAliasRequest};

impl Handle<DeleteAlias> for Lambda {
    async fn handle(&self, context: &RequestContext, input: DeleteAliasRequest) -> Result<(), AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None)?;
        Ok(self.functions.delete_alias(&target.function, &input.name.unwrap_or_default()).await?)
    }
}
