//! What only a data directory promises.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use bytes::Bytes;
use hob_storage::{OpenError, Storage};

use crate::sample::{arn, digest, function};

#[tokio::test]
async fn what_was_kept_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let storage = Storage::open(directory.path()).unwrap();
    storage.functions().create(function("hello")).await.unwrap();
    storage.code().put_archive(digest(1), Bytes::from_static(b"zip")).await.unwrap();
    drop(storage);
    let storage = Storage::open(directory.path()).unwrap();
    assert_eq!(storage.functions().get(&arn("hello")).await.unwrap(), Some(function("hello")));
    assert!(storage.code().archive(digest(1)).await.unwrap().is_some());
}

#[test]
fn a_second_server_is_told_which_directory_is_in_use_and_by_whom() {
    let directory = tempfile::tempdir().unwrap();
    let first = Storage::open(directory.path()).unwrap();
    let second = Storage::open(directory.path()).err().unwrap();
    let expected = format!(
        "the data directory {} is in use by another server (process {}); stop that server, or choose another \
         directory with --data-dir",
        directory.path().canonicalize().unwrap().display(),
        std::process::id()
    );
    assert_eq!(second.to_string(), expected);
    drop(first);
    assert!(Storage::open(directory.path()).is_ok());
}

#[test]
fn a_file_of_a_newer_version_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    drop(Storage::open(directory.path()).unwrap());
    let file = rusqlite::Connection::open(directory.path().join("logs.db")).unwrap();
    file.pragma_update(None, "user_version", 99).unwrap();
    drop(file);
    let refused = Storage::open(directory.path()).err().unwrap();
    assert!(matches!(&refused, OpenError::NewerSchema { found: 99, .. }), "{refused}");
    assert!(refused.to_string().contains("logs.db has schema version 99"), "{refused}");
}

#[test]
fn a_file_that_is_no_database_is_a_clear_error() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("meta.db"), "this is no database, but long enough to look at").unwrap();
    let refused = Storage::open(directory.path()).err().unwrap().to_string();
    assert!(refused.contains("meta.db cannot be opened"), "{refused}");
    assert!(refused.contains("file is not a database"), "{refused}");
}

#[test]
fn only_the_owner_can_read_what_is_kept() {
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("not/yet/there");
    let _storage = Storage::open(&directory).unwrap();
    let mode = |name: &str| fs::metadata(directory.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(""), 0o700);
    assert_eq!(mode("code"), 0o700);
    for file in ["lock", "meta.db", "meta.db-wal", "meta.db-shm", "logs.db"] {
        assert_eq!(mode(file), 0o600, "{file}");
    }
}

#[test]
fn what_a_crash_left_half_done_is_removed() {
    let directory = tempfile::tempdir().unwrap();
    drop(Storage::open(directory.path()).unwrap());
    let half_tree = directory.path().join("code/trees/.tmp-7");
    let half_archive = directory.path().join("code/archives/.tmp-8");
    fs::create_dir(&half_tree).unwrap();
    fs::write(half_tree.join("app.py"), "half").unwrap();
    fs::write(&half_archive, "half").unwrap();
    drop(Storage::open(directory.path()).unwrap());
    assert!(!half_tree.exists() && !half_archive.exists());
}

#[test]
fn packages_of_an_in_memory_server_go_with_it() {
    let storage = Storage::in_memory().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let archive = runtime.block_on(async {
        storage.code().put_archive(digest(1), Bytes::from_static(b"zip")).await.unwrap();
        storage.code().archive(digest(1)).await.unwrap().unwrap()
    });
    assert!(archive.exists());
    drop((runtime, storage));
    assert!(!archive.exists());
}
