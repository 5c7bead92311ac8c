use std::collections::BTreeMap;
use std::io::Read as _;

use hob_storage::{
    Announce, BucketDeleted, BucketRecord, Completion, FileId, Listed, ListingQuery, ListingStart, NewObject,
    NewPart, ObjectContent, ObjectDeleted, ObjectDeletion, ObjectDescription, ObjectFound, ObjectName,
    ObjectRecord, ObjectWrite, ObjectWritten, PartRecord, Storage, StoredFile, UploadCompleted, UploadRecord,
    Versioning, WriteCondition, announce_nothing,
};
use hob_types::{AccountId, Region};

use crate::sample::at;

fn bucket(name: &str) -> BucketRecord {
    BucketRecord {
        name: name.to_owned(),
        account: AccountId::local(),
        region: Region::local(),
        created: at(1),
        versioning: Versioning::Unversioned,
        configuration: BTreeMap::new(),
    }
}

async fn with_bucket(storage: &Storage, versioning: Versioning) {
    assert!(storage.buckets().create(BucketRecord { versioning, ..bucket("b") }).await.unwrap());
}

fn name(key: &str) -> ObjectName {
    ObjectName { bucket: "b".to_owned(), key: key.to_owned() }
}

fn file(storage: &Storage, text: &str) -> StoredFile {
    let mut file = storage.object_content().create().unwrap();
    file.write(text.as_bytes()).unwrap();
    file.finish().unwrap()
}

fn content(text: &str) -> ObjectContent {
    ObjectContent {
        size: text.len() as u64,
        etag: format!("etag of {text}"),
        parts: None,
        description: ObjectDescription::default(),
    }
}

fn write(version_id: &str) -> ObjectWrite {
    ObjectWrite {
        now: at(5),
        version_id: version_id.to_owned(),
        condition: WriteCondition::None,
        announce: announce_nothing(),
    }
}

async fn put_if(storage: &Storage, key: &str, text: &str, write: ObjectWrite) -> ObjectWritten {
    let object = NewObject { name: name(key), content: content(text), file: file(storage, text) };
    storage.objects().put(object, write).await.unwrap()
}

async fn put(storage: &Storage, key: &str, text: &str, version_id: &str) {
    let written = put_if(storage, key, text, write(version_id)).await;
    assert!(matches!(written, ObjectWritten::Written { .. }), "{written:?}");
}

async fn delete(storage: &Storage, key: &str, version_id: Option<&str>, marker_id: &str) -> ObjectDeleted {
    let deletion = ObjectDeletion {
        key: key.to_owned(),
        version_id: version_id.map(str::to_owned),
        marker_id: marker_id.to_owned(),
        condition: WriteCondition::None,
    };
    let deleted = storage.objects().delete("b", vec![deletion], at(6), announce_nothing()).await;
    deleted.unwrap().unwrap().remove(0)
}

async fn found(storage: &Storage, key: &str, version_id: Option<&str>) -> Option<ObjectRecord> {
    match storage.objects().object(&name(key), version_id).await.unwrap() {
        ObjectFound::Found { object, .. } => Some(*object),
        _ => None,
    }
}

async fn text_of(storage: &Storage, object: &ObjectRecord, bytes: std::ops::Range<u64>) -> Option<String> {
    let mut reader = storage.object_content().open(object, bytes).await.unwrap()?;
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    Some(text)
}

/// The text of the latest version.
async fn text(storage: &Storage, key: &str) -> Option<String> {
    let object = found(storage, key, None).await?;
    let size = object.content.as_ref()?.size;
    text_of(storage, &object, 0..size).await
}

async fn a_bucket_is_made_once_and_deleted_when_it_is_empty(storage: &Storage) {
    let buckets = storage.buckets();
    with_bucket(storage, Versioning::Unversioned).await;
    assert!(!buckets.create(bucket("b")).await.unwrap());
    put(storage, "key", "text", "1").await;
    assert_eq!(buckets.delete("b").await.unwrap(), BucketDeleted::NotEmpty);
    delete(storage, "key", None, "2").await;
    assert_eq!(buckets.delete("b").await.unwrap(), BucketDeleted::Deleted);
    assert_eq!(buckets.delete("b").await.unwrap(), BucketDeleted::NoBucket);
    let written = put_if(storage, "key", "text", write("3")).await;
    assert_eq!(written, ObjectWritten::NoBucket);
}

