use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hob_storage::{Storage, StorageError, Unpack};
use tokio::task::JoinSet;

use crate::sample::digest;

fn unpack_app() -> Unpack {
    Box::new(|directory| fs::write(directory.join("app.py"), "code"))
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

async fn an_archive_is_kept_under_its_digest(storage: &Storage) {
    let code = storage.code();
    assert_eq!(code.archive(digest(1)).await.unwrap(), None);
    code.put_archive(digest(1), Box::new(&b"zip"[..])).await.unwrap();
    code.put_archive(digest(1), Box::new(&b"zip"[..])).await.unwrap();
    let path = code.archive(digest(1)).await.unwrap().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"zip");
    assert_eq!(mode(&path), 0o600);
}

async fn a_tree_is_unpacked_once_for_all_who_ask(storage: &Storage) {
    let unpacked = Arc::new(AtomicUsize::new(0));
    let mut callers = JoinSet::new();
    for _ in 0..20 {
        let (code, unpacked) = (storage.code(), unpacked.clone());
        let unpack: Unpack = Box::new(move |directory| {
            unpacked.fetch_add(1, Ordering::Relaxed);
            fs::write(directory.join("app.py"), "code")
        });
        callers.spawn(async move { code.tree(digest(1), unpack).await.unwrap() });
    }
    let paths = callers.join_all().await;
    assert_eq!(unpacked.load(Ordering::Relaxed), 1);
    assert!(paths.iter().all(|path| fs::read_to_string(path.join("app.py")).unwrap() == "code"));
}

async fn a_tree_can_be_read_by_the_sandbox_user(storage: &Storage) {
    let unpack: Unpack = Box::new(|directory| {
        fs::create_dir(directory.join("lib"))?;
        for (name, mode) in [("lib/private", 0o600), ("bootstrap", 0o700), ("set-uid", 0o4711)] {
            fs::write(directory.join(name), "")?;
            fs::set_permissions(directory.join(name), fs::Permissions::from_mode(mode))?;
        }
        std::os::unix::fs::symlink("/nowhere", directory.join("link"))?;
        fs::set_permissions(directory.join("lib"), fs::Permissions::from_mode(0o700))
    });
    let tree = storage.code().tree(digest(1), unpack).await.unwrap();
    assert_eq!(mode(&tree), 0o755);
    assert_eq!(mode(&tree.join("lib")), 0o755);
    assert_eq!(mode(&tree.join("lib/private")), 0o644);
    assert_eq!(mode(&tree.join("bootstrap")), 0o755);
    assert_eq!(mode(&tree.join("set-uid")), 0o755);
}

async fn a_failed_unpack_leaves_nothing_behind(storage: &Storage) {
    let failing = |kind: io::ErrorKind| -> Unpack {
        Box::new(move |directory| {
            fs::write(directory.join("half"), "")?;
            Err(kind.into())
        })
    };
    let code = storage.code();
    let refused = code.tree(digest(1), failing(io::ErrorKind::InvalidData)).await;
    assert!(matches!(refused, Err(StorageError::Io(error)) if error.kind() == io::ErrorKind::InvalidData));
    let full = code.tree(digest(1), failing(io::ErrorKind::StorageFull)).await;
    assert!(matches!(full, Err(StorageError::DiskFull)));
    let tree = code.tree(digest(1), unpack_app()).await.unwrap();
    assert_eq!(fs::read_dir(&tree).unwrap().count(), 1);
    assert_eq!(fs::read_dir(tree.parent().unwrap()).unwrap().count(), 1);
}

async fn a_panic_in_unpack_is_an_error(storage: &Storage) {
    let code = storage.code();
    let panicked = code.tree(digest(1), Box::new(|_| panic!("a bug in unpack"))).await;
    assert!(matches!(panicked, Err(StorageError::Io(_))));
    assert!(code.tree(digest(1), unpack_app()).await.is_ok());
}

async fn what_is_not_retained_goes(storage: &Storage) {
    let code = storage.code();
    for number in [1, 2] {
        code.put_archive(digest(number), Box::new(&b"zip"[..])).await.unwrap();
        code.tree(digest(number), unpack_app()).await.unwrap();
    }
    code.retain(&[digest(2)]).await.unwrap();
    assert_eq!(code.archive(digest(1)).await.unwrap(), None);
    assert!(code.archive(digest(2)).await.unwrap().is_some());
    let kept = code.tree(digest(2), Box::new(|_| panic!("it is there"))).await.unwrap();
    assert_eq!(fs::read_dir(kept.parent().unwrap()).unwrap().count(), 1);
}

suite![
    an_archive_is_kept_under_its_digest,
    a_tree_is_unpacked_once_for_all_who_ask,
    a_tree_can_be_read_by_the_sandbox_user,
    a_failed_unpack_leaves_nothing_behind,
    a_panic_in_unpack_is_an_error,
    what_is_not_retained_goes,
];
