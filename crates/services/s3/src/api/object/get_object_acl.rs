use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::configuration::grants::describe_grants;
use crate::api::context::object_access;
use crate::api::shapes::{GetObjectAcl, GetObjectAclOutput, GetObjectAclRequest, Owner};
use crate::configuration::acl::AccessControlList;
use crate::owner::canonical_user_id;
use crate::{S3, S3Error};

impl Handle<GetObjectAcl> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: GetObjectAclRequest,
    ) -> Result<GetObjectAclOutput, AwsError> {
        let expected = input.expected_bucket_owner;
        let object = object_access(context, input.bucket, input.key, input.version_id, expected);
        let existing = self.existing(&object).await?;
        let owner = canonical_user_id(&context.account);
        let list = match existing.content.description.acl {
            None => AccessControlList::private(&owner),
            Some(kept) => serde_json::from_str(&kept).map_err(|error| S3Error::UnreadableConfiguration {
                name: "acl of an object",
                bucket: object.bucket.bucket.clone(),
                error: error.to_string(),
            })?,
        };
        Ok(GetObjectAclOutput {
            owner: Some(Owner { id: Some(owner), ..Owner::default() }),
            grants: Some(describe_grants(list)),
            ..GetObjectAclOutput::default()
        })
    }
}
