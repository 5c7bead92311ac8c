use std::collections::BTreeMap;

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::shapes::{CreateBucket, CreateBucketOutput, CreateBucketRequest};
use crate::bucket::{Creation, location_constraint};
use crate::configuration::{ObjectOwnership, OwnershipControls, SubResource};
use crate::{S3, S3Error};

impl Handle<CreateBucket> for S3 {
    async fn handle(
        &self,
        context: &RequestContext,
        input: CreateBucketRequest,
    ) -> Result<CreateBucketOutput, AwsError> {
        refuse_unserved(&input)?;
        let mut configuration = BTreeMap::new();
        if let Some(ownership) = input.object_ownership.as_deref().and_then(ObjectOwnership::parse) {
            let document = serde_json::to_string(&OwnershipControls(Some(ownership))).unwrap_or_default();
            configuration.insert(OwnershipControls::NAME.to_owned(), document);
        }
        let said = input.create_bucket_configuration.unwrap_or_default();
        let creation = Creation {
            name: input.bucket.unwrap_or_default(),
            caller: context.account.clone(),
            region: context.region.clone(),
            location_constraint: said.location_constraint.filter(|constraint| !constraint.is_empty()),
            configuration,
        };
        let bucket = self.create_bucket(creation).await?;
        let location = match location_constraint(&bucket.region) {
            None => format!("/{}", bucket.name),
            Some(_) => format!("http://{}.s3.amazonaws.com/", bucket.name),
        };
        let bucket_arn = Some(format!("arn:aws:s3:::{}", bucket.name));
        Ok(CreateBucketOutput { location: Some(location), bucket_arn })
    }
}

fn refuse_unserved(input: &CreateBucketRequest) -> Result<(), S3Error> {
    let said = input.create_bucket_configuration.as_ref();
    let grants = [
        &input.grant_full_control,
        &input.grant_read,
        &input.grant_read_acp,
        &input.grant_write,
        &input.grant_write_acp,
    ];
    if input.object_lock_enabled_for_bucket == Some(true) {
        return Err(S3Error::Unserved("Object Lock"));
    }
    if input.acl.as_deref().is_some_and(|acl| acl != "private") || grants.iter().any(|grant| grant.is_some())
    {
        return Err(S3Error::Unserved("An access control list at a bucket's creation (use PutBucketAcl)"));
    }
    if said.is_some_and(|said| said.location.is_some() || said.bucket.is_some()) {
        return Err(S3Error::Unserved("A directory bucket"));
    }
    if said.and_then(|said| said.tags.as_ref()).is_some_and(|tags| !tags.is_empty()) {
        return Err(S3Error::Unserved("Tags at a bucket's creation (use PutBucketTagging)"));
    }
    match input.bucket_namespace.as_deref() {
        None | Some("global") => Ok(()),
        Some(_) => Err(S3Error::Unserved("A namespace of buckets")),
    }
}
