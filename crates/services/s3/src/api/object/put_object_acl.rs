//! PutObjectAcl: who may do what with the object; kept, and not yet enforced.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::S3;
use crate::announce::Action;
use crate::api::configuration::grants::body_of;
use crate::api::context::{cause, object_access};
use crate::api::shapes::{PutObjectAcl, PutObjectAclOutput, PutObjectAclRequest};
use crate::configuration::ConfigurationError;
use crate::configuration::acl::{GrantHeaders, NewAcl};

impl Handle<PutObjectAcl> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutObjectAclRequest,
    ) -> Result<PutObjectAclOutput, AwsError> {
        let owner = input.expected_bucket_owner;
        let object = object_access(context, input.bucket, input.key, input.version_id, owner);
        let body = input.access_control_policy.map(body_of).transpose().map_err(ConfigurationError::from)?;
        let headers = GrantHeaders {
            full_control: input.grant_full_control,
            read: input.grant_read,
            read_acp: input.grant_read_acp,
            write: input.grant_write,
            write_acp: input.grant_write_acp,
        };
        let kept =
            self.checked_object_acl(&object.bucket, NewAcl { canned: input.acl, headers, body }).await?;
        let change =
            Box::new(move |description: &mut hob_storage::ObjectDescription| description.acl = Some(kept));
        self.describe(&object, cause(context, Action::PutAcl), change).await?;
        Ok(PutObjectAclOutput::default())
    }
}
