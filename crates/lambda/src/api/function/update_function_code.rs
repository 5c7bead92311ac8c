//! UpdateFunctionCode: another package for a function.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::describe;
use super::{package, unserved};
use crate::api::shapes::{FunctionConfiguration, UpdateFunctionCode, UpdateFunctionCodeRequest};
use crate::api::{Lambda, request};
use crate::function::UpdateCode;

impl Handle<UpdateFunctionCode> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        mut input: UpdateFunctionCodeRequest,
    ) -> Result<FunctionConfiguration, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None)?;
        self.functions.check_updatable(&target, input.revision_id.as_deref()).await?;
        unserved::check_publish_to(input.publish_to.as_ref())?;
        let source = package::to_update(&mut input)?;
        let qualifier = target.qualifier.clone();
        let updated = self
            .functions
            .update_code(UpdateCode {
                target,
                source,
                architecture: request::architecture(input.architectures.as_deref())?,
                expected: input.revision_id,
                publish: input.publish == Some(true),
                dry_run: input.dry_run == Some(true),
            })
            .await?;
        let version = updated.version.as_ref().map(|version| version.number.to_string());
        Ok(describe(&updated.description(), version.or(qualifier).as_deref()))
    }
}
