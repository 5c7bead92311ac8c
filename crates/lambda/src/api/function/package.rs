//! Where the package of a function or layer comes from: the request itself, or a bucket.

use hob_wire::AwsError;

use super::unserved::Unserved;
use crate::api::error;
use crate::api::shapes::{
    CreateFunctionRequest, FunctionCode, LayerVersionContentInput, UpdateFunctionCodeRequest,
};
use crate::function::{CodeSource, ObjectLocation};

/// The object is to be read again and again, and never to be copied.
const REFERENCE: &str = "REFERENCE";

/// CreateFunction's.
pub(super) fn to_create(input: &mut CreateFunctionRequest) -> Result<CodeSource, AwsError> {
    let code = input.code.take().unwrap_or_default();
    if input.package_type.as_deref() == Some("Image") {
        return Err(refuse_image(input, &code));
    }
    of_function(code, "creating", "Code.")
}

/// UpdateFunctionCode's, of a function that was made from a zip: all are.
pub(super) fn to_update(input: &mut UpdateFunctionCodeRequest) -> Result<CodeSource, AwsError> {
    let code = FunctionCode {
        zip_file: input.zip_file.take(),
        s3_bucket: input.s3_bucket.take(),
        s3_key: input.s3_key.take(),
        s3_object_version: input.s3_object_version.take(),
        s3_object_storage_mode: input.s3_object_storage_mode.take(),
        image_uri: input.image_uri.take(),
        source_kms_key_arn: input.source_kms_key_arn.take(),
    };
    of_function(code, "updating", "")
}

/// PublishLayerVersion's.
pub(in crate::api) fn to_publish(content: LayerVersionContentInput) -> Result<CodeSource, AwsError> {
    let code = FunctionCode {
        zip_file: content.zip_file,
        s3_bucket: content.s3_bucket,
        s3_key: content.s3_key,
        s3_object_version: content.s3_object_version,
        s3_object_storage_mode: content.s3_object_storage_mode,
        ..FunctionCode::default()
    };
    if code.zip_file.is_some() && refers_to_s3(&code) {
        return Err(error::other_content_beside_zip());
    }
    source(code, "Content.")?.ok_or_else(error::no_layer_source)
}

fn of_function(code: FunctionCode, doing: &str, at: &str) -> Result<CodeSource, AwsError> {
    if code.image_uri.is_some() {
        return Err(error::image_for_zip(doing));
    }
    if code.zip_file.is_some() && refers_to_s3(&code) {
        return Err(error::other_code_beside_zip());
    }
    let key = code.source_kms_key_arn.clone().filter(|arn| !arn.is_empty());
    let source = source(code, at)?.ok_or_else(error::no_source)?;
    match key {
        Some(arn) => Err(error::unusable_source_key(&arn)),
        None => Ok(source),
    }
}

/// `at`: what stands before the members' names.
fn source(code: FunctionCode, at: &str) -> Result<Option<CodeSource>, Unserved> {
    if code.s3_object_storage_mode.as_deref() == Some(REFERENCE) && code.s3_bucket.is_some() {
        return Err(Unserved(format!("{at}S3ObjectStorageMode REFERENCE")));
    }
    let object = code.s3_bucket.zip(code.s3_key).map(|(bucket, key)| {
        CodeSource::Object(ObjectLocation { bucket, key, version: code.s3_object_version })
    });
    Ok(code.zip_file.map(CodeSource::Zip).or(object))
}

/// To copy a package is what happens anyway.
fn refers_to_s3(code: &FunctionCode) -> bool {
    code.s3_bucket.is_some()
        || code.s3_key.is_some()
        || code.s3_object_version.is_some()
        || code.s3_object_storage_mode.as_deref() == Some(REFERENCE)
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