async fn buckets_are_listed_by_name_in_pages(storage: &Storage) {
    let buckets = storage.buckets();
    for name in ["logs-b", "other", "logs-a", "logs-c"] {
        buckets.create(bucket(name)).await.unwrap();
    }
    let page = async |prefix: &str, after: &str, limit| {
        let page = buckets.buckets(&AccountId::local(), prefix, after, limit).await.unwrap();
        page.into_iter().map(|bucket| bucket.name).collect::<Vec<_>>()
    };
    assert_eq!(page("", "", 2).await, ["logs-a", "logs-b"]);
    assert_eq!(page("logs-", "logs-b", 9).await, ["logs-c"]);
    let nobody = "111111111111".parse().unwrap();
    assert_eq!(buckets.buckets(&nobody, "", "", 9).await.unwrap(), []);
}

async fn a_bucket_has_documents(storage: &Storage) {
    let buckets = storage.buckets();
    assert!(!buckets.configure("b", "policy", None).await.unwrap());
    with_bucket(storage, Versioning::Unversioned).await;
    buckets.configure("b", "policy", Some("{}".to_owned())).await.unwrap();
    buckets.configure("b", "cors", Some("[]".to_owned())).await.unwrap();
    buckets.configure("b", "cors", None).await.unwrap();
    buckets.set_versioning("b", Versioning::Suspended).await.unwrap();
    let expected = BucketRecord {
        versioning: Versioning::Suspended,
        configuration: BTreeMap::from([("policy".to_owned(), "{}".to_owned())]),
        ..bucket("b")
    };
    assert_eq!(buckets.bucket("b").await.unwrap(), Some(expected));
}

async fn without_versions_an_object_is_replaced_and_removed(storage: &Storage) {
    with_bucket(storage, Versioning::Unversioned).await;
    put(storage, "key", "one", "1").await;
    put(storage, "key", "another", "2").await;
    assert_eq!(text(storage, "key").await.as_deref(), Some("another"));
    assert_eq!(found(storage, "key", Some("1")).await, None);
    let removed = ObjectDeleted::Removed { version_id: None, was_marker: false };
    assert_eq!(delete(storage, "key", None, "3").await, removed);
    assert_eq!(delete(storage, "key", None, "4").await, ObjectDeleted::Nothing);
    assert_eq!(text(storage, "key").await, None);
}

async fn versions_are_kept_and_hidden_behind_markers(storage: &Storage) {
    with_bucket(storage, Versioning::Enabled).await;
    put(storage, "key", "one", "v1").await;
    put(storage, "key", "two", "v2").await;
    let marked = ObjectDeleted::MarkerCreated { version_id: "m1".to_owned() };
    assert_eq!(delete(storage, "key", None, "m1").await, marked);
    assert_eq!(found(storage, "key", None).await.unwrap().content, None);
    let first = found(storage, "key", Some("v1")).await.unwrap();
    assert_eq!(text_of(storage, &first, 1..3).await.as_deref(), Some("ne"));
    let removed = ObjectDeleted::Removed { version_id: Some("m1".to_owned()), was_marker: true };
    assert_eq!(delete(storage, "key", Some("m1"), "").await, removed);
    assert_eq!(text(storage, "key").await.as_deref(), Some("two"));
    delete(storage, "key", Some("v2"), "").await;
    assert!(found(storage, "key", None).await.unwrap().is_latest);
    assert_eq!(text(storage, "key").await.as_deref(), Some("one"));
}

async fn suspended_versioning_replaces_the_null_version_only(storage: &Storage) {
    with_bucket(storage, Versioning::Enabled).await;
    put(storage, "key", "kept", "v1").await;
    storage.buckets().set_versioning("b", Versioning::Suspended).await.unwrap();
    put(storage, "key", "replaced", "v2").await;
    put(storage, "key", "latest", "v3").await;
    let versions = storage.objects().list_versions(&everything()).await.unwrap().unwrap();
    assert_eq!(shown(&versions.items), ["key null", "key v1"]);
    let marked = ObjectDeleted::MarkerCreated { version_id: "null".to_owned() };
    assert_eq!(delete(storage, "key", None, "m1").await, marked);
    let versions = storage.objects().list_versions(&everything()).await.unwrap().unwrap();
    assert_eq!(shown(&versions.items), ["key null", "key v1"]);
    assert_eq!(text(storage, "key").await, None);
}

async fn a_condition_is_looked_at_within_the_change(storage: &Storage) {
    with_bucket(storage, Versioning::Unversioned).await;
    let put_if = async |text: &str, condition: WriteCondition| {
        put_if(storage, "key", text, ObjectWrite { condition, ..write("1") }).await
    };
    let etag = |text: &str| WriteCondition::ETag(format!("etag of {text}"));
    let written = ObjectWritten::Written { version_id: None };
    assert_eq!(put_if("one", etag("one")).await, ObjectWritten::NoKey);
    assert_eq!(put_if("one", WriteCondition::Absent).await, written);
    assert_eq!(put_if("two", WriteCondition::Absent).await, ObjectWritten::ConditionFailed);
    assert_eq!(put_if("two", etag("two")).await, ObjectWritten::ConditionFailed);
    assert_eq!(put_if("two", etag("one")).await, written);
    assert_eq!(text(storage, "key").await.as_deref(), Some("two"));
}

