//! What only a data directory promises.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use hob_storage::{FunctionRecord, OpenError, Storage};
use hob_types::SeededRandom;

use crate::sample::{arn, digest, function, open, version};

#[tokio::test]
async fn what_was_kept_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let storage = open(directory.path());
    storage.functions().create(function("hello"), Vec::new()).await.unwrap();
    storage.code().put_archive(digest(1), Box::new(&b"zip"[..])).await.unwrap();
    drop(storage);
    let storage = open(directory.path());
    assert_eq!(
        storage.functions().get(&arn("hello")).await.unwrap(),
        Some(FunctionRecord { edition: 1, ..function("hello") })
    );
    assert!(storage.code().archive(digest(1)).await.unwrap().is_some());
}

#[test]
fn a_second_server_is_told_which_directory_is_in_use_and_by_whom() {
    let directory = tempfile::tempdir().unwrap();
    let first = open(directory.path());
    let second = Storage::open(directory.path(), &SeededRandom::new(1)).err().unwrap();
    let expected = format!(
        "the data directory {} is in use by another server (process {}); stop that server, or choose another \
         directory with --data-dir",
        directory.path().canonicalize().unwrap().display(),
        std::process::id()
    );
    assert_eq!(second.to_string(), expected);
    drop(first);
    assert!(Storage::open(directory.path(), &SeededRandom::new(1)).is_ok());
}

#[test]
fn a_file_of_a_newer_version_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()));
    let file = rusqlite::Connection::open(directory.path().join("logs.db")).unwrap();
    file.pragma_update(None, "user_version", 99).unwrap();
    drop(file);
    let refused = Storage::open(directory.path(), &SeededRandom::new(1)).err().unwrap();
    assert!(matches!(&refused, OpenError::NewerSchema { found: 99, .. }), "{refused}");
    assert!(refused.to_string().contains("logs.db has schema version 99"), "{refused}");
}

#[test]
fn a_file_that_is_no_database_is_a_clear_error() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("meta.db"), "this is no database, but long enough to look at").unwrap();
    let refused = Storage::open(directory.path(), &SeededRandom::new(1)).err().unwrap().to_string();
    assert!(refused.contains("meta.db cannot be opened"), "{refused}");
    assert!(refused.contains("file is not a database"), "{refused}");
}

#[test]
fn only_the_owner_can_read_what_is_kept() {
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("not/yet/there");
    let _storage = open(&directory);
    let mode = |name: &str| fs::metadata(directory.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(""), 0o700);
    assert_eq!(mode("code"), 0o700);
    for file in ["lock", "meta.db", "meta.db-wal", "meta.db-shm", "logs.db", "environment.key"] {
        assert_eq!(mode(file), 0o600, "{file}");
    }
}

#[test]
fn what_a_crash_left_half_done_is_removed() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()));
    let half_tree = directory.path().join("code/trees/.tmp-7");
    let half_archive = directory.path().join("code/archives/.tmp-8");
    fs::create_dir(&half_tree).unwrap();
    fs::write(half_tree.join("app.py"), "half").unwrap();
    fs::write(&half_archive, "half").unwrap();
    drop(open(directory.path()));
    assert!(!half_tree.exists() && !half_archive.exists());
}

#[test]
fn packages_of_an_in_memory_server_go_with_it() {
    let storage = Storage::in_memory().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let archive = runtime.block_on(async {
        storage.code().put_archive(digest(1), Box::new(&b"zip"[..])).await.unwrap();
        storage.code().archive(digest(1)).await.unwrap().unwrap()
    });
    assert!(archive.exists());
    drop((runtime, storage));
    assert!(!archive.exists());
}

#[tokio::test]
async fn no_file_but_the_key_helps_to_read_environment_variables() {
    let directory = tempfile::tempdir().unwrap();
    let storage = open(directory.path());
    let mut with_secret = function("hello");
    with_secret.configuration.environment.insert("PASSWORD".to_owned(), "correct horse".to_owned());
    let mut published = version(1);
    published.configuration.environment = with_secret.configuration.environment.clone();
    storage.functions().create(with_secret, vec![published.into()]).await.unwrap();
    drop(storage);
    let contains = |text: &str| {
        let files = fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut bytes = files.filter(|path| path.is_file()).flat_map(|path| fs::read(path).unwrap());
        let all: Vec<u8> = bytes.by_ref().collect();
        all.windows(text.len()).any(|window| window == text.as_bytes())
    };
    assert!(contains("app.handler") && !contains("correct horse") && !contains("PASSWORD"));
    fs::write(directory.path().join("environment.key"), [0; 32]).unwrap();
    let refused = open(directory.path()).functions().get(&arn("hello")).await.unwrap_err().to_string();
    assert!(refused.contains("key file"), "{refused}");
}

/// A data directory of the schema before, as it was: variables in the clear, a reservation beside the document.
#[tokio::test]
async fn functions_of_an_older_schema_are_taken_over() {
    let directory = tempfile::tempdir().unwrap();
    drop(open(directory.path()));
    let file = directory.path().join("meta.db");
    fs::remove_file(&file).unwrap();
    let older = rusqlite::Connection::open(&file).unwrap();
    older.execute_batch(include_str!("schema_2.sql")).unwrap();
    drop(older);
    let storage = open(directory.path());
    let taken = storage.functions().get(&arn("hello")).await.unwrap().unwrap();
    assert_eq!(taken.configuration.environment["KEY"], "a value");
    assert_eq!(taken.reserved_concurrency, Some(7));
    assert_eq!(storage.functions().reservations().await.unwrap(), [(arn("hello"), 7)]);
    drop(storage);
    let bytes = fs::read(&file).unwrap();
    assert!(!bytes.windows(7).any(|window| window == b"a value"));
}
