//! Where packages are kept, and which of them are still needed.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use hob_storage::{
    CodeRecord, CodeSignature, CodeStore, FunctionConfiguration, FunctionStore, StorageError, Unpack,
};
use hob_types::{Clock, Sha256Digest, Timestamp};
use tokio::sync::{RwLock, RwLockReadGuard};

use crate::package::{Package, PackageError, ZipBytes};
use crate::signing::{Demand, SignatureRefused, SigningProfiles};

/// A package that a function no longer refers to may still be mounted in an environment: as long as an
/// invocation can run (900 s), and then some.
const GRACE: Duration = Duration::from_secs(20 * 60);

/// In bytes; what is read of a zip at a time.
const BUFFER: usize = 64 << 10;

#[derive(Debug, thiserror::Error)]
pub(crate) enum StorePackageError {
    #[error(transparent)]
    Package(#[from] PackageError),
    #[error(transparent)]
    Signature(#[from] SignatureRefused),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

pub(crate) struct Packages {
    code: Arc<dyn CodeStore>,
    clock: Arc<dyn Clock>,
    /// Whose signatures can be checked.
    profiles: Arc<SigningProfiles>,
    /// Held for writing while garbage is removed, and for reading from a package's arrival until a function
    /// refers to it: in between nothing else says that it is needed.
    arriving: RwLock<()>,
    /// What functions referred to lately, and until when.
    released: Mutex<Vec<(Sha256Digest, Timestamp)>>,
}

/// A stored package that no function refers to yet. Hold it until one does.
pub(crate) struct Arrived<'a> {
    pub(crate) code: CodeRecord,
    _kept: RwLockReadGuard<'a, ()>,
}

impl Packages {
    pub(crate) fn new(code: Arc<dyn CodeStore>, clock: Arc<dyn Clock>, profiles: SigningProfiles) -> Self {
        let profiles = Arc::new(profiles);
        Self { code, clock, profiles, arriving: RwLock::new(()), released: Mutex::new(Vec::new()) }
    }

    /// Unpacks the zip, which checks it, and then keeps it. What is refused leaves nothing behind.
    pub(crate) async fn store(
        &self,
        zip: ZipBytes,
        demand: Option<Demand>,
    ) -> Result<Arrived<'_>, StorePackageError> {
        let kept = self.arriving.read().await;
        let (package, code) = self.open(zip.clone(), demand).await?;
        let unpacked = self.code.tree(code.sha256, Box::new(move |target| package.unpack(target))).await;
        unpacked.map_err(blame)?;
        self.code.put_archive(code.sha256, Box::new(zip.reader())).await?;
        Ok(Arrived { code, _kept: kept })
    }

    /// Checks a zip as [`store`](Self::store) does, and keeps nothing. Also tells the size of all files, in bytes.
    pub(crate) async fn check(
        &self,
        zip: ZipBytes,
        demand: Option<Demand>,
    ) -> Result<(CodeRecord, u64), StorePackageError> {
        let (package, code) = self.open(zip, demand).await?;
        let unzipped = package.unzipped_size();
        blocking(move || package.verify()).await?;
        Ok((code, unzipped))
    }

    /// The size of all files of a kept package, in bytes.
    pub(crate) async fn unzipped_size(&self, sha256: Sha256Digest) -> Result<u64, StorePackageError> {
        let archive = self.code.archive(sha256).await?;
        blocking(move || Ok(open_kept(archive).map_err(blame_io)?.unzipped_size())).await
    }

    /// Who has signed a kept package.
    pub(crate) async fn check_kept(
        &self,
        sha256: Sha256Digest,
        demand: Demand,
    ) -> Result<Option<CodeSignature>, StorePackageError> {
        let archive = self.code.archive(sha256).await?;
        let archive = archive.ok_or_else(|| StorageError::from(kept_zip_is_gone()))?;
        let zip = blocking(move || kept_zip(archive)).await.map_err(StorageError::from)?;
        Ok(self.open(zip, Some(demand)).await?.1.signature)
    }

    /// Where the unpacked package lies; unpacks the kept zip if need be.
    pub(crate) async fn tree(&self, sha256: Sha256Digest) -> Result<PathBuf, StorePackageError> {
        let archive = self.code.archive(sha256).await?;
        let unpack: Unpack = Box::new(move |target| open_kept(archive)?.unpack(target));
        self.code.tree(sha256, unpack).await.map_err(blame)
    }

    pub(crate) async fn archive(&self, sha256: Sha256Digest) -> Result<Option<PathBuf>, StorageError> {
        self.code.archive(sha256).await
    }

    /// A version no longer refers to this package and these layers. Others may.
    pub(crate) fn release(&self, code: &CodeRecord, configuration: &FunctionConfiguration) {
        for layer in &configuration.layers {
            self.release_package(&layer.code);
        }
        self.release_package(code);
    }

    /// Something no longer refers to this package. Others may.
    pub(crate) fn release_package(&self, code: &CodeRecord) {
        let until = self.clock.now() + GRACE;
        self.released.lock().unwrap_or_else(PoisonError::into_inner).push((code.sha256, until));
    }

    /// Removes what no function needs. Safe at any time; does nothing while a package arrives, which it would
    /// hold up.
    pub(crate) async fn remove_garbage(&self, functions: &dyn FunctionStore) -> Result<(), StorageError> {
        let Ok(_none_arriving) = self.arriving.try_write() else { return Ok(()) };
        let mut keep = functions.code_in_use().await?;
        keep.extend(self.released_lately());
        self.code.retain(&keep).await
    }

    async fn open(
        &self,
        zip: ZipBytes,
        demand: Option<Demand>,
    ) -> Result<(Package, CodeRecord), StorePackageError> {
        let (profiles, now) = (Arc::clone(&self.profiles), self.clock.now());
        blocking(move || {
            let package = Package::open(zip.clone())?;
            let mut code = CodeRecord::new(sha256(&zip).map_err(StorageError::from)?, zip.size());
            if let Some(demand) = demand {
                code.signature = demand.check(&package, &profiles, now)?;
            }
            Ok((package, code))
        })
        .await
    }

    fn released_lately(&self) -> Vec<Sha256Digest> {
        let now = self.clock.now();
        let mut released = self.released.lock().unwrap_or_else(PoisonError::into_inner);
        released.retain(|(_, until)| *until > now);
        released.iter().map(|(sha256, _)| *sha256).collect()
    }
}

fn kept_zip_is_gone() -> io::Error {
    io::Error::other("the kept zip is gone")
}

fn open_kept(archive: Option<PathBuf>) -> io::Result<Package> {
    let archive = archive.ok_or_else(kept_zip_is_gone)?;
    Package::open(kept_zip(archive)?).map_err(PackageError::into_io)
}

fn kept_zip(archive: PathBuf) -> io::Result<ZipBytes> {
    let file = File::open(archive)?;
    let size = file.metadata()?.len();
    Ok(ZipBytes::of_file(file, size))
}

fn sha256(zip: &ZipBytes) -> io::Result<Sha256Digest> {
    let mut hash = Context::new(&SHA256);
    let (mut reader, mut buffer) = (zip.reader(), vec![0; BUFFER]);
    loop {
        match reader.read(&mut buffer)? {
            0 => break,
            length => hash.update(&buffer[..length]),
        }
    }
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(hash.finish().as_ref());
    Ok(Sha256Digest::new(sha256))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// What failed while unpacking may be the package's fault or the machine's.
fn blame(error: StorageError) -> StorePackageError {
    match error {
        StorageError::Io(error) => blame_io(error),
        error => StorePackageError::Storage(error),
    }
}

fn blame_io(error: io::Error) -> StorePackageError {
    match PackageError::from_io(error) {
        Ok(package) => StorePackageError::Package(package),
        Err(error) => StorePackageError::Storage(StorageError::Io(error)),
    }
}
