use hob_storage::{
    ChecksumAlgorithm, ChecksumType, Completion, ObjectChecksum, ObjectContent, ObjectDescription,
    PartRecord, UploadCompleted, UploadRecord, UploadedPart, WriteCondition,
};
use hob_types::hexadecimal;
use md5::{Digest as _, Md5};

use super::part::PART_NUMBERS;
use crate::announce::Cause;
use crate::checksum::{DEFAULT, of_parts};
use crate::object::{ObjectAccess, Written, condition_name, written_version};
use crate::{S3, S3Error};

/// In bytes; the last part may have less. Source: the S3 User Guide, "Amazon S3 multipart upload limits".
const PART_BYTES_MIN: u64 = 5 << 20;

/// An upload whose parts are to be an object.
pub(crate) struct CompletionRequest {
    pub(crate) object: ObjectAccess,
    pub(crate) upload: String,
    pub(crate) parts: Vec<CompletedPart>,
    /// What the caller says of the whole.
    pub(crate) checksum: Option<(ChecksumAlgorithm, String)>,
    pub(crate) checksum_type: Option<ChecksumType>,
    pub(crate) size: Option<u64>,
    pub(crate) condition: WriteCondition,
    pub(crate) cause: Cause,
}

/// A part as the caller knows it.
#[derive(Clone, Debug)]
pub(crate) struct CompletedPart {
    pub(crate) number: i32,
    /// Without quotes.
    pub(crate) etag: String,
    pub(crate) checksum: Option<(ChecksumAlgorithm, String)>,
}

impl S3 {
    pub(crate) async fn complete_upload(&self, request: CompletionRequest) -> Result<Written, S3Error> {
        if request.parts.is_empty() {
            return Err(S3Error::MalformedDocument);
        }
        let upload = self.upload(&request.object, &request.upload).await?;
        let chosen = self.chosen_parts(&request).await?;
        let content = content(&request, upload, &chosen)?;
        let completion = Completion {
            upload: request.upload.clone(),
            object: request.object.name(),
            content: content.clone(),
            parts: chosen.into_iter().map(|uploaded| uploaded.part).collect(),
        };
        let condition = condition_name(&request.condition);
        let write = self.object_write(request.condition, request.cause);
        match self.uploads.complete(completion, write).await? {
            UploadCompleted::Written(written) => {
                Ok(Written { content, version_id: written_version(written, &request.object, condition)? })
            }
            UploadCompleted::NoUpload => Err(S3Error::NoUpload(request.upload)),
            // Somebody uploads a part while it is completed: then it is not the part that the caller meant.
            UploadCompleted::PartsChanged => {
                let first = request.parts.into_iter().next();
                let etag = first.map(|part| part.etag).unwrap_or_default();
                Err(S3Error::InvalidPart { upload: request.upload, number: 1, etag })
            }
        }
    }

    /// The uploaded parts that the caller means.
    async fn chosen_parts(&self, request: &CompletionRequest) -> Result<Vec<UploadedPart>, S3Error> {
        if !request.parts.is_sorted_by(|one, next| one.number < next.number) {
            return Err(S3Error::InvalidPartOrder(request.upload.clone()));
        }
        let uploaded = self.uploads.parts(&request.upload, 0, *PART_NUMBERS.end() as usize).await?;
        let mut uploaded = uploaded.into_iter().peekable();
        let mut chosen = Vec::with_capacity(request.parts.len());
        for wanted in &request.parts {
            while uploaded.next_if(|found| i64::from(found.part.number) < i64::from(wanted.number)).is_some()
            {
            }
            let found = uploaded.next().filter(|found| wanted.is(found));
            chosen.push(found.ok_or_else(|| S3Error::InvalidPart {
                upload: request.upload.clone(),
                number: u32::try_from(wanted.number).unwrap_or(0),
                etag: wanted.etag.clone(),
            })?);
        }
        check_sizes(&chosen)?;
        Ok(chosen)
    }
}

impl CompletedPart {
    fn is(&self, uploaded: &UploadedPart) -> bool {
        let has_checksum = match (&self.checksum, &uploaded.checksum) {
            (Some((wanted, value)), Some((algorithm, found))) if wanted == algorithm => value == found,
            // Another than the one that is kept was compared when the part came.
            _ => true,
        };
        i64::from(uploaded.part.number) == i64::from(self.number)
            && uploaded.etag == self.etag
            && has_checksum
    }
}

fn check_sizes(parts: &[UploadedPart]) -> Result<(), S3Error> {
    let all_but_last = parts.split_last().map_or(&[][..], |(_, before)| before);
    match all_but_last.iter().find(|uploaded| uploaded.part.size < PART_BYTES_MIN) {
        None => Ok(()),
        Some(small) => Err(S3Error::PartTooSmall {
            number: small.part.number,
            size: small.part.size,
            etag: small.etag.clone(),
        }),
    }
}

fn content(
    request: &CompletionRequest,
    upload: UploadRecord,
    parts: &[UploadedPart],
) -> Result<ObjectContent, S3Error> {
    let size = parts.iter().map(|uploaded| uploaded.part.size).sum();
    if let Some(announced) = request.size
        && announced != size
    {
        return Err(S3Error::WrongObjectSize { announced, found: size });
    }
    let (algorithm, kind) = upload.checksum.unwrap_or((DEFAULT, ChecksumType::FullObject));
    if request.checksum_type.is_some_and(|wanted| wanted != kind) {
        return Err(S3Error::ImpossibleChecksumType(algorithm));
    }
    let of_part = |uploaded: &UploadedPart| uploaded.part.size;
    let checksums = parts.iter().map(|uploaded| (uploaded.part.checksum.as_deref(), of_part(uploaded)));
    let checksum = of_parts(algorithm, kind, checksums);
    check_whole(request, checksum.as_ref())?;
    Ok(ObjectContent {
        size,
        etag: etag(parts)?,
        parts: Some(u32::try_from(parts.len()).unwrap_or(u32::MAX)),
        description: ObjectDescription { checksum, ..upload.description },
    })
}

/// What the caller says of the whole must be so.
fn check_whole(request: &CompletionRequest, computed: Option<&ObjectChecksum>) -> Result<(), S3Error> {
    match (&request.checksum, computed) {
        (Some((algorithm, value)), Some(computed)) if *algorithm == computed.algorithm => {
            // A composite one may come without its count.
            let is_same = *value == computed.value || computed.value.split('-').next() == Some(value);
            if is_same { Ok(()) } else { Err(S3Error::WrongChecksum(*algorithm)) }
        }
        (Some((algorithm, _)), computed) => {
            let found = computed.map_or(DEFAULT, |computed| computed.algorithm);
            Err(S3Error::OtherChecksum(found, *algorithm))
        }
        (None, _) => Ok(()),
    }
}

/// The MD5 of the parts' MD5s, and how many they are.
fn etag(parts: &[UploadedPart]) -> Result<String, S3Error> {
    let mut md5 = Md5::new();
    for UploadedPart { part, etag, .. } in parts {
        md5.update(unhex(etag).ok_or_else(|| broken(part))?);
    }
    Ok(format!("{}-{}", hexadecimal(&md5.finalize()), parts.len()))
}

fn broken(part: &PartRecord) -> S3Error {
    S3Error::Storage(hob_storage::StorageError::Database(format!("part {} has no MD5", part.number)))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (0..text.len()).step_by(2).map(byte).collect()
}
