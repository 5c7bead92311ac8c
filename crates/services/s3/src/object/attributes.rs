use hob_storage::{DescriptionChange, PartRecord};

use super::{Existing, ObjectAccess};
use crate::announce::Cause;
use crate::page::Page;
use crate::{S3, S3Error};

/// An object and the parts that it came in.
#[derive(Clone, Debug)]
pub(crate) struct Attributes {
    pub(crate) existing: Existing,
    pub(crate) parts: Page<PartRecord>,
}

impl S3 {
    /// With up to `limit` parts after a number; none if it came in one piece.
    pub(crate) async fn attributes(
        &self,
        object: &ObjectAccess,
        after: u32,
        limit: usize,
    ) -> Result<Attributes, S3Error> {
        let existing = self.existing(object).await?;
        let parts = match existing.content.parts {
            Some(_) => self.objects.parts(&existing.object, after, limit + 1).await?,
            None => Vec::new(),
        };
        Ok(Attributes { existing, parts: Page::cut(parts, limit) })
    }

    /// Changes tags or permissions.
    pub(crate) async fn describe(
        &self,
        object: &ObjectAccess,
        cause: Cause,
        change: DescriptionChange,
    ) -> Result<Existing, S3Error> {
        self.bucket(&object.bucket).await?;
        let (name, version_id) = (object.name(), object.version_id.as_deref());
        let announce = self.announce(cause);
        object.existing(self.objects.describe(&name, version_id, change, announce, self.now()).await?)
    }
}
