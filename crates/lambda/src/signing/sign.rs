//! Adds a signature to a package.

use std::io::{Cursor, Write as _};

use bytes::Bytes;
use hob_types::{Random, Timestamp};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::arn::{ProfileVersionArn, SigningJobArn};
use super::contents::contents;
use super::key::SigningKey;
use super::signature::{Claim, PATH, Signature};
use crate::package::{Package, PackageError};

/// How long a signature holds.
#[derive(Clone, Copy, Debug)]
pub struct Validity {
    pub signed_at: Timestamp,
    /// From then on it does not.
    pub expires_at: Timestamp,
}

#[derive(Debug)]
pub struct Signed {
    pub zip: Vec<u8>,
    pub job_arn: SigningJobArn,
}

#[derive(Debug, thiserror::Error)]
pub enum SignError {
    #[error(transparent)]
    Package(#[from] PackageError),
    #[error("the signed package cannot be written: {0}")]
    Write(#[from] ZipError),
    #[error("the key cannot sign")]
    Key(#[from] aws_lc_rs::error::Unspecified),
}

/// Signs a zip in the name of a profile. The files in it stay as they are compressed; a signature that it has
/// already is replaced. Whether the key is the profile's own, only a server knows.
pub fn sign(
    zip: &Bytes,
    key: &SigningKey,
    profile_version_arn: ProfileVersionArn,
    validity: Validity,
    random: &dyn Random,
) -> Result<Signed, SignError> {
    let contents = contents(&Package::open(zip.clone())?)?;
    let job_arn = profile_version_arn.job(random);
    let Validity { signed_at, expires_at } = validity;
    let claim = Claim { profile_version_arn, job_arn: job_arn.clone(), signed_at, expires_at, contents };
    let zip = with_signature(zip, &Signature::make(claim, key)?)?;
    // It may have become too large, or have had another signature under another spelling of the path.
    Package::open(Bytes::from(zip.clone()))?;
    Ok(Signed { zip, job_arn })
}

fn with_signature(zip: &Bytes, signature: &Signature) -> Result<Vec<u8>, SignError> {
    let mut from = ZipArchive::new(Cursor::new(zip.as_ref()))?;
    let mut to = ZipWriter::new(Cursor::new(Vec::with_capacity(zip.len() + 2048)));
    for index in 0..from.len() {
        let entry = from.by_index_raw(index)?;
        if entry.name_raw() != PATH.as_bytes() {
            to.raw_copy_file(entry)?;
        }
    }
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    to.start_file(PATH, options)?;
    let text = serde_json::to_vec_pretty(signature).map_err(std::io::Error::from).map_err(ZipError::from)?;
    to.write_all(&text).map_err(ZipError::from)?;
    Ok(to.finish()?.into_inner())
}
