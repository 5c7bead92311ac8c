//! `meta.db`: functions with their parts, and resources. Each is one JSON document, beside the columns that queries need.
//! And leases.

mod changes;
mod documents;
mod functions;
mod leases;
mod resources;
mod rows;
mod schema;

use std::path::Path;
use std::sync::Arc;

use hob_types::Random;

use self::schema::MIGRATIONS;
use super::database::{Database, Durability};
use crate::data_directory::DataDirectory;
use crate::seal::Sealer;
use crate::{OpenError, StorageError};

pub(crate) struct SqliteMetaStore {
    database: Database,
    sealer: Arc<Sealer>,
    /// Keeps other servers out for as long as the file is open.
    _directory: Arc<DataDirectory>,
}

impl SqliteMetaStore {
    pub(crate) fn open(directory: Arc<DataDirectory>, random: &dyn Random) -> Result<Self, OpenError> {
        let file = directory.join("meta.db");
        let key = directory.join("environment.key");
        let sealer = Sealer::open(&key, random);
        let sealer = Arc::new(sealer.map_err(|source| OpenError::Directory { path: key, source })?);
        let database = Database::open(&file, MIGRATIONS)?;
        prepare(&file, &sealer).map_err(|source| OpenError::Database { file: file.clone(), source })?;
        Ok(Self { database, sealer, _directory: directory })
    }
}

/// Files of the first schemas have environment variables in the clear, and those of a server that died its leases.
fn prepare(file: &Path, sealer: &Sealer) -> Result<(), StorageError> {
    let mut connection = super::database::connect(file, Durability::Kept)?;
    let transaction = connection.transaction()?;
    functions::seal_what_is_not(&transaction, sealer)?;
    transaction.commit()?;
    match leases::free_all(&connection) {
        // Leases expire by themselves, too, and a server starts on a full disk.
        Err(StorageError::DiskFull) => Ok(()),
        freed => freed,
    }
}
