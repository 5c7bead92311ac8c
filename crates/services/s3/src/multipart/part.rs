use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_storage::{ChecksumAlgorithm, ChecksumType, NewPart, ObjectChecksum, StoredFile, UploadRecord};
use hob_types::{Timestamp, hexadecimal};
use hob_wire::ByteStream;

use crate::checksum::{DEFAULT, Digests, Expected};
use crate::object::{ObjectAccess, ReadConditions, copy_range};
use crate::{S3, S3Error};

/// In bytes. Source: the S3 User Guide, "Amazon S3 multipart upload limits".
pub(crate) const PART_BYTES_MAX: u64 = 5 << 30;
pub(crate) const PART_NUMBERS: std::ops::RangeInclusive<i32> = 1..=10_000;

/// A part that somebody uploads.
pub(crate) struct PartPut {
    pub(crate) object: ObjectAccess,
    pub(crate) upload: String,
    pub(crate) number: i32,
    pub(crate) body: ByteStream,
    pub(crate) expected: Expected,
}

/// A part that is to be copied from an object.
pub(crate) struct PartCopy {
    pub(crate) object: ObjectAccess,
    pub(crate) upload: String,
    pub(crate) number: i32,
    pub(crate) source: ObjectAccess,
    pub(crate) source_conditions: ReadConditions,
    /// `x-amz-copy-source-range`; `None`: all of it.
    pub(crate) range: Option<String>,
}

pub(crate) struct PartWritten {
    pub(crate) etag: String,
    pub(crate) modified: Timestamp,
    /// By the algorithm that the caller used or wants.
    pub(crate) checksum: Option<ObjectChecksum>,
    /// `None`: nothing was copied, or from a bucket that never kept versions.
    pub(crate) source_version_id: Option<String>,
}

impl S3 {
    pub(crate) async fn put_part(&self, put: PartPut) -> Result<PartWritten, S3Error> {
        let number = part_number(put.number)?;
        let declared = put.expected.parse()?;
        let upload = self.upload(&put.object, &put.upload).await?;
        let wanted = upload.checksum.map(|(algorithm, _)| algorithm);
        if let (Some(wanted), Some(used)) = (wanted, declared.algorithm())
            && wanted != used
        {
            return Err(S3Error::OtherChecksum(wanted, used));
        }
        let kept = wanted.unwrap_or(DEFAULT);
        let received = self.receive(&put.body, &declared, Some(kept), PART_BYTES_MAX).await?;
        let shown = wanted.unwrap_or(received.algorithm);
        let checksum = checksum(&received.digests, shown);
        let written = PartWritten {
            checksum,
            ..self.keep_part(&upload, number, received.file, &received.digests).await?
        };
        Ok(written)
    }

    pub(crate) async fn copy_part(&self, copy: PartCopy) -> Result<PartWritten, S3Error> {
        let number = part_number(copy.number)?;
        let upload = self.upload(&copy.object, &copy.upload).await?;
        let source = self.copy_source(&copy.source, &copy.source_conditions).await?;
        let size = source.content.size;
        let bytes = copy.range.map_or(Ok(0..size), |range| copy_range(&range, size))?;
        if bytes.end - bytes.start > PART_BYTES_MAX {
            return Err(S3Error::CopySourceTooLarge);
        }
        let kept = upload.checksum.map_or(DEFAULT, |(algorithm, _)| algorithm);
        let reader = self.source_reader(&source, bytes).await?;
        let (file, digests) = self.rewrite(reader, kept).await?;
        let checksum = upload.checksum.and_then(|_| checksum(&digests, kept));
        let written = self.keep_part(&upload, number, file, &digests).await?;
        Ok(PartWritten { checksum, source_version_id: source.version_id, ..written })
    }

    /// With the checksum that the object's is to be made of.
    async fn keep_part(
        &self,
        upload: &UploadRecord,
        number: u32,
        file: StoredFile,
        digests: &Digests,
    ) -> Result<PartWritten, S3Error> {
        let kept = upload.checksum.map_or(DEFAULT, |(algorithm, _)| algorithm);
        let (etag, modified) = (hexadecimal(&digests.md5), self.now());
        let part = NewPart {
            number,
            file,
            etag: etag.clone(),
            checksum: checksum(digests, kept).map(|checksum| (kept, checksum.value)),
            modified,
        };
        match self.uploads.put_part(&upload.object, &upload.id, part).await? {
            true => Ok(PartWritten { etag, modified, checksum: None, source_version_id: None }),
            false => Err(S3Error::NoUpload(upload.id.clone())),
        }
    }
}

fn checksum(digests: &Digests, algorithm: ChecksumAlgorithm) -> Option<ObjectChecksum> {
    let value = BASE64.encode(digests.checksum(algorithm)?);
    Some(ObjectChecksum { algorithm, value, kind: ChecksumType::FullObject })
}

fn part_number(number: i32) -> Result<u32, S3Error> {
    let valid = u32::try_from(number).ok().filter(|_| PART_NUMBERS.contains(&number));
    valid.ok_or_else(|| S3Error::InvalidArgument {
        name: "partNumber",
        value: number.to_string(),
        message: "Part number must be an integer between 1 and 10000, inclusive",
    })
}