async fn a_reader_keeps_what_it_reads(storage: &Storage) {
    with_bucket(storage, Versioning::Unversioned).await;
    put(storage, "key", "before", "1").await;
    let object = found(storage, "key", None).await.unwrap();
    let content = storage.object_content();
    let mut reader = content.open(&object, 0..6).await.unwrap().unwrap();
    put(storage, "key", "after", "2").await;
    content.remove_deleted().await.unwrap();
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    assert_eq!(text, "before");
    drop(reader);
    content.remove_deleted().await.unwrap();
    assert!(content.open(&object, 0..6).await.unwrap().is_none());
}

fn everything() -> ListingQuery {
    ListingQuery { bucket: "b".to_owned(), limit: 1000, ..Default::default() }
}

fn shown(items: &[Listed<ObjectRecord>]) -> Vec<String> {
    let show = |item: &Listed<ObjectRecord>| match item {
        Listed::One(object) => format!("{} {}", object.key, object.version_id),
        Listed::Prefix(prefix) => prefix.clone(),
    };
    items.iter().map(show).collect()
}

async fn keys_are_listed_in_pages_and_rolled_up(storage: &Storage) {
    with_bucket(storage, Versioning::Enabled).await;
    for key in ["a", "dir/1", "dir/2", "dir/sub/3", "dir0", "é/1", "z"] {
        put(storage, key, "text", "v").await;
    }
    delete(storage, "z", None, "m").await;
    let page = async |prefix: &str, delimiter: Option<&str>, start: ListingStart, limit| {
        let (prefix, delimiter) = (prefix.to_owned(), delimiter.map(str::to_owned));
        let query = ListingQuery { prefix, delimiter, start, limit, ..everything() };
        let page = storage.objects().list(&query).await.unwrap().unwrap();
        (shown(&page.items).join(", "), page.is_truncated)
    };
    let start = || ListingStart::Beginning;
    let done = |text: &str| (text.to_owned(), false);
    let more = |text: &str| (text.to_owned(), true);
    assert_eq!(page("", None, start(), 2).await, more("a v, dir/1 v"));
    let after = ListingStart::AfterKey("dir/1".to_owned());
    assert_eq!(page("", None, after, 9).await, done("dir/2 v, dir/sub/3 v, dir0 v, é/1 v"));
    assert_eq!(page("", Some("/"), start(), 2).await, more("a v, dir/"));
    let after = ListingStart::AfterPrefix("dir/".to_owned());
    assert_eq!(page("", Some("/"), after, 2).await, done("dir0 v, é/"));
    assert_eq!(page("dir/", Some("/"), start(), 9).await, done("dir/1 v, dir/2 v, dir/sub/"));
    assert_eq!(page("dir/", Some("/"), start(), 3).await, done("dir/1 v, dir/2 v, dir/sub/"));
    assert_eq!(page("dir/", Some("b/"), start(), 9).await, done("dir/1 v, dir/2 v, dir/sub/"));
    assert_eq!(page("x", None, start(), 9).await, done(""));
    assert_eq!(page("", None, start(), 0).await, more(""));
}

async fn versions_are_listed_from_within_a_key(storage: &Storage) {
    with_bucket(storage, Versioning::Enabled).await;
    for (key, version) in [("a", "1"), ("b", "2"), ("b", "3"), ("b", "4"), ("c", "5")] {
        put(storage, key, "text", version).await;
    }
    let from = async |id: &str| {
        let start = ListingStart::Within { key: "b".to_owned(), id: id.to_owned() };
        let query = ListingQuery { start, ..everything() };
        shown(&storage.objects().list_versions(&query).await.unwrap().unwrap().items).join(", ")
    };
    assert_eq!(from("4").await, "b 3, b 2, c 5");
    assert_eq!(from("2").await, "c 5");
    delete(storage, "b", Some("4"), "").await;
    assert_eq!(from("4").await, "b 3, b 2, c 5");
}

fn upload(key: &str, id: &str) -> UploadRecord {
    UploadRecord {
        id: id.to_owned(),
        object: name(key),
        initiated: at(2),
        description: ObjectDescription::default(),
        checksum: None,
    }
}

