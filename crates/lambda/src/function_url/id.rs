//! What the host name of a function URL begins with.

use hob_types::Random;

const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// In characters: 165 bits that nobody guesses, so that no two are alike.
const LENGTH: usize = 32;

/// Bytes from here on would make some characters likelier than others.
const FAIR: u8 = 7 * ALPHABET.len() as u8;

/// 32 lower-case letters and digits.
pub(super) fn random_id(random: &dyn Random) -> String {
    let mut id = String::with_capacity(LENGTH);
    while id.len() < LENGTH {
        let bytes: [u8; LENGTH] = random.array();
        let fair = bytes.into_iter().filter(|byte| *byte < FAIR);
        let character = |byte: u8| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]);
        id.extend(fair.take(LENGTH - id.len()).map(character));
    }
    id
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hob_types::SeededRandom;

    use super::*;

    #[test]
    fn an_id_is_32_lower_case_letters_and_digits() {
        let random = SeededRandom::new(1);
        let ids: BTreeSet<String> = (0..100).map(|_| random_id(&random)).collect();
        assert_eq!(ids.len(), 100);
        let legal = |id: &String| id.len() == 32 && id.bytes().all(|byte| ALPHABET.contains(&byte));
        assert!(ids.iter().all(legal), "{ids:?}");
        let used: BTreeSet<char> = ids.iter().flat_map(|id| id.chars()).collect();
        assert_eq!(used.len(), ALPHABET.len());
    }
}
