use std::any::Any;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use hob_types::{AccountId, Timestamp};
use rusqlite::Connection;
use tokio::sync::Notify;

use super::listing::{self, Order, Source};
use super::schema::MIGRATIONS;
use super::{buckets, content, deletion, description, events, parts, put, row, uploads, versions};
use crate::object_files::ObjectFiles;
use crate::sqlite::Durability;
use crate::sqlite::database::{Database, connect};
use crate::{
    Announce, BucketDeleted, BucketRecord, BucketStore, Completion, ContentStore, DescriptionChange, FileId,
    Listing, ListingQuery, NewFile, NewObject, NewPart, ObjectDeleted, ObjectDeletion, ObjectEventRecord,
    ObjectEventStore, ObjectFound, ObjectName, ObjectReader, ObjectRecord, ObjectStore, ObjectWrite,
    ObjectWritten, OpenError, PartRecord, StorageError, StoredFile, UploadCompleted, UploadRecord,
    UploadStore, UploadedPart, Versioning,
};

pub(crate) struct SqliteObjectStore {
    database: Database,
    files: Arc<ObjectFiles>,
    events: Notify,
}

impl SqliteObjectStore {
    /// `objects.db` and `objects/` in a directory, which lives as long as `home`.
    pub(crate) fn open(
        directory: &Path,
        durability: Durability,
        home: Arc<dyn Any + Send + Sync>,
    ) -> Result<Self, OpenError> {
        let file = directory.join("objects.db");
        let database = Database::open_as(&file, MIGRATIONS, durability)?;
        let run = connect(&file, durability).and_then(|connection| row::next_run(&connection));
        let run = run.map_err(|source| OpenError::Database { file, source })?;
        let objects = directory.join("objects");
        let files = ObjectFiles::start(objects.clone(), run, durability, home)
            .map_err(|source| OpenError::Directory { path: objects, source })?;
        Ok(Self { database, files: Arc::new(files), events: Notify::new() })
    }

    /// A file that the operation gives to an object or a part. If nothing was committed, it goes away.
    async fn write_with_file<T: Send + 'static>(
        &self,
        file: StoredFile,
        operation: impl FnOnce(&Connection, FileId, u64) -> Result<(T, bool), StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let id = file.id;
        let written = self.database.write(move |connection| {
            let (answer, is_used) = operation(connection, file.id, file.size)?;
            if is_used {
                // From here on the caller's future may be gone before the commit is known.
                file.unused.keep();
            }
            Ok(answer)
        });
        let written = written.await;
        if let Err(StorageError::DiskFull | StorageError::Database(_)) = written {
            self.files.remove(id);
        }
        self.changed();
        written
    }

    /// Somebody may have to be told, and something may be to be removed.
    fn changed(&self) {
        self.events.notify_one();
        self.files.deleted.notify_one();
    }
}

#[async_trait]
impl BucketStore for SqliteObjectStore {
    async fn create(&self, bucket: BucketRecord) -> Result<bool, StorageError> {
        self.database.write(move |connection| buckets::create(connection, &bucket)).await
    }

    async fn bucket(&self, name: &str) -> Result<Option<BucketRecord>, StorageError> {
        let name = name.to_owned();
        self.database.read(move |connection| buckets::get(connection, &name)).await
    }

