use hob_storage::{UploadRecord, UploadedPart};

use crate::object::ObjectAccess;
use crate::page::Page;
use crate::{S3, S3Error};

pub(crate) struct Parts {
    pub(crate) upload: UploadRecord,
    pub(crate) page: Page<UploadedPart>,
}

impl S3 {
    /// Up to `limit` parts after a number.
    pub(crate) async fn list_parts(
        &self,
        object: &ObjectAccess,
        id: &str,
        after: u32,
        limit: usize,
    ) -> Result<Parts, S3Error> {
        let upload = self.upload(object, id).await?;
        let found = self.uploads.parts(id, after, limit + 1).await?;
        Ok(Parts { upload, page: Page::cut(found, limit) })
    }
}
