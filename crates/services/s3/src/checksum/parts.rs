//! Checksums of objects that came in parts, from those of the parts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_storage::{ChecksumAlgorithm, ChecksumType, ObjectChecksum};

use super::hasher::crc_bytes;
use super::{Hasher, crc, length};

/// Which type an upload has whose caller wants this one, or none in particular. `None`: there is no such thing.
pub(crate) fn type_of_parts(
    algorithm: ChecksumAlgorithm,
    wanted: Option<ChecksumType>,
) -> Option<ChecksumType> {
    let usual = match algorithm {
        ChecksumAlgorithm::Crc64Nvme => ChecksumType::FullObject,
        _ => ChecksumType::Composite,
    };
    let wanted = wanted.unwrap_or(usual);
    let is_possible = match wanted {
        ChecksumType::FullObject => crc(algorithm).is_some(),
        ChecksumType::Composite => algorithm != ChecksumAlgorithm::Crc64Nvme,
    };
    is_possible.then_some(wanted)
}

/// From the checksum in Base64 and the size of each part. `None`: there is a part without one.
pub(crate) fn of_parts<'a>(
    algorithm: ChecksumAlgorithm,
    kind: ChecksumType,
    parts: impl Iterator<Item = (Option<&'a str>, u64)>,
) -> Option<ObjectChecksum> {
    let parts = parts.map(|(checksum, size)| {
        let bytes = BASE64.decode(checksum?).ok()?;
        (bytes.len() == length(algorithm)).then_some((bytes, size))
    });
    let parts = parts.collect::<Option<Vec<_>>>()?;
    let value = match kind {
        ChecksumType::FullObject => full_object(algorithm, &parts)?,
        ChecksumType::Composite => composite(algorithm, &parts)?,
    };
    Some(ObjectChecksum { algorithm, value, kind })
}

fn full_object(algorithm: ChecksumAlgorithm, parts: &[(Vec<u8>, u64)]) -> Option<String> {
    let crc = crc(algorithm)?;
    let value = |bytes: &[u8]| bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
    let ((first, _), rest) = parts.split_first()?;
    let whole = rest.iter().fold(value(first), |whole, (bytes, size)| {
        crc_fast::checksum_combine(crc, whole, value(bytes), *size)
    });
    Some(BASE64.encode(crc_bytes(algorithm, whole)))
}

fn composite(algorithm: ChecksumAlgorithm, parts: &[(Vec<u8>, u64)]) -> Option<String> {
    let mut hasher = Hasher::new(&[algorithm]);
    parts.iter().for_each(|(bytes, _)| hasher.update(bytes));
    let digests = hasher.finish();
    Some(format!("{}-{}", BASE64.encode(digests.checksum(algorithm)?), parts.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn checksum(algorithm: ChecksumAlgorithm, bytes: &[u8]) -> String {
        let mut hasher = Hasher::new(&[algorithm]);
        hasher.update(bytes);
        BASE64.encode(hasher.finish().checksum(algorithm).unwrap())
    }

    #[test]
    fn a_composite_checksum_says_of_how_many_parts() {
        let parts = [checksum(ChecksumAlgorithm::Sha256, b"ab"), checksum(ChecksumAlgorithm::Sha256, b"c")];
        let parts = parts.iter().map(|part| (Some(part.as_str()), 1));
        let whole = of_parts(ChecksumAlgorithm::Sha256, ChecksumType::Composite, parts).unwrap();
        assert!(whole.value.ends_with("=-2"), "{whole:?}");
    }

    #[test]
    fn not_every_algorithm_makes_both_types() {
        use ChecksumAlgorithm::{Crc32, Crc64Nvme, Sha1};
        use ChecksumType::{Composite, FullObject};
        assert_eq!(type_of_parts(Crc32, None), Some(Composite));
        assert_eq!(type_of_parts(Crc32, Some(FullObject)), Some(FullObject));
        assert_eq!(type_of_parts(Crc64Nvme, None), Some(FullObject));
        assert_eq!(type_of_parts(Crc64Nvme, Some(Composite)), None);
        assert_eq!(type_of_parts(Sha1, Some(FullObject)), None);
    }

    proptest! {
        #[test]
        fn a_crc_of_the_whole_is_made_of_those_of_its_parts(
            parts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 1..5),
        ) {
            for algorithm in [ChecksumAlgorithm::Crc32, ChecksumAlgorithm::Crc32c, ChecksumAlgorithm::Crc64Nvme] {
                let checksums: Vec<_> =
                    parts.iter().map(|part| (checksum(algorithm, part), part.len() as u64)).collect();
                let of = checksums.iter().map(|(checksum, size)| (Some(checksum.as_str()), *size));
                let whole = of_parts(algorithm, ChecksumType::FullObject, of).unwrap();
                prop_assert_eq!(whole.value, checksum(algorithm, &parts.concat()));
            }
        }
    }
}
