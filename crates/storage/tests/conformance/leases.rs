use std::time::Duration;

use hob_storage::Storage;
use hob_types::Timestamp;

const NOW: Timestamp = Timestamp::from_millis(1_767_323_045_678);
const TERM: Duration = Duration::from_secs(20);

suite!(
    a_lease_has_one_holder_until_it_expires,
    a_holder_keeps_its_lease_for_longer,
    what_is_released_is_free_at_once_but_only_by_its_holder,
);

async fn acquire(storage: &Storage, name: &str, holder: &str, now: Timestamp) -> bool {
    storage.leases().acquire(name, holder, now, now + TERM).await.unwrap()
}

async fn a_lease_has_one_holder_until_it_expires(storage: &Storage) {
    assert!(acquire(storage, "a", "one", NOW).await);
    assert!(!acquire(storage, "a", "other", NOW).await);
    assert!(acquire(storage, "b", "other", NOW).await);
    assert!(acquire(storage, "a", "other", NOW + TERM).await);
    assert!(!acquire(storage, "a", "one", NOW + TERM).await);
}

async fn a_holder_keeps_its_lease_for_longer(storage: &Storage) {
    let later = NOW + TERM / 2;
    assert!(acquire(storage, "a", "one", NOW).await);
    assert!(acquire(storage, "a", "one", later).await);
    assert!(!acquire(storage, "a", "other", NOW + TERM).await);
    assert!(acquire(storage, "a", "other", later + TERM).await);
}

async fn what_is_released_is_free_at_once_but_only_by_its_holder(storage: &Storage) {
    assert!(acquire(storage, "a", "one", NOW).await);
    storage.leases().release("a", "other").await.unwrap();
    assert!(!acquire(storage, "a", "other", NOW).await);
    storage.leases().release("a", "one").await.unwrap();
    assert!(acquire(storage, "a", "other", NOW).await);
}

#[tokio::test]
async fn whoever_opens_the_directory_next_finds_every_lease_free() {
    let directory = tempfile::tempdir().unwrap();
    let storage = crate::sample::open(directory.path());
    assert!(acquire(&storage, "a", "dead", NOW).await);
    drop(storage);
    assert!(acquire(&crate::sample::open(directory.path()), "a", "alive", NOW).await);
}
