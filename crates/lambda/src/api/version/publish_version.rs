//! PublishVersion: keeps `$LATEST` as it is now under the next number.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::function::describe;
use crate::api::shapes::{FunctionConfiguration, PublishVersion, PublishVersionRequest};
use crate::api::{Lambda, error};
use crate::version;

impl Handle<PublishVersion> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PublishVersionRequest,
    ) -> Result<FunctionConfiguration, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None)?;
        if input.publish_to.is_some() {
            return Err(error::no_managed_instances("PublishTo"));
        }
        let published = self.functions.publish(version::PublishVersion {
            target,
            code_sha256: input.code_sha256,
            description: input.description,
            expected: input.revision_id,
        });
        let published = published.await?;
        let description = published.description();
        Ok(describe(&description, Some(&description.version.to_string())))
    }
}
