//! From a body to a file, without holding it.

use std::sync::Arc;

use bytes::Bytes;
use hob_storage::{ChecksumAlgorithm, ContentStore, StorageError, StoredFile};
use hob_wire::ByteStream;
use tokio::sync::mpsc;

use crate::checksum::{Declared, Digests, Hasher};
use crate::{S3, S3Error};

/// So many pieces wait to be written before the client has to.
const PIECES_MAX: usize = 8;

/// A content that is on disk and what the caller said it would be.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) file: StoredFile,
    pub(crate) digests: Digests,
    /// What the caller used, or the default.
    pub(crate) algorithm: ChecksumAlgorithm,
}

impl S3 {
    /// `also`: a checksum to compute beside the caller's.
    pub(crate) async fn receive(
        &self,
        body: &ByteStream,
        declared: &Declared,
        also: Option<ChecksumAlgorithm>,
        bytes_max: u64,
    ) -> Result<Received, S3Error> {
        let mut algorithms = declared.to_compute();
        algorithms.extend(also.filter(|also| !declared.to_compute().contains(also)));
        let (pieces, written) = self.writer(&algorithms);
        let mut size = 0;
        while let Some(piece) = body.next().await? {
            size += piece.len() as u64;
            if size > bytes_max {
                return Err(S3Error::TooLarge { size, max: bytes_max });
            }
            if pieces.send(Piece::Bytes(piece)).await.is_err() {
                break;
            }
        }
        // Only that makes it a whole.
        let _ = pieces.send(Piece::End).await;
        drop(pieces);
        let (file, digests) = written.await.map_err(std::io::Error::other)??;
        let algorithm = declared.verify(&digests, trailer(body))?;
        Ok(Received { file, digests, algorithm })
    }

    /// Hashes and writes on a thread that may block.
    fn writer(&self, algorithms: &[ChecksumAlgorithm]) -> (mpsc::Sender<Piece>, Writing) {
        let (sender, pieces) = mpsc::channel(PIECES_MAX);
        let (content, hasher) = (self.content.clone(), Hasher::new(algorithms));
        (sender, tokio::task::spawn_blocking(move || write(&content, hasher, pieces)))
    }
}

type Writing = tokio::task::JoinHandle<Result<(StoredFile, Digests), StorageError>>;

enum Piece {
    Bytes(Bytes),
    End,
}

fn write(
    content: &Arc<dyn ContentStore>,
    mut hasher: Hasher,
    mut pieces: mpsc::Receiver<Piece>,
) -> Result<(StoredFile, Digests), StorageError> {
    let mut file = content.create()?;
    loop {
        match pieces.blocking_recv() {
            Some(Piece::Bytes(bytes)) => {
                hasher.update(&bytes);
                file.write(&bytes)?;
            }
            Some(Piece::End) => return Ok((file.finish()?, hasher.finish())),
            None => return Err(std::io::Error::other("the body ended before its end").into()),
        }
    }
}

/// The checksum that came behind the content.
fn trailer(body: &ByteStream) -> Option<(ChecksumAlgorithm, String)> {
    let trailers = body.trailers();
    TRAILERS.iter().find_map(|(name, algorithm)| {
        let value = trailers.get(*name)?.to_str().ok()?;
        Some((*algorithm, value.trim().to_owned()))
    })
}

const TRAILERS: [(&str, ChecksumAlgorithm); 5] = [
    ("x-amz-checksum-crc32", ChecksumAlgorithm::Crc32),
    ("x-amz-checksum-crc32c", ChecksumAlgorithm::Crc32c),
    ("x-amz-checksum-crc64nvme", ChecksumAlgorithm::Crc64Nvme),
    ("x-amz-checksum-sha1", ChecksumAlgorithm::Sha1),
    ("x-amz-checksum-sha256", ChecksumAlgorithm::Sha256),
];
