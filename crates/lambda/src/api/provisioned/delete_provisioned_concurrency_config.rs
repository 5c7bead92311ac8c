//! DeleteProvisionedConcurrencyConfig: nothing is kept of an alias or version any more. Where nothing was, nothing
//! happens.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::shapes::{DeleteProvisionedConcurrencyConfig, DeleteProvisionedConcurrencyConfigRequest};
use crate::api::{Lambda, error};

impl Handle<DeleteProvisionedConcurrencyConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: DeleteProvisionedConcurrencyConfigRequest,
    ) -> Result<(), AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), input.qualifier.as_deref())?;
        self.functions.unprovision(&target).await.map_err(error::read_provisioned)
    }
}