    async fn buckets(
        &self,
        account: &AccountId,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<BucketRecord>, StorageError> {
        let (account, prefix, after) = (account.clone(), prefix.to_owned(), after.to_owned());
        self.database
            .read(move |connection| buckets::list(connection, &account, &prefix, &after, limit))
            .await
    }

    async fn delete(&self, name: &str) -> Result<BucketDeleted, StorageError> {
        let name = name.to_owned();
        let deleted = self.database.write(move |connection| buckets::delete(connection, &name)).await;
        self.changed();
        deleted
    }

    async fn set_versioning(&self, name: &str, versioning: Versioning) -> Result<bool, StorageError> {
        let name = name.to_owned();
        let change = move |bucket: &mut BucketRecord| bucket.versioning = versioning;
        self.database.write(move |connection| buckets::update(connection, &name, change)).await
    }

    async fn configure(
        &self,
        name: &str,
        sub_resource: &str,
        document: Option<String>,
    ) -> Result<bool, StorageError> {
        let (name, sub_resource) = (name.to_owned(), sub_resource.to_owned());
        let change = move |bucket: &mut BucketRecord| {
            match document {
                Some(document) => bucket.configuration.insert(sub_resource, document),
                None => bucket.configuration.remove(&sub_resource),
            };
        };
        self.database.write(move |connection| buckets::update(connection, &name, change)).await
    }
}

const OBJECTS: Source<ObjectRecord> = Source {
    table: "object_version",
    columns: versions::COLUMNS,
    id: "version_id",
    condition: "latest AND size IS NOT NULL",
    order: Order::NewestFirst,
    record: versions::record,
    key: |object| &object.key,
};

const VERSIONS: Source<ObjectRecord> = Source { condition: "TRUE", ..OBJECTS };

const UPLOADS: Source<UploadRecord> = Source {
    table: "upload",
    columns: uploads::COLUMNS,
    id: "id",
    condition: "TRUE",
    order: Order::OldestFirst,
    record: uploads::record,
    key: |upload| &upload.object.key,
};

impl SqliteObjectStore {
    async fn page<T: Send + 'static>(
        &self,
        query: &ListingQuery,
        source: Source<T>,
    ) -> Result<Option<Listing<T>>, StorageError> {
        let query = query.clone();
        self.database
            .read(move |connection| match buckets::get(connection, &query.bucket)? {
                Some(_) => listing::page(connection, &query, &source).map(Some),
                None => Ok(None),
            })
            .await
    }
}

#[async_trait]
impl ObjectStore for SqliteObjectStore {
    async fn put(&self, object: NewObject, write: ObjectWrite) -> Result<ObjectWritten, StorageError> {
        let NewObject { name, content, file } = object;
        self.write_with_file(file, move |connection, file, size| {
            let part = PartRecord { number: 1, file, size, checksum: None };
            let written = put::put(connection, &name, content, &[part], write)?;
            let is_used = matches!(written, ObjectWritten::Written { .. });
            Ok((written, is_used))
        })
        .await
    }

    async fn delete(
        &self,
        bucket: &str,
        deletions: Vec<ObjectDeletion>,
        now: Timestamp,
        mut announce: Announce,
    ) -> Result<Option<Vec<ObjectDeleted>>, StorageError> {
        let bucket = bucket.to_owned();
        let deleted = self.database.write(move |connection| {
            deletion::delete_all(connection, &bucket, deletions, now, &mut announce)
        });
        let deleted = deleted.await;
        self.changed();
        deleted
    }

    async fn object(&self, name: &ObjectName, version_id: Option<&str>) -> Result<ObjectFound, StorageError> {
        let (name, version_id) = (name.clone(), version_id.map(str::to_owned));
        self.database.read(move |connection| versions::find(connection, &name, version_id.as_deref())).await
    }

    async fn describe(
        &self,
        name: &ObjectName,
        version_id: Option<&str>,
        change: DescriptionChange,
        mut announce: Announce,
        now: Timestamp,
    ) -> Result<ObjectFound, StorageError> {
        let (name, version_id) = (name.clone(), version_id.map(str::to_owned));
        let described = self.database.write(move |connection| {
            description::describe(connection, &name, version_id.as_deref(), change, &mut announce, now)
        });
        let described = described.await;
        self.changed();
        described
    }

    async fn parts(
        &self,
        object: &ObjectRecord,
        after: u32,
        limit: usize,
    ) -> Result<Vec<PartRecord>, StorageError> {
        let sequence = object.sequence;
        self.database.read(move |connection| parts::list(connection, sequence, after, limit)).await
    }

    async fn list(&self, query: &ListingQuery) -> Result<Option<Listing<ObjectRecord>>, StorageError> {
        self.page(query, OBJECTS).await
    }

