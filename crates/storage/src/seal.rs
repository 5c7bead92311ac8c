//! Secrets at rest: whoever has the database and not the key file beside it reads none.

use std::io::{self, Read as _, Write as _};
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use hob_types::Random;

use crate::data_directory::{open_private, sync_dir};

const KEY: usize = 32;

/// Encrypts with AES-256-GCM, each time under a nonce of its own, which goes first.
pub(crate) struct Sealer(RandomizedNonceKey);

/// It was sealed under another key or for another place, or it was changed.
#[derive(Debug, thiserror::Error)]
#[error("a secret cannot be decrypted: the key file does not belong to this data")]
pub(crate) struct Unsealable;

impl Sealer {
    /// The key in `file`, which is made, for the owner only, if it is missing.
    pub(crate) fn open(file: &Path, random: &dyn Random) -> io::Result<Self> {
        let mut kept = open_private(file)?;
        let mut key = Vec::new();
        kept.read_to_end(&mut key)?;
        if key.is_empty() {
            key = random.array::<KEY>().to_vec();
            kept.write_all(&key)?;
            kept.sync_all()?;
            file.parent().map_or(Ok(()), sync_dir)?;
        }
        let usable = RandomizedNonceKey::new(&AES_256_GCM, &key);
        usable.map(Self).map_err(|_| io::Error::other(format!("a key has {KEY} bytes, not {}", key.len())))
    }

    /// What is sealed opens only for the same `place`.
    pub(crate) fn seal(&self, place: &str, secret: &[u8]) -> Result<Vec<u8>, Unsealable> {
        let mut text = secret.to_vec();
        let sealed = self.0.seal_in_place_append_tag(Aad::from(place), &mut text);
        let nonce = sealed.map_err(|_| Unsealable)?;
        Ok([nonce.as_ref().as_slice(), &text].concat())
    }

    pub(crate) fn open_sealed(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, Unsealable> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN).ok_or(Unsealable)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unsealable)?;
        let mut text = text.to_vec();
        let secret = self.0.open_in_place(nonce, Aad::from(place), &mut text).map_err(|_| Unsealable)?;
        Ok(secret.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use hob_types::SeededRandom;

    use super::*;

    #[test]
    fn what_was_sealed_opens_with_the_same_key_in_the_same_place_only() {
        let directory = tempfile::tempdir().unwrap();
        let open =
            |name: &str, seed| Sealer::open(&directory.path().join(name), &SeededRandom::new(seed)).unwrap();
        let sealed = open("key", 1).seal("here", b"secret").unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
        assert_ne!(open("key", 2).seal("here", b"secret").unwrap(), sealed);
        assert_eq!(open("key", 2).open_sealed("here", &sealed).unwrap(), b"secret");
        assert!(open("key", 2).open_sealed("there", &sealed).is_err());
        assert!(open("other", 2).open_sealed("here", &sealed).is_err());
        assert!(open("key", 2).open_sealed("here", b"short").is_err());
    }

    #[test]
    fn the_key_is_the_owners_alone() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("key");
        Sealer::open(&file, &SeededRandom::new(1)).unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&file, b"too short").unwrap();
        assert!(Sealer::open(&file, &SeededRandom::new(1)).is_err());
    }
}
