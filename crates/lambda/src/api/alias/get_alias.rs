//! GetAlias: where an alias points.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::describe;
use crate::api::Lambda;
use crate::api::shapes::{AliasConfiguration, GetAlias, GetAliasRequest};

impl Handle<GetAlias> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetAliasRequest,
    ) -> Result<AliasConfiguration, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None)?;
        let found = self.functions.get_alias(&target.function, &input.name.unwrap_or_default()).await?;
        Ok(describe(&target.function, &found))
    }
}