async fn put_part(storage: &Storage, number: u32, text: &str) -> bool {
    let part =
        NewPart { number, file: file(storage, text), etag: String::new(), checksum: None, modified: at(3) };
    storage.uploads().put_part(&name("key"), "u", part).await.unwrap()
}

async fn parts(storage: &Storage) -> Vec<PartRecord> {
    let parts = storage.uploads().parts("u", 0, 10_000).await.unwrap();
    parts.into_iter().map(|uploaded| uploaded.part).collect()
}

async fn complete(storage: &Storage, parts: Vec<PartRecord>) -> UploadCompleted {
    let size = parts.iter().map(|part| part.size).sum();
    let content = ObjectContent { size, parts: Some(u32::try_from(parts.len()).unwrap()), ..content("") };
    let completion = Completion { upload: "u".to_owned(), object: name("key"), content, parts };
    storage.uploads().complete(completion, write("v")).await.unwrap()
}

async fn parts_become_an_object(storage: &Storage) {
    assert!(!storage.uploads().create(upload("key", "u")).await.unwrap());
    with_bucket(storage, Versioning::Unversioned).await;
    assert!(storage.uploads().create(upload("key", "u")).await.unwrap());
    for (number, text) in [(3, "ghi"), (1, "abc"), (2, "left out"), (1, "ABC")] {
        assert!(put_part(storage, number, text).await);
    }
    let parts = parts(storage).await;
    let chosen = vec![parts[0].clone(), parts[2].clone()];
    put_part(storage, 3, "GHI").await;
    assert_eq!(complete(storage, chosen).await, UploadCompleted::PartsChanged);
    let parts = self::parts(storage).await;
    let chosen = vec![parts[0].clone(), parts[2].clone()];
    let written = UploadCompleted::Written(ObjectWritten::Written { version_id: None });
    assert_eq!(complete(storage, chosen.clone()).await, written);
    assert_eq!(complete(storage, chosen.clone()).await, UploadCompleted::NoUpload);
    storage.object_content().remove_deleted().await.unwrap();
    assert_eq!(text(storage, "key").await.as_deref(), Some("ABCGHI"));
    let object = found(storage, "key", None).await.unwrap();
    assert_eq!(storage.objects().parts(&object, 1, 9).await.unwrap(), chosen[1..]);
    assert_eq!(text_of(storage, &object, 2..4).await.as_deref(), Some("CG"));
    assert!(!put_part(storage, 1, "late").await);
}

async fn an_upload_is_aborted_with_its_parts(storage: &Storage) {
    with_bucket(storage, Versioning::Unversioned).await;
    storage.uploads().create(upload("key", "u")).await.unwrap();
    storage.uploads().create(upload("key", "u2")).await.unwrap();
    put_part(storage, 1, "abc").await;
    assert!(!storage.uploads().abort(&name("other"), "u").await.unwrap());
    assert!(storage.uploads().abort(&name("key"), "u").await.unwrap());
    assert_eq!(parts(storage).await, []);
    let left = storage.uploads().list(&everything()).await.unwrap().unwrap().items;
    assert_eq!(left, [Listed::One(upload("key", "u2"))]);
    assert_eq!(storage.buckets().delete("b").await.unwrap(), BucketDeleted::Deleted);
    assert_eq!(storage.uploads().upload(&name("key"), "u2").await.unwrap(), None);
}

fn announce_all() -> Announce {
    Box::new(|bucket, change| {
        let (kind, key, version) = (change.kind, change.key, change.version_id.unwrap_or("-"));
        vec![format!("{} {kind:?} {key} {version} {}", bucket.name, change.size)]
    })
}

