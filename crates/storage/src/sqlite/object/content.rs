use std::ops::Range;
use std::sync::Arc;

use rusqlite::Connection;

use super::{parts, versions};
use crate::object::Piece;
use crate::object_files::{ObjectFiles, Pin};
use crate::sqlite::database::Database;
use crate::{ObjectReader, ObjectRecord, PartRecord, StorageError};

/// Removed between two looks at who reads what.
const FILES_PER_STEP: usize = 1000;

/// `None`: the version is no longer there.
pub(super) async fn open(
    database: &Database,
    files: &Arc<ObjectFiles>,
    object: &ObjectRecord,
    bytes: Range<u64>,
) -> Result<Option<ObjectReader>, StorageError> {
    let sequence = object.sequence;
    // Pinned before the look at the version: if it is there then, its files stay.
    let pin = files.pin(sequence);
    let parts = database.read(move |connection| pinned_parts(connection, sequence)).await?;
    Ok(parts.map(|parts| reader(files.clone(), pin, parts, &bytes)))
}

fn pinned_parts(connection: &Connection, sequence: u64) -> Result<Option<Vec<PartRecord>>, StorageError> {
    if !versions::exists(connection, sequence)? {
        return Ok(None);
    }
    parts::list(connection, sequence, 0, usize::MAX).map(Some)
}

fn reader(files: Arc<ObjectFiles>, pin: Pin, parts: Vec<PartRecord>, bytes: &Range<u64>) -> ObjectReader {
    let mut pieces = pieces(parts, bytes);
    pieces.reverse();
    ObjectReader { files, pieces, open: None, _pin: pin }
}

/// What each part has of a range of the whole.
fn pieces(parts: Vec<PartRecord>, bytes: &Range<u64>) -> Vec<Piece> {
    let mut start = 0;
    let mut pieces = Vec::new();
    for PartRecord { file, size, .. } in parts {
        let within = bytes.start.max(start)..bytes.end.min(start + size);
        if !within.is_empty() {
            pieces.push(Piece { file, bytes: within.start - start..within.end - start });
        }
        start += size;
    }
    pieces
}

pub(super) async fn remove_deleted(
    database: &Database,
    files: &Arc<ObjectFiles>,
) -> Result<(), StorageError> {
    loop {
        let (looker, remover) = (files.clone(), files.clone());
        let unread =
            move |connection: &Connection| parts::deleted(connection, || looker.pinned(), FILES_PER_STEP);
        let deleted = database.read(unread).await?;
        if deleted.is_empty() {
            return Ok(());
        }
        let removed = tokio::task::spawn_blocking(move || {
            deleted.iter().for_each(|file| remover.remove(*file));
            deleted
        });
        let removed = removed.await.map_err(std::io::Error::other)?;
        database.write(move |connection| parts::forget(connection, &removed)).await?;
    }
}

pub(super) async fn remove_unreferenced(
    database: &Database,
    files: &Arc<ObjectFiles>,
) -> Result<(), StorageError> {
    for number in ObjectFiles::directories() {
        let (lister, remover) = (files.clone(), files.clone());
        let listed = tokio::task::spawn_blocking(move || lister.earlier(number));
        let earlier = listed.await.map_err(std::io::Error::other)??;
        let left = database.read(move |connection| parts::unreferenced(connection, earlier)).await?;
        let removed = tokio::task::spawn_blocking(move || left.iter().for_each(|file| remover.remove(*file)));
        removed.await.map_err(std::io::Error::other)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileId;

    fn part(number: u32, size: u64) -> PartRecord {
        PartRecord { number, file: FileId { run: 1, number: u64::from(number) }, size, checksum: None }
    }

    fn shown(bytes: Range<u64>) -> Vec<(u64, Range<u64>)> {
        let pieces = pieces(vec![part(1, 5), part(2, 0), part(3, 5)], &bytes);
        pieces.into_iter().map(|piece| (piece.file.number, piece.bytes)).collect()
    }

    #[test]
    fn a_range_is_made_of_pieces_of_the_parts() {
        assert_eq!(shown(0..10), [(1, 0..5), (3, 0..5)]);
        assert_eq!(shown(4..6), [(1, 4..5), (3, 0..1)]);
        assert_eq!(shown(5..7), [(3, 0..2)]);
        assert_eq!(shown(3..3), []);
    }
}
