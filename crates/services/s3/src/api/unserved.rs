//! Operations that are known and refused.

use hob_wire::{AwsError, Handle, Operation, RequestContext};

use super::shapes;
use crate::S3;

macro_rules! unserved {
    ($($operation:ident,)+) => {$(
        impl Handle<shapes::$operation> for S3 {
            async fn handle(
                &self,
                _: &RequestContext,
                _: <shapes::$operation as Operation>::Input,
            ) -> Result<<shapes::$operation as Operation>::Output, AwsError> {
                let text = concat!(stringify!($operation), " is an operation of Amazon S3 that Hob does not serve yet.");
                Err(AwsError::new("NotImplemented", text).with_status(501))
            }
        }
    )+};
}

unserved! {
    DeleteBucketCors,
    DeleteBucketEncryption,
    DeleteBucketOwnershipControls,
    DeleteBucketPolicy,
    DeleteBucketTagging,
    DeletePublicAccessBlock,
    GetBucketAccelerateConfiguration,
    GetBucketAcl,
    GetBucketCors,
    GetBucketEncryption,
    GetBucketLifecycleConfiguration,
    GetBucketLogging,
    GetBucketNotificationConfiguration,
    GetBucketOwnershipControls,
    GetBucketPolicy,
    GetBucketPolicyStatus,
    GetBucketReplication,
    GetBucketRequestPayment,
    GetBucketTagging,
    GetBucketWebsite,
    GetObjectLockConfiguration,
    GetPublicAccessBlock,
    PutBucketAcl,
    PutBucketCors,
    PutBucketEncryption,
    PutBucketNotificationConfiguration,
    PutBucketOwnershipControls,
    PutBucketPolicy,
    PutBucketTagging,
    PutPublicAccessBlock,
}