async fn a_change_and_its_events_are_one(storage: &Storage) {
    with_bucket(storage, Versioning::Enabled).await;
    let events = storage.object_events();
    let write = |condition| ObjectWrite { condition, announce: announce_all(), ..write("v") };
    put_if(storage, "key", "text", write(WriteCondition::None)).await;
    put_if(storage, "key", "text", write(WriteCondition::Absent)).await;
    let deletion = |key: &str| ObjectDeletion {
        key: key.to_owned(),
        version_id: None,
        marker_id: format!("m-{key}"),
        condition: WriteCondition::None,
    };
    let deletions = vec![deletion("key"), deletion("other")];
    storage.objects().delete("b", deletions, at(7), announce_all()).await.unwrap();
    let due = async |now| {
        let due = events.due(at(now), 9).await.unwrap();
        due.into_iter().map(|event| event.document).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(due(4).await, "");
    assert_eq!(due(5).await, "b Created key v 4");
    let marked = "b DeleteMarkerCreated key m-key 0, b DeleteMarkerCreated other m-other 0";
    assert_eq!(due(7).await, format!("b Created key v 4, {marked}"));
    let first = events.due(at(7), 1).await.unwrap().remove(0);
    events.reschedule(first.id, at(9)).await.unwrap();
    assert_eq!(events.next_due().await.unwrap(), Some(at(7)));
    assert_eq!(events.due(at(9), 9).await.unwrap().last().unwrap().attempts, 1);
    events.remove(vec![first.id]).await.unwrap();
    assert_eq!(due(9).await, marked);
}

async fn a_copy_needs_no_original(storage: &Storage) {
    with_bucket(storage, Versioning::Unversioned).await;
    put(storage, "key", "text", "1").await;
    let original = found(storage, "key", None).await.unwrap();
    let part = storage.objects().parts(&original, 0, 1).await.unwrap().remove(0);
    let content = storage.object_content();
    let linked = content.link(&part).unwrap().unwrap();
    assert_eq!(linked.size(), 4);
    let copy = NewObject { name: name("copy"), content: self::content("text"), file: linked };
    storage.objects().put(copy, write("2")).await.unwrap();
    delete(storage, "key", None, "").await;
    content.remove_deleted().await.unwrap();
    assert_eq!(text(storage, "copy").await.as_deref(), Some("text"));
    assert!(content.link(&part).unwrap().is_none());
}

fn file_ids(parts: Vec<PartRecord>) -> Vec<FileId> {
    parts.into_iter().map(|part| part.file).collect()
}

async fn no_file_has_the_name_of_another(storage: &Storage) {
    with_bucket(storage, Versioning::Enabled).await;
    let mut files = Vec::new();
    for version in ["1", "2"] {
        put(storage, "key", "text", version).await;
        let object = found(storage, "key", Some(version)).await.unwrap();
        files.extend(file_ids(storage.objects().parts(&object, 0, 1).await.unwrap()));
    }
    assert_ne!(files[0], files[1]);
}

suite![
    a_bucket_is_made_once_and_deleted_when_it_is_empty,
    buckets_are_listed_by_name_in_pages,
    a_bucket_has_documents,
    without_versions_an_object_is_replaced_and_removed,
    versions_are_kept_and_hidden_behind_markers,
    suspended_versioning_replaces_the_null_version_only,
    a_condition_is_looked_at_within_the_change,
    a_reader_keeps_what_it_reads,
    keys_are_listed_in_pages_and_rolled_up,
    versions_are_listed_from_within_a_key,
    parts_become_an_object,
    an_upload_is_aborted_with_its_parts,
    a_change_and_its_events_are_one,
    a_copy_needs_no_original,
    no_file_has_the_name_of_another,
];

fn files_below(directory: &std::path::Path) -> usize {
    let directories = std::fs::read_dir(directory.join("objects")).unwrap();
    directories.map(|entry| std::fs::read_dir(entry.unwrap().path()).unwrap().count()).sum()
}

#[tokio::test]
async fn files_go_with_what_they_belong_to() {
    let directory = tempfile::tempdir().unwrap();
    let storage = crate::sample::open(directory.path());
    with_bucket(&storage, Versioning::Unversioned).await;
    put(&storage, "key", "one", "1").await;
    put(&storage, "key", "two", "2").await;
    put_if(&storage, "key", "x", ObjectWrite { condition: WriteCondition::Absent, ..write("3") }).await;
    drop(file(&storage, "given up"));
    storage.object_content().remove_deleted().await.unwrap();
    assert_eq!(files_below(directory.path()), 1);
}

#[tokio::test]
async fn what_a_crash_left_is_removed_after_the_next_start() {
    let directory = tempfile::tempdir().unwrap();
    let storage = crate::sample::open(directory.path());
    with_bucket(&storage, Versioning::Unversioned).await;
    put(&storage, "key", "text", "1").await;
    // As if the server had died between the file and its row.
    std::mem::forget(file(&storage, "nobody's"));
    storage.object_content().remove_unreferenced().await.unwrap();
    assert_eq!(files_below(directory.path()), 2);
    drop(storage);
    // What was forgotten above holds the directory until it, too, is gone: so look with a copy.
    let copy = tempfile::tempdir().unwrap();
    copy_tree(directory.path(), copy.path());
    let storage = crate::sample::open(copy.path());
    storage.object_content().remove_unreferenced().await.unwrap();
    assert_eq!(files_below(copy.path()), 1);
    assert_eq!(text(&storage, "key").await.as_deref(), Some("text"));
}

fn copy_tree(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, target) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).unwrap();
        if path.is_dir() {
            copy_tree(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
