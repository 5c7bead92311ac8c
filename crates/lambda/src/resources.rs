//! What an account holds beside functions, read as what it is.

use hob_storage::{Owner, ResourceKey, ResourceRecord, ResourceStore, StorageError, Stored};

use crate::page::{Page, Wanted};

/// Resources of one read.
const BATCH: usize = 100;

pub(crate) async fn read<R: ResourceRecord>(
    store: &dyn ResourceStore,
    owner: &Owner,
    name: &str,
) -> Result<Option<Stored<R>>, StorageError> {
    let key = ResourceKey { kind: R::KIND, name: name.to_owned() };
    let found = store.get(owner, &key).await?;
    Ok(found.and_then(|Stored { edition, value }| Some(Stored { edition, value: R::of(value)? })))
}

/// Those that `keep` wants, by name, a page at a time.
pub(crate) async fn page<R: ResourceRecord>(
    store: &dyn ResourceStore,
    owner: &Owner,
    wanted: &Wanted,
    keep: impl Fn(&R) -> bool,
) -> Result<Page<R>, StorageError> {
    let (mut items, mut after) = (Vec::new(), wanted.after.clone());
    while items.len() < wanted.limit_and_one() {
        let found = store.list(owner, R::KIND, "", after.as_deref(), BATCH).await?;
        let complete = found.len() < BATCH;
        let found: Vec<R> = found.into_iter().filter_map(|kept| R::of(kept.value)).collect();
        after = found.last().map(R::name);
        items.extend(found.into_iter().filter(&keep));
        if complete || after.is_none() {
            break;
        }
    }
    Ok(wanted.page(items, R::name))
}
