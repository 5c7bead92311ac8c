use std::io::{self, Read as _};
use std::ops::Range;

use bytes::Bytes;
use hob_storage::{ChecksumType, ObjectChecksum, ObjectReader, PartRecord};
use hob_wire::ByteStream;

use super::{ByteRange, Existing, ObjectAccess, ReadConditions, Verdict};
use crate::{S3, S3Error};

/// In bytes. As much of an object is in memory, and no more.
const PIECE: u64 = 256 << 10;

/// An object that somebody wants to read.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    pub(crate) object: ObjectAccess,
    pub(crate) conditions: ReadConditions,
    /// The `Range` header.
    pub(crate) range: Option<String>,
    pub(crate) part_number: Option<u32>,
}

/// What of it is to be had.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) existing: Existing,
    pub(crate) bytes: Range<u64>,
    /// A range or a part was asked for.
    pub(crate) is_partial: bool,
    /// How many parts there are, if one was asked for.
    pub(crate) parts_count: Option<u32>,
    /// Of these bytes.
    pub(crate) checksum: Option<ObjectChecksum>,
}

impl S3 {
    /// What the opening means, without the content.
    pub(crate) async fn head(&self, opening: &Opening) -> Result<Opened, S3Error> {
        if opening.range.is_some() && opening.part_number.is_some() {
            let text = "Cannot specify both Range header and partNumber query parameter";
            return Err(S3Error::InvalidRequest(text));
        }
        let existing = self.existing(&opening.object).await?;
        check(&opening.conditions, &existing)?;
        match opening.part_number {
            Some(number) => self.part(existing, number).await,
            None => range(existing, opening.range.as_deref()),
        }
    }

    pub(crate) async fn open(&self, opening: &Opening) -> Result<(Opened, ByteStream), S3Error> {
        loop {
            let opened = self.head(opening).await?;
            // Replaced just now: then the caller gets what replaced it.
            let Some(reader) = self.reader(&opened).await? else { continue };
            let length = opened.bytes.end - opened.bytes.start;
            return Ok((opened, ByteStream::unfold(length, reader, next_piece)));
        }
    }

    /// `None`: the object was replaced or deleted meanwhile.
    pub(crate) async fn reader(&self, opened: &Opened) -> Result<Option<ObjectReader>, S3Error> {
        Ok(self.content.open(&opened.existing.object, opened.bytes.clone()).await?)
    }

    async fn part(&self, existing: Existing, number: u32) -> Result<Opened, S3Error> {
        let count = existing.content.parts;
        let parts = self.objects.parts(&existing.object, 0, number as usize).await?;
        let Some((part, before)) = parts.split_last().filter(|(part, _)| part.number == number) else {
            return Err(S3Error::InvalidPartNumber { requested: number, count: count.unwrap_or(1) });
        };
        let start = before.iter().map(|part| part.size).sum();
        let checksum = part_checksum(&existing, part);
        Ok(Opened {
            bytes: start..start + part.size,
            is_partial: true,
            parts_count: count,
            checksum,
            existing,
        })
    }
}

fn part_checksum(existing: &Existing, part: &PartRecord) -> Option<ObjectChecksum> {
    let whole = existing.content.description.checksum.as_ref()?;
    let value = match &part.checksum {
        Some(value) => value.clone(),
        None => return Some(whole.clone()).filter(|_| existing.content.parts.is_none()),
    };
    Some(ObjectChecksum { algorithm: whole.algorithm, value, kind: ChecksumType::FullObject })
}

pub(super) fn check(conditions: &ReadConditions, existing: &Existing) -> Result<(), S3Error> {
    match conditions.check(&existing.content.etag, existing.object.modified) {
        Verdict::Go => Ok(()),
        Verdict::Failed(condition) => Err(S3Error::PreconditionFailed(condition)),
        Verdict::NotModified => Err(S3Error::NotModified {
            etag: existing.content.etag.clone(),
            modified: existing.object.modified,
        }),
    }
}

fn range(existing: Existing, range: Option<&str>) -> Result<Opened, S3Error> {
    let size = existing.content.size;
    let (bytes, is_partial) = match range.map_or(ByteRange::Whole, |range| ByteRange::parse(range, size)) {
        ByteRange::Whole => (0..size, false),
        ByteRange::Part(bytes) => (bytes, true),
        ByteRange::Unsatisfiable => {
            return Err(S3Error::InvalidRange { range: range.unwrap_or_default().to_owned(), size });
        }
    };
    // A checksum of all says nothing of a part.
    let checksum = existing.content.description.checksum.clone().filter(|_| bytes == (0..size));
    Ok(Opened { bytes, is_partial, parts_count: None, checksum, existing })
}

async fn next_piece(mut reader: ObjectReader) -> io::Result<Option<(Bytes, ObjectReader)>> {
    let read = move || {
        let mut piece = Vec::new();
        let read = reader.by_ref().take(PIECE).read_to_end(&mut piece)?;
        Ok((read > 0).then(|| (piece.into(), reader)))
    };
    tokio::task::spawn_blocking(read).await.map_err(io::Error::other)?
}
