//! UpdateAlias: points an alias elsewhere. What is not given stays as it is.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{change, describe};
use crate::api::shapes::{AliasConfiguration, UpdateAlias, UpdateAliasRequest};
use crate::api::{Lambda, error};

impl Handle<UpdateAlias> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: UpdateAliasRequest,
    ) -> Result<AliasConfiguration, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None)?;
        let wanted = change(input.function_version.as_deref(), input.description, input.routing_config);
        let name = input.name.unwrap_or_default();
        let expected = input.revision_id.as_deref();
        let updated = self.functions.update_alias(&target.function, &name, wanted, expected).await;
        Ok(describe(&target.function, &updated.map_err(error::update_alias)?))
    }
}
