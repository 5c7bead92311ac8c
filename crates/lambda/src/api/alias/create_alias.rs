//! CreateAlias: a name for a version, or for two with a part of the invocations each.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{change, describe};
use crate::api::Lambda;
use crate::api::shapes::{AliasConfiguration, CreateAlias, CreateAliasRequest};

impl Handle<CreateAlias> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: CreateAliasRequest,
    ) -> Result<AliasConfiguration, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None)?;
        let wanted = change(input.function_version.as_deref(), input.description, input.routing_config);
        let name = input.name.unwrap_or_default();
        let created = self.functions.create_alias(&target.function, &name, wanted).await?;
        Ok(describe(&target.function, &created))
    }
}
