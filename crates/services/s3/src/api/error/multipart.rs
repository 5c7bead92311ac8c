//! What may be wrong with an upload in parts. Texts are recorded, or those that users of AWS quote.

use hob_wire::AwsError;

use super::object::name;
use super::refused;
use crate::S3Error;

/// `Err`: it is about something else.
pub(super) fn of(error: S3Error) -> Result<AwsError, S3Error> {
    Ok(match error {
        S3Error::NoUpload(id) => AwsError::new(
            "NoSuchUpload",
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted \
             or completed.",
        )
        .with_status(404)
        .with_member("UploadId", id),
        S3Error::InvalidPart { upload, number, etag } => refused(
            "InvalidPart",
            "One or more of the specified parts could not be found.  The part may not have been uploaded, or the \
             specified entity tag may not match the part's entity tag.",
        )
        .with_member("UploadId", upload)
        .with_member("PartNumber", number.to_string())
        .with_member("ETag", etag),
        S3Error::InvalidPartOrder(upload) => refused(
            "InvalidPartOrder",
            "The list of parts was not in ascending order. Parts must be ordered by part number.",
        )
        .with_member("UploadId", upload),
        S3Error::PartTooSmall { number, size, etag } => {
            refused("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
                .with_member("ProposedSize", size.to_string())
                .with_member("MinSizeAllowed", "5242880")
                .with_member("PartNumber", number.to_string())
                .with_member("ETag", etag)
        }
        // Our words.
        S3Error::WrongObjectSize { announced, found } => {
            let text = format!("The provided 'x-amz-mp-object-size' header value {announced} does not match what was computed: {found}");
            refused("InvalidRequest", text)
        }
        S3Error::OtherChecksum(expected, found) => {
            let (expected, found) = (name(expected).to_ascii_lowercase(), name(found).to_ascii_lowercase());
            let text = format!(
                "Checksum Type mismatch occurred, expected checksum Type: {expected}, actual checksum Type: {found}"
            );
            refused("InvalidRequest", text)
        }
        S3Error::ImpossibleChecksumType(algorithm) => {
            let text = format!(
                "The checksum type that was specified cannot be used with the {} checksum algorithm.",
                name(algorithm).to_ascii_lowercase()
            );
            refused("InvalidRequest", text)
        }
        other => return Err(other),
    })
}
