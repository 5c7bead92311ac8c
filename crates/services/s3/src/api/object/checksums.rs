//! Checksums in AWS's shapes, which have a member for each algorithm.

use hob_storage::{ChecksumAlgorithm, ChecksumType};

use crate::S3Error;

pub(in crate::api) fn checksum_name(algorithm: ChecksumAlgorithm) -> &'static str {
    match algorithm {
        ChecksumAlgorithm::Crc32 => "CRC32",
        ChecksumAlgorithm::Crc32c => "CRC32C",
        ChecksumAlgorithm::Crc64Nvme => "CRC64NVME",
        ChecksumAlgorithm::Sha1 => "SHA1",
        ChecksumAlgorithm::Sha256 => "SHA256",
    }
}

pub(in crate::api) fn parse_algorithm(name: Option<&str>) -> Result<Option<ChecksumAlgorithm>, S3Error> {
    use ChecksumAlgorithm::{Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};
    let Some(name) = name else { return Ok(None) };
    let known = [Crc32, Crc32c, Crc64Nvme, Sha1, Sha256];
    let found = known.into_iter().find(|algorithm| checksum_name(*algorithm).eq_ignore_ascii_case(name));
    found
        .map(Some)
        .ok_or(S3Error::Unserved("A checksum other than CRC32, CRC32C, CRC64NVME, SHA1 and SHA256"))
}

pub(in crate::api) fn checksum_type_name(kind: ChecksumType) -> &'static str {
    match kind {
        ChecksumType::FullObject => "FULL_OBJECT",
        ChecksumType::Composite => "COMPOSITE",
    }
}

/// The model allows no other than these.
pub(in crate::api) fn parse_checksum_type(name: Option<&str>) -> Option<ChecksumType> {
    match name? {
        "COMPOSITE" => Some(ChecksumType::Composite),
        _ => Some(ChecksumType::FullObject),
    }
}

/// The checksums that a request or a part of a document has, by algorithm.
macro_rules! sent_checksums {
    ($input:expr) => {{
        use ::hob_storage::ChecksumAlgorithm::{Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};
        let others = [
            &$input.checksum_sha512,
            &$input.checksum_md5,
            &$input.checksum_xxhash64,
            &$input.checksum_xxhash3,
            &$input.checksum_xxhash128,
        ];
        let known = [
            (Crc32, &$input.checksum_crc32),
            (Crc32c, &$input.checksum_crc32_c),
            (Crc64Nvme, &$input.checksum_crc64_nvme),
            (Sha1, &$input.checksum_sha1),
            (Sha256, &$input.checksum_sha256),
        ];
        if others.iter().any(|other| other.is_some()) {
            Err($crate::S3Error::Unserved("A checksum other than CRC32, CRC32C, CRC64NVME, SHA1 and SHA256"))
        } else {
            let known = known.into_iter().filter_map(|(algorithm, value)| Some((algorithm, value.clone()?)));
            Ok(known.collect::<Vec<_>>())
        }
    }};
}

/// Puts a checksum into the member of its algorithm.
macro_rules! show_checksum {
    ($output:expr, $algorithm:expr, $value:expr) => {{
        use ::hob_storage::ChecksumAlgorithm::{Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};
        let member = match $algorithm {
            Crc32 => &mut $output.checksum_crc32,
            Crc32c => &mut $output.checksum_crc32_c,
            Crc64Nvme => &mut $output.checksum_crc64_nvme,
            Sha1 => &mut $output.checksum_sha1,
            Sha256 => &mut $output.checksum_sha256,
        };
        *member = Some($value);
    }};
}

pub(in crate::api) use {sent_checksums, show_checksum};