    async fn list_versions(
        &self,
        query: &ListingQuery,
    ) -> Result<Option<Listing<ObjectRecord>>, StorageError> {
        self.page(query, VERSIONS).await
    }
}

#[async_trait]
impl UploadStore for SqliteObjectStore {
    async fn create(&self, upload: UploadRecord) -> Result<bool, StorageError> {
        self.database.write(move |connection| uploads::create(connection, &upload)).await
    }

    async fn upload(&self, object: &ObjectName, id: &str) -> Result<Option<UploadRecord>, StorageError> {
        let (object, id) = (object.clone(), id.to_owned());
        self.database.read(move |connection| uploads::get(connection, &object, &id)).await
    }

    async fn put_part(&self, object: &ObjectName, id: &str, part: NewPart) -> Result<bool, StorageError> {
        let (object, id) = (object.clone(), id.to_owned());
        let NewPart { number, file, etag, checksum, modified } = part;
        self.write_with_file(file, move |connection, file, size| {
            let part = uploads::Part { number, file, size, etag, checksum, modified };
            let is_used = uploads::put_part(connection, &object, &id, &part)?;
            Ok((is_used, is_used))
        })
        .await
    }

    async fn parts(&self, id: &str, after: u32, limit: usize) -> Result<Vec<UploadedPart>, StorageError> {
        let id = id.to_owned();
        self.database.read(move |connection| uploads::parts(connection, &id, after, limit)).await
    }

    async fn complete(
        &self,
        completion: Completion,
        write: ObjectWrite,
    ) -> Result<UploadCompleted, StorageError> {
        let completed =
            self.database.write(move |connection| uploads::complete(connection, completion, write)).await;
        self.changed();
        completed
    }

    async fn abort(&self, object: &ObjectName, id: &str) -> Result<bool, StorageError> {
        let (object, id) = (object.clone(), id.to_owned());
        let aborted = self.database.write(move |connection| uploads::abort(connection, &object, &id)).await;
        self.changed();
        aborted
    }

    async fn list(&self, query: &ListingQuery) -> Result<Option<Listing<UploadRecord>>, StorageError> {
        self.page(query, UPLOADS).await
    }
}

#[async_trait]
impl ContentStore for SqliteObjectStore {
    fn create(&self) -> Result<NewFile, StorageError> {
        self.files.create()
    }

    fn link(&self, part: &PartRecord) -> Result<Option<StoredFile>, StorageError> {
        self.files.link(part.file, part.size)
    }

    async fn open(
        &self,
        object: &ObjectRecord,
        bytes: Range<u64>,
    ) -> Result<Option<ObjectReader>, StorageError> {
        content::open(&self.database, &self.files, object, bytes).await
    }

    async fn remove_deleted(&self) -> Result<(), StorageError> {
        content::remove_deleted(&self.database, &self.files).await
    }

    async fn deleted(&self) {
        self.files.deleted.notified().await;
    }

    async fn remove_unreferenced(&self) -> Result<(), StorageError> {
        content::remove_unreferenced(&self.database, &self.files).await
    }
}

#[async_trait]
impl ObjectEventStore for SqliteObjectStore {
    async fn add(&self, documents: Vec<String>, now: Timestamp) -> Result<(), StorageError> {
        let added = self.database.write(move |connection| events::add(connection, &documents, now)).await;
        self.changed();
        added
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<ObjectEventRecord>, StorageError> {
        self.database.read(move |connection| events::due(connection, now, limit)).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StorageError> {
        self.database.read(events::next_due).await
    }

    async fn reschedule(&self, id: u64, due: Timestamp) -> Result<(), StorageError> {
        self.database.write(move |connection| events::reschedule(connection, id, due)).await
    }

    async fn remove(&self, ids: Vec<u64>) -> Result<(), StorageError> {
        self.database.write(move |connection| events::remove(connection, &ids)).await
    }

    async fn added(&self) {
        self.events.notified().await;
    }
}
