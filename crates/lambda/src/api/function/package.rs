//! Where the package of a function comes from: for now from the request itself.

use bytes::Bytes;
use hob_wire::AwsError;

use super::unserved::Unserved;
use crate::api::error;
use crate::api::shapes::{CreateFunctionRequest, FunctionCode, UpdateFunctionCodeRequest};

/// CreateFunction's.
pub(super) fn to_create(input: &mut CreateFunctionRequest) -> Result<Bytes, AwsError> {
    let code = input.code.take().unwrap_or_default();
    if input.package_type.as_deref() == Some("Image") {
        return Err(refuse_image(input, &code));
    }
    zip(code, "creating", "Code.")
}

/// UpdateFunctionCode's, of a function that was made from a zip: all are.
pub(super) fn to_update(input: &mut UpdateFunctionCodeRequest) -> Result<Bytes, AwsError> {
    let code = FunctionCode {
        zip_file: input.zip_file.take(),
        s3_bucket: input.s3_bucket.take(),
        s3_key: input.s3_key.take(),
        s3_object_version: input.s3_object_version.take(),
        s3_object_storage_mode: input.s3_object_storage_mode.take(),
        image_uri: input.image_uri.take(),
        source_kms_key_arn: input.source_kms_key_arn.take(),
    };
    zip(code, "updating", "")
}

fn zip(code: FunctionCode, doing: &str, at: &str) -> Result<Bytes, AwsError> {
    if code.image_uri.is_some() {
        return Err(error::image_for_zip(doing));
    }
    let from_s3 = refers_to_s3(&code);
    let zip = match code.zip_file {
        Some(_) if from_s3 => return Err(error::other_code_beside_zip()),
        Some(zip) => zip,
        None if code.s3_bucket.is_some() => return Err(Unserved(format!("{at}S3Bucket")).into()),
        None => return Err(error::no_source()),
    };
    match code.source_kms_key_arn.filter(|arn| !arn.is_empty()) {
        Some(arn) => Err(error::unusable_source_key(&arn)),
        None => Ok(zip),
    }
}

/// To copy a package is what happens anyway.
fn refers_to_s3(code: &FunctionCode) -> bool {
    code.s3_bucket.is_some()
        || code.s3_key.is_some()
        || code.s3_object_version.is_some()
        || code.s3_object_storage_mode.as_deref() == Some("REFERENCE")
}

fn refuse_image(input: &CreateFunctionRequest, code: &FunctionCode) -> AwsError {
    let layers = input.layers.as_ref().is_some_and(|layers| !layers.is_empty());
    if input.runtime.is_some() || input.handler.is_some() || layers {
        error::zip_members_for_image()
    } else if code.image_uri.is_none() {
        error::no_image()
    } else {
        Unserved("PackageType Image".to_owned()).into()
    }
}
