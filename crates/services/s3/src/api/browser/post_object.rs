//! POST of a form: puts its file, within what its policy says.

use hob_storage::WriteCondition;
use hob_wire::{AwsError, Body, RawRequest, RequestContext, StreamError};
use http::Response;
use http::header::CONTENT_TYPE;

use super::post_answer::{self, Posted};
use super::preflight::set_ids;
use super::{form_identity, form_object, named};
use crate::announce::Action;
use crate::api::context::{cause, object_access};
use crate::api::error;
use crate::configuration::acl::GrantHeaders;
use crate::form::{Fields, FileSize, FormFile, FormReader, PostPolicy, boundary};
use crate::object::{Put, Written};
use crate::{S3, S3Error};

pub(super) async fn answer(s3: &S3, request: RawRequest<'_>) -> Result<Response<Body>, AwsError> {
    let (bucket, key) = named(request.path);
    if bucket.is_empty() || !key.is_empty() {
        return Err(error::method_not_allowed("POST", "OBJECT"));
    }
    let content_type = request.parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = content_type.and_then(boundary).ok_or_else(error::malformed_form)?;
    let (fields, _, file) =
        FormReader::new(request.body.clone(), &boundary).read().await.map_err(error::form)?;
    let key = fields.get("key").filter(|key| !key.is_empty()).ok_or_else(error::form_key_missing)?;
    let context = form_identity::identify(&fields, request.context, request.keys)?;
    let bounds = check_policy(s3, &fields, &bucket)?;
    let written = put(s3, &context, &bucket, &fields, file, bounds).await?;
    let posted = Posted {
        location: location(&context, request.path, key),
        bucket,
        key: key.to_owned(),
        etag: format!("\"{}\"", written.content.etag),
        version_id: written.version_id,
    };
    let mut response = post_answer::answer(&fields, &posted);
    set_ids(&mut response, &request);
    Ok(response)
}

type Bounds = std::ops::RangeInclusive<u64>;

/// How many bytes the file may have.
fn check_policy(s3: &S3, fields: &Fields, bucket: &str) -> Result<Bounds, AwsError> {
    let Some(policy) = fields.get("policy") else { return Ok(0..=u64::MAX) };
    let policy = PostPolicy::parse(policy).map_err(|invalid| error::invalid_policy(&invalid))?;
    policy.check(fields, bucket, s3.now()).map_err(|refusal| error::policy_refusal(&refusal))?;
    Ok(policy.size)
}

async fn put(
    s3: &S3,
    context: &RequestContext,
    bucket: &str,
    fields: &Fields,
    file: FormFile,
    bounds: Bounds,
) -> Result<Written, AwsError> {
    form_object::check_served(fields)?;
    let key = fields.get("key").map(str::to_owned);
    let object = object_access(context, Some(bucket.to_owned()), key, None, None);
    let mut description = form_object::describe(fields);
    let canned = fields.get("acl").map(str::to_owned);
    description.acl = s3.new_object_acl(&object.bucket, canned, GrantHeaders::default()).await?;
    let (body, size) = file.into_stream(bounds.clone());
    let put = Put {
        object,
        description,
        body,
        expected: form_object::expect(fields),
        condition: WriteCondition::None,
        cause: cause(context, Action::Post),
    };
    s3.put(put).await.map_err(|failure| refuse(failure, &size, &bounds))
}

/// A file that is not as long as the policy says ends as a stream that failed.
fn refuse(failure: S3Error, size: &FileSize, bounds: &Bounds) -> AwsError {
    let size = size.bytes();
    match failure {
        S3Error::Stream(StreamError::TooLarge) if size > *bounds.end() => {
            error::file_too_large(size, *bounds.end())
        }
        S3Error::Stream(StreamError::Incomplete) if size < *bounds.start() => {
            error::file_too_small(size, *bounds.start())
        }
        S3Error::Stream(StreamError::Incomplete) => error::malformed_form(),
        other => other.into(),
    }
}

/// Where the object can be had, by the host that the form was posted to.
fn location(context: &RequestContext, path: &str, key: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const ENCODED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    let bucket = path.trim_end_matches('/');
    format!("{}{bucket}/{}", context.base_url, utf8_percent_encode(key, ENCODED))
}
