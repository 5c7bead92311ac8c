use hob_types::Timestamp;
use rusqlite::Connection;

use super::events::Announcing;
use super::row::next_sequence;
use super::versions::{self, Verdict};
use super::{buckets, put};
use crate::{
    Announce, NULL_VERSION, ObjectChange, ObjectChangeKind, ObjectDeleted, ObjectDeletion, ObjectName,
    ObjectRecord, StorageError, Versioning,
};

/// `None`: there is no such bucket.
pub(super) fn delete_all(
    connection: &Connection,
    bucket: &str,
    deletions: Vec<ObjectDeletion>,
    now: Timestamp,
    announce: &mut Announce,
) -> Result<Option<Vec<ObjectDeleted>>, StorageError> {
    let Some(bucket) = buckets::get(connection, bucket)? else { return Ok(None) };
    let mut announcing = Announcing { connection, bucket: &bucket, announce, now };
    deletions
        .into_iter()
        .map(|deletion| delete(&mut announcing, deletion))
        .collect::<Result<_, _>>()
        .map(Some)
}

fn delete(announcing: &mut Announcing<'_>, deletion: ObjectDeletion) -> Result<ObjectDeleted, StorageError> {
    let connection = announcing.connection;
    let name = ObjectName { bucket: announcing.bucket.name.clone(), key: deletion.key };
    let object = match &deletion.version_id {
        None => versions::latest(connection, &name)?,
        Some(version_id) => versions::version(connection, &name, version_id)?,
    };
    match versions::check(&deletion.condition, object.as_ref()) {
        Verdict::Go => {}
        Verdict::NoKey => return Ok(ObjectDeleted::NoKey),
        Verdict::Failed => return Ok(ObjectDeleted::ConditionFailed),
    }
    let marker_id = match announcing.bucket.versioning {
        Versioning::Enabled => deletion.marker_id,
        Versioning::Unversioned | Versioning::Suspended => NULL_VERSION.to_owned(),
    };
    if deletion.version_id.is_none() && announcing.bucket.versioning != Versioning::Unversioned {
        return mark(announcing, &name, marker_id);
    }
    object.map_or(Ok(ObjectDeleted::Nothing), |object| remove(announcing, &name, &object))
}

/// Hides an object behind a delete marker.
fn mark(
    announcing: &mut Announcing<'_>,
    name: &ObjectName,
    version_id: String,
) -> Result<ObjectDeleted, StorageError> {
    let marker = put::add(announcing.connection, name, version_id, None, announcing.now)?;
    announcing.change(&ObjectChange {
        kind: ObjectChangeKind::DeleteMarkerCreated,
        key: &name.key,
        version_id: Some(&marker.version_id),
        sequence: marker.sequence,
        size: 0,
        etag: "",
    })?;
    Ok(ObjectDeleted::MarkerCreated { version_id: marker.version_id })
}

fn remove(
    announcing: &mut Announcing<'_>,
    name: &ObjectName,
    object: &ObjectRecord,
) -> Result<ObjectDeleted, StorageError> {
    versions::remove(announcing.connection, name, object)?;
    let versioned = announcing.bucket.versioning != Versioning::Unversioned;
    let version_id = versioned.then(|| object.version_id.clone());
    let sequence = next_sequence(announcing.connection)?;
    announcing.change(&ObjectChange {
        kind: ObjectChangeKind::Deleted,
        key: &name.key,
        version_id: version_id.as_deref(),
        sequence,
        size: 0,
        etag: "",
    })?;
    Ok(ObjectDeleted::Removed { version_id, was_marker: object.content.is_none() })
}
