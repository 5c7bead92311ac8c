use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hob_delivery::Neighbours;
use hob_storage::{BucketStore, ContentStore, ObjectEventStore, ObjectStore, Storage, UploadStore};
use hob_types::{Clock, Random, Timestamp};

/// The rules of S3 over its stores.
pub struct S3 {
    pub(crate) buckets: Arc<dyn BucketStore>,
    pub(crate) objects: Arc<dyn ObjectStore>,
    pub(crate) content: Arc<dyn ContentStore>,
    pub(crate) uploads: Arc<dyn UploadStore>,
    pub(crate) events: Arc<dyn ObjectEventStore>,
    pub(crate) neighbours: Arc<Neighbours>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

pub struct S3Options {
    pub storage: Storage,
    /// Who is told of changes.
    pub neighbours: Arc<Neighbours>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

impl S3 {
    pub fn new(options: S3Options) -> Self {
        let S3Options { storage, neighbours, clock, random } = options;
        Self {
            buckets: storage.buckets(),
            objects: storage.objects(),
            content: storage.object_content(),
            uploads: storage.uploads(),
            events: storage.object_events(),
            neighbours,
            clock,
            random,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// 32 characters that name a version or an upload.
    pub(crate) fn new_id(&self) -> String {
        BASE64.encode(self.random.array::<24>())
    }
}
