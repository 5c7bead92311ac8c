use hob_storage::Versioning;
use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::configuration::access;
use crate::api::shapes::{PutBucketVersioning, PutBucketVersioningRequest};
use crate::{S3, S3Error};

impl Handle<PutBucketVersioning> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: PutBucketVersioningRequest,
    ) -> Result<(), AwsError> {
        let wanted = input.versioning_configuration.unwrap_or_default();
        if wanted.mfa_delete.as_deref() == Some("Enabled") {
            return Err(S3Error::Unserved("MFA delete").into());
        }
        let versioning = match wanted.status.as_deref() {
            Some("Enabled") => Versioning::Enabled,
            Some("Suspended") => Versioning::Suspended,
            _ => return Err(S3Error::MalformedDocument.into()),
        };
        let access = access(context, input.bucket, input.expected_bucket_owner);
        Ok(self.set_versioning(&access, versioning).await?)
    }
}
