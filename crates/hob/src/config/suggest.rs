//! "Did you mean …?"

/// The candidate that `word` was probably meant to be.
pub(super) fn closest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let word = word.to_ascii_lowercase().replace('-', "_");
    let ranked = candidates.iter().map(|candidate| (distance(&word, candidate), *candidate));
    let (distance, candidate) = ranked.min()?;
    (distance <= word.len().div_ceil(3)).then_some(candidate)
}

/// How many letters must be inserted, removed or replaced (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_a_stranger_is_not() {
        let keys = ["port", "host", "data_dir", "idle_timeout"];
        assert_eq!(closest("prot", &keys), Some("port"));
        assert_eq!(closest("data-dir", &keys), Some("data_dir"));
        assert_eq!(closest("idletimeout", &keys), Some("idle_timeout"));
        assert_eq!(closest("colour", &keys), None);
    }
}
