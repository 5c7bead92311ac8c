//! Functions and parts as rows, and back. Made before the writer has to wait for them.

use std::collections::BTreeMap;

use hob_types::{FunctionArn, Sha256Digest};
use rusqlite::{Row, types::Type};

use super::documents::{json, packages, parsed, to_json, unreadable};
use crate::function::{FunctionConfiguration, FunctionPart, FunctionRecord, FunctionState};
use crate::seal::{Sealer, Unsealable};
use crate::{CodeRecord, PartKey, StorageError};

/// Account, region and name.
pub(super) type Key = (String, String, String);

pub(super) fn key(arn: &FunctionArn) -> Key {
    (arn.account.to_string(), arn.region.to_string(), arn.name.to_string())
}

/// The first three columns of a row, put together again.
pub(super) fn arn(row: &Row<'_>) -> rusqlite::Result<FunctionArn> {
    Ok(FunctionArn {
        account: parsed(row, 0, str::parse)?,
        region: parsed(row, 1, str::parse)?,
        name: parsed(row, 2, str::parse)?,
    })
}

pub(super) struct FunctionRow {
    pub(super) key: Key,
    pub(super) revision: String,
    pub(super) unsettled: bool,
    pub(super) packages: String,
    pub(super) code_size: u64,
    pub(super) reserved: Option<u32>,
    pub(super) claimed: u32,
    pub(super) environment: Option<Vec<u8>>,
    pub(super) document: String,
}

impl FunctionRow {
    pub(super) fn new(mut function: FunctionRecord, sealer: &Sealer) -> Result<Self, StorageError> {
        let place = place(&function.arn, None);
        let environment = seal(sealer, &place, &mut function.configuration)?;
        Ok(Self {
            key: key(&function.arn),
            revision: function.revision.to_string(),
            unsettled: function.is_unsettled(),
            packages: packages(packages_of(&function.code, &function.configuration)),
            code_size: function.code.size,
            reserved: function.reserved_concurrency,
            claimed: function.claimed_concurrency(),
            environment,
            document: to_json(&function)?,
        })
    }
}

pub(super) struct PartRow {
    pub(super) key: PartKey,
    pub(super) unsettled: bool,
    pub(super) packages: String,
    pub(super) code_size: u64,
    pub(super) environment: Option<Vec<u8>>,
    pub(super) document: String,
    /// Of a version.
    pub(super) number: Option<u64>,
}

impl PartRow {
    pub(super) fn new(
        function: &FunctionArn,
        mut part: FunctionPart,
        sealer: &Sealer,
    ) -> Result<Self, StorageError> {
        let key = part.key();
        let place = place(function, Some(&key));
        let mut row = Self {
            key,
            unsettled: false,
            packages: String::new(),
            code_size: 0,
            environment: None,
            document: String::new(),
            number: None,
        };
        if let FunctionPart::Version(version) = &mut part {
            row.unsettled = version.state == FunctionState::Pending;
            row.packages = packages(packages_of(&version.code, &version.configuration));
            row.code_size = version.code.size;
            row.environment = seal(sealer, &place, &mut version.configuration)?;
            row.number = Some(version.number.get());
        }
        row.document = to_json(&part)?;
        Ok(row)
    }
}

/// From the columns document, environment and edition, in this order from `column` on.
pub(super) fn read_function(
    row: &Row<'_>,
    column: usize,
    sealer: &Sealer,
) -> rusqlite::Result<FunctionRecord> {
    let mut function: FunctionRecord = json(row, column)?;
    function.edition = row.get(column + 2)?;
    let place = place(&function.arn, None);
    unseal(row, column + 1, sealer, &place, &mut function.configuration)?;
    Ok(function)
}

/// From the columns document and environment, in this order from `column` on.
pub(super) fn read_part(
    row: &Row<'_>,
    column: usize,
    function: &FunctionArn,
    sealer: &Sealer,
) -> rusqlite::Result<FunctionPart> {
    let mut part: FunctionPart = json(row, column)?;
    let place = place(function, Some(&part.key()));
    if let FunctionPart::Version(version) = &mut part {
        unseal(row, column + 1, sealer, &place, &mut version.configuration)?;
    }
    Ok(part)
}

/// A sealed environment is of no use in another row.
fn place(function: &FunctionArn, part: Option<&PartKey>) -> String {
    match part {
        Some(part) => format!("{function}:{}:{}", part.kind.as_str(), part.name),
        None => function.to_string(),
    }
}

/// Takes the environment out of the configuration.
fn seal(
    sealer: &Sealer,
    place: &str,
    configuration: &mut FunctionConfiguration,
) -> Result<Option<Vec<u8>>, StorageError> {
    let environment = std::mem::take(&mut configuration.environment);
    if environment.is_empty() {
        return Ok(None);
    }
    let sealed = sealer.seal(place, to_json(&environment)?.as_bytes());
    sealed.map(Some).map_err(|error| StorageError::Database(error.to_string()))
}

fn unseal(
    row: &Row<'_>,
    column: usize,
    sealer: &Sealer,
    place: &str,
    configuration: &mut FunctionConfiguration,
) -> rusqlite::Result<()> {
    let Some(sealed) = row.get_ref(column)?.as_blob_or_null()? else { return Ok(()) };
    let unsealable =
        |error: Unsealable| rusqlite::Error::FromSqlConversionFailure(column, Type::Blob, Box::new(error));
    let environment = sealer.open_sealed(place, sealed).map_err(unsealable)?;
    let environment: BTreeMap<_, _> =
        serde_json::from_slice(&environment).map_err(|error| unreadable(column, error))?;
    configuration.environment = environment;
    Ok(())
}

fn packages_of(
    code: &CodeRecord,
    configuration: &FunctionConfiguration,
) -> impl Iterator<Item = Sha256Digest> {
    let layers = configuration.layers.iter().map(|layer| layer.code.sha256);
    [code.sha256].into_iter().chain(layers)
}
