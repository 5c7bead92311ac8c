use std::io::Read as _;

use hob_storage::{
    ChecksumAlgorithm, NewObject, ObjectContent, ObjectDescription, ObjectReader, StoredFile, WriteCondition,
};
use hob_types::{Timestamp, hexadecimal};

use super::write::{OBJECT_BYTES_MAX, check_metadata, condition_name, full_checksum, written_version};
use super::{Existing, ObjectAccess, Opened, ReadConditions, Tags, Verdict, Written, check_key};
use crate::announce::Cause;
use crate::checksum::{DEFAULT, Digests, Hasher};
use crate::{S3, S3Error};

/// In bytes.
const PIECE: usize = 256 << 10;

/// A copy that somebody wants.
pub(crate) struct Copy {
    pub(crate) source: ObjectAccess,
    pub(crate) source_conditions: ReadConditions,
    pub(crate) target: ObjectAccess,
    /// Headers and metadata instead of the source's.
    pub(crate) description: Option<ObjectDescription>,
    /// Instead of the source's.
    pub(crate) tags: Option<Tags>,
    pub(crate) storage_class: Option<String>,
    pub(crate) acl: Option<String>,
    /// Encryption is asked for, which counts as a change.
    pub(crate) is_encrypted: bool,
    pub(crate) algorithm: Option<ChecksumAlgorithm>,
    pub(crate) condition: WriteCondition,
    pub(crate) cause: Cause,
}

#[derive(Clone, Debug)]
pub(crate) struct Copied {
    pub(crate) written: Written,
    pub(crate) modified: Timestamp,
    /// `None`: the source's bucket never kept versions.
    pub(crate) source_version_id: Option<String>,
}

impl S3 {
    pub(crate) async fn copy(&self, copy: Copy) -> Result<Copied, S3Error> {
        check_key(&copy.target.key)?;
        self.bucket(&copy.target.bucket).await?;
        let source = self.copy_source(&copy.source, &copy.source_conditions).await?;
        if copy.changes_nothing() {
            return Err(S3Error::CopyToItself);
        }
        if source.content.size > OBJECT_BYTES_MAX {
            return Err(S3Error::CopySourceTooLarge);
        }
        let (file, content) = self.copied(&source, copy.algorithm).await?;
        let description = copy.describe(&source.content.description, content.description);
        check_metadata(&description)?;
        let content = ObjectContent { description, ..content };
        let object = NewObject { name: copy.target.name(), content: content.clone(), file };
        let condition = condition_name(&copy.condition);
        let write = self.object_write(copy.condition, copy.cause);
        let modified = write.now;
        let version_id = written_version(self.objects.put(object, write).await?, &copy.target, condition)?;
        let written = Written { content, version_id };
        Ok(Copied { written, modified, source_version_id: source.version_id })
    }

    /// The source, if it is there and as the caller wants it.
    pub(crate) async fn copy_source(
        &self,
        source: &ObjectAccess,
        conditions: &ReadConditions,
    ) -> Result<Existing, S3Error> {
        let existing = match self.existing(source).await {
            Err(S3Error::IsDeleteMarker { .. }) => return Err(S3Error::CopySourceIsDeleteMarker),
            existing => existing?,
        };
        match conditions.check_source(&existing.content.etag, existing.object.modified) {
            Verdict::Failed(condition) => Err(S3Error::PreconditionFailed(condition)),
            Verdict::Go | Verdict::NotModified => Ok(existing),
        }
    }

    /// The content of the copy, described by its checksum only. What is one file already is not copied.
    async fn copied(
        &self,
        source: &Existing,
        algorithm: Option<ChecksumAlgorithm>,
    ) -> Result<(StoredFile, ObjectContent), S3Error> {
        let known = source.content.description.checksum.clone();
        let used = known.as_ref().map(|checksum| checksum.algorithm);
        if source.content.parts.is_none()
            && used.is_some()
            && algorithm.is_none_or(|wanted| Some(wanted) == used)
        {
            let description = ObjectDescription { checksum: known, ..ObjectDescription::default() };
            let content = ObjectContent { description, ..source.content.clone() };
            return Ok((self.linked(source).await?, content));
        }
        let algorithm = algorithm.or(used).unwrap_or(DEFAULT);
        let reader = self.source_reader(source, 0..source.content.size).await?;
        let (file, digests) = self.rewrite(reader, algorithm).await?;
        let checksum = full_checksum(&digests, algorithm);
        let content = ObjectContent {
            size: file.size(),
            etag: hexadecimal(&digests.md5),
            parts: None,
            description: ObjectDescription { checksum, ..ObjectDescription::default() },
        };
        Ok((file, content))
    }

    async fn linked(&self, source: &Existing) -> Result<StoredFile, S3Error> {
        let parts = self.objects.parts(&source.object, 0, 1).await?;
        let content = self.content.clone();
        let link = move || parts.first().map_or(Ok(None), |part| content.link(part));
        let linked = tokio::task::spawn_blocking(link).await.map_err(std::io::Error::other)??;
        linked.ok_or_else(|| S3Error::NoKey(source.object.key.clone()))
    }

    pub(crate) async fn source_reader(
        &self,
        source: &Existing,
        bytes: std::ops::Range<u64>,
    ) -> Result<ObjectReader, S3Error> {
        let existing = source.clone();
        let opened = Opened { existing, bytes, is_partial: false, parts_count: None, checksum: None };
        self.reader(&opened).await?.ok_or_else(|| S3Error::NoKey(source.object.key.clone()))
    }

    /// Writes what is read into a file of its own.
    pub(crate) async fn rewrite(
        &self,
        mut reader: ObjectReader,
        algorithm: ChecksumAlgorithm,
    ) -> Result<(StoredFile, Digests), S3Error> {
        let content = self.content.clone();
        let work = move || {
            let (mut file, mut hasher) = (content.create()?, Hasher::new(&[algorithm]));
            let mut piece = vec![0; PIECE];
            loop {
                match reader.read(&mut piece)? {
                    0 => return Ok::<_, S3Error>((file.finish()?, hasher.finish())),
                    read => {
                        hasher.update(&piece[..read]);
                        file.write(&piece[..read])?;
                    }
                }
            }
        };
        tokio::task::spawn_blocking(work).await.map_err(std::io::Error::other)?
    }
}

impl Copy {
    fn changes_nothing(&self) -> bool {
        let is_same = self.source.name() == self.target.name() && self.source.version_id.is_none();
        is_same && self.description.is_none() && self.storage_class.is_none() && !self.is_encrypted
    }

    /// `copied`: has the checksum.
    fn describe(&self, source: &ObjectDescription, copied: ObjectDescription) -> ObjectDescription {
        let said = self.description.as_ref().unwrap_or(source);
        ObjectDescription {
            headers: said.headers.clone(),
            metadata: said.metadata.clone(),
            tags: self.tags.clone().unwrap_or_else(|| source.tags.clone()),
            storage_class: self.storage_class.clone(),
            checksum: copied.checksum,
            acl: self.acl.clone(),
        }
    }
}
