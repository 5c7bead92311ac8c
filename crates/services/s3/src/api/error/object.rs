//! What may be wrong with an object. Texts are recorded, or those that users of AWS quote.

use hob_storage::ChecksumAlgorithm;
use hob_wire::AwsError;

use super::{internal, refused};
use crate::S3Error;
use crate::error::TagsProblem;

pub(super) fn of(error: S3Error) -> AwsError {
    match error {
        S3Error::NoKey(key) => no_key(key),
        S3Error::NoVersion { key, version_id } => {
            AwsError::new("NoSuchVersion", "The specified version does not exist.")
                .with_status(404)
                .with_member("Key", key)
                .with_member("VersionId", version_id)
        }
        S3Error::Deleted { key, version_id } => {
            no_key(key).with_header("x-amz-delete-marker", "true").with_header("x-amz-version-id", version_id)
        }
        S3Error::IsDeleteMarker { version_id, modified } => {
            AwsError::new("MethodNotAllowed", "The specified method is not allowed against this resource.")
                .with_status(405)
                .with_member("ResourceType", "DeleteMarker")
                .with_header("x-amz-delete-marker", "true")
                .with_header("x-amz-version-id", version_id)
                .with_header("last-modified", modified.to_http_date())
                .with_header("allow", "DELETE")
        }
        S3Error::KeyTooLong(bytes) => refused("KeyTooLongError", "Your key is too long")
            .with_member("Size", bytes.to_string())
            .with_member("MaxSizeAllowed", "1024"),
        S3Error::NotModified { etag, modified } => AwsError::new("NotModified", "Not Modified")
            .with_status(304)
            .with_header("etag", format!("\"{etag}\""))
            .with_header("last-modified", modified.to_http_date()),
        S3Error::PreconditionFailed(condition) => {
            let text = "At least one of the pre-conditions you specified did not hold";
            AwsError::new("PreconditionFailed", text).with_status(412).with_member("Condition", condition)
        }
        S3Error::InvalidRange { range, size } => {
            AwsError::new("InvalidRange", "The requested range is not satisfiable")
                .with_status(416)
                .with_header("content-range", format!("bytes */{size}"))
                .with_member("RangeRequested", range)
                .with_member("ActualObjectSize", size.to_string())
        }
        S3Error::InvalidPartNumber { requested, count } => {
            AwsError::new("InvalidPartNumber", "The requested partnumber is not satisfiable")
                .with_status(416)
                .with_member("PartNumberRequested", requested.to_string())
                .with_member("ActualPartCount", count.to_string())
        }
        S3Error::TooLarge { size, max } => {
            refused("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
                .with_member("ProposedSize", size.to_string())
                .with_member("MaxSizeAllowed", max.to_string())
        }
        S3Error::CopyToItself => refused(
            "InvalidRequest",
            "This copy request is illegal because it is trying to copy an object to itself without changing the \
             object's metadata, storage class, website redirect location or encryption attributes.",
        ),
        S3Error::CopySourceTooLarge => refused(
            "InvalidRequest",
            "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120",
        ),
        S3Error::CopySourceIsDeleteMarker => refused(
            "InvalidRequest",
            "The source of a copy request may not specifically refer to a delete marker by version id.",
        ),
        S3Error::MetadataTooLarge(bytes) => {
            refused("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")
                .with_member("Size", bytes.to_string())
                .with_member("MaxSizeAllowed", "2048")
        }
        S3Error::InvalidTags(problem) => tags(problem),
        error => digest(error),
    }
}

fn no_key(key: String) -> AwsError {
    AwsError::new("NoSuchKey", "The specified key does not exist.").with_status(404).with_member("Key", key)
}

fn tags(problem: TagsProblem) -> AwsError {
    match problem {
        TagsProblem::TooMany => refused("BadRequest", "Object tags cannot be greater than 10"),
        TagsProblem::DuplicateKey => refused("InvalidTag", "Cannot provide multiple Tags with the same key"),
        TagsProblem::InvalidKey => refused("InvalidTag", "The TagKey you have provided is invalid"),
        TagsProblem::InvalidValue => refused("InvalidTag", "The TagValue you have provided is invalid"),
        TagsProblem::Malformed => refused(
            "InvalidArgument",
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without \
             tag name duplicates.",
        ),
    }
}

fn digest(error: S3Error) -> AwsError {
    match error {
        S3Error::InvalidDigest(text) => {
            refused("InvalidDigest", "The Content-MD5 you specified was invalid.")
                .with_member("Content-MD5", text)
        }
        S3Error::WrongMd5 { expected, computed } => {
            refused("BadDigest", "The Content-MD5 you specified did not match what we received.")
                .with_member("ExpectedDigest", expected)
                .with_member("CalculatedDigest", computed)
        }
        S3Error::WrongChecksum(algorithm) => {
            let text =
                format!("The {} you specified did not match the calculated checksum.", name(algorithm));
            refused("BadDigest", text)
        }
        S3Error::InvalidChecksum(algorithm) => {
            let header = name(algorithm).to_ascii_lowercase();
            refused("InvalidRequest", format!("Value for x-amz-checksum-{header} header is invalid."))
        }
        S3Error::SeveralChecksums => refused(
            "InvalidRequest",
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
        ),
        S3Error::MissingChecksum => refused(
            "InvalidRequest",
            "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers \
             were found.",
        ),
        error => {
            tracing::error!(%error, "an error without a code");
            internal()
        }
    }
}

pub(super) fn name(algorithm: ChecksumAlgorithm) -> &'static str {
    crate::api::object::checksum_name(algorithm)
}
