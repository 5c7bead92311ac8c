use hob_wire::{AwsError, Handle, RequestContext};

use super::get_object::{content_range, headers, opening, overrides, part_number, shown};
use super::{checksum_type_name, encryption, number, quoted, refuse_customer_keys, show_checksum};
use crate::S3;
use crate::api::context::object_access;
use crate::api::shapes::{HeadObject, HeadObjectOutput, HeadObjectRequest};
use crate::object::{Opened, Opening, ReadConditions};

impl Handle<HeadObject> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        mut input: HeadObjectRequest,
    ) -> Result<HeadObjectOutput, AwsError> {
        refuse_customer_keys!(input)?;
        let opening = opening!(context, input);
        let opened = self.head(&opening).await?;
        let headers = headers(&opened, overrides!(input));
        let with_checksum = input.checksum_mode.as_deref() == Some("ENABLED");
        Ok(shown!(HeadObjectOutput, opened, headers, with_checksum))
    }
}
