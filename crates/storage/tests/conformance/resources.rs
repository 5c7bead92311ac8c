use hob_storage::{LayerVersionRecord, Owner, Resource, ResourceKey, ResourceKind, ResourceRecord, Storage};
use hob_types::{AccountId, Region};

use crate::sample::{capacity_provider, event_source_mapping, layer};

fn owner() -> Owner {
    Owner::new(&AccountId::local(), &Region::local())
}

fn key(resource: impl Into<Resource>) -> ResourceKey {
    resource.into().key()
}

async fn a_resource_is_kept_for_its_owner_alone(storage: &Storage) {
    let resources = storage.resources();
    assert!(resources.create(&owner(), layer("a", 1).into()).await.unwrap());
    assert!(!resources.create(&owner(), layer("a", 1).into()).await.unwrap());
    let kept = resources.get(&owner(), &key(layer("a", 1))).await.unwrap().unwrap();
    assert_eq!(kept.value, layer("a", 1).into());
    let other = Owner { account: "111111111111".parse().unwrap(), ..owner() };
    assert_eq!(resources.get(&other, &key(layer("a", 1))).await.unwrap(), None);
    let all = resources.all(ResourceKind::LayerVersion).await.unwrap();
    assert_eq!(all, [(owner(), layer("a", 1).into())]);
}

async fn a_resource_changes_only_from_what_was_read(storage: &Storage) {
    let resources = storage.resources();
    let changed = LayerVersionRecord { description: "changed".to_owned(), ..layer("a", 1) };
    assert!(!resources.replace(&owner(), 0, changed.clone().into()).await.unwrap());
    resources.create(&owner(), layer("a", 1).into()).await.unwrap();
    let read = resources.get(&owner(), &key(layer("a", 1))).await.unwrap().unwrap();
    assert!(resources.replace(&owner(), read.edition, changed.clone().into()).await.unwrap());
    assert!(!resources.replace(&owner(), read.edition, changed.clone().into()).await.unwrap());
    assert!(!resources.delete(&owner(), read.edition, &key(layer("a", 1))).await.unwrap());
    let read = resources.get(&owner(), &key(layer("a", 1))).await.unwrap().unwrap();
    assert_eq!(read.value, changed.into());
    assert!(resources.delete(&owner(), read.edition, &key(layer("a", 1))).await.unwrap());
    assert_eq!(resources.get(&owner(), &key(layer("a", 1))).await.unwrap(), None);
}

async fn resources_are_listed_by_prefix_and_in_pages_the_newest_version_of_a_layer_first(storage: &Storage) {
    let resources = storage.resources();
    for (name, version) in [("a", 1), ("a", 10), ("a", 2), ("a-b", 1), ("b", 1)] {
        resources.create(&owner(), layer(name, version).into()).await.unwrap();
    }
    let list = async |prefix: &str, after: Option<String>, limit| {
        let kind = ResourceKind::LayerVersion;
        let found = resources.list(&owner(), kind, prefix, after.as_deref(), limit).await.unwrap();
        let layers = found.into_iter().filter_map(|kept| LayerVersionRecord::of(kept.value));
        layers.map(|layer| format!("{}:{}", layer.layer, layer.version)).collect::<Vec<_>>()
    };
    assert_eq!(list("", None, 9).await, ["a-b:1", "a:10", "a:2", "a:1", "b:1"]);
    assert_eq!(list("a:", None, 2).await, ["a:10", "a:2"]);
    assert_eq!(list("a:", Some(layer("a", 2).name()), 9).await, ["a:1"]);
    assert_eq!(list("c:", None, 9).await, [""; 0]);
}

async fn every_kind_of_resource_reads_back_as_it_was_written(storage: &Storage) {
    let resources = storage.resources();
    for resource in [Resource::from(event_source_mapping()), capacity_provider().into(), layer("a", 1).into()]
    {
        assert!(resources.create(&owner(), resource.clone()).await.unwrap());
        let kept = resources.get(&owner(), &resource.key()).await.unwrap().unwrap();
        assert_eq!(kept.value, resource);
        let listed = resources.list(&owner(), resource.key().kind, "", None, 9).await.unwrap();
        assert_eq!(listed, [kept]);
    }
}

async fn a_number_is_given_once(storage: &Storage) {
    let resources = storage.resources();
    let next = async |name| resources.next_number(&owner(), ResourceKind::LayerVersion, name).await.unwrap();
    assert_eq!([next("a").await, next("a").await, next("b").await], [1, 2, 1]);
}

suite![
    a_resource_is_kept_for_its_owner_alone,
    a_resource_changes_only_from_what_was_read,
    resources_are_listed_by_prefix_and_in_pages_the_newest_version_of_a_layer_first,
    every_kind_of_resource_reads_back_as_it_was_written,
    a_number_is_given_once,
];
