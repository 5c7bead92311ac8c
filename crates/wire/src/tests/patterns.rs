//! Patterns are Java's; these forms occur in AWS's models.

use crate::schema::Pattern;

fn check(pattern: &'static str, matching: &[&str], not: &[&str]) {
    let compiled = Pattern::new(pattern);
    matching.iter().for_each(|text| assert!(compiled.matches(text), "{pattern} should match {text:?}"));
    not.iter().for_each(|text| assert!(!compiled.matches(text), "{pattern} should not match {text:?}"));
}

#[test]
fn a_pattern_matches_the_whole_text_and_may_look_around() {
    check(r"[a-zA-Z0-9-_]+", &["a-b_c"], &["a.b", "", "a\n"]);
    check(r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+", &["$LATEST", "$LATEST.PUBLISHED", "7"], &["a b"]);
    check(r"(?!^[0-9]+$)([a-zA-Z0-9-_]+)", &["v1", "PROD"], &["12"]);
    check(r"[0-9A-Za-z\.\-_]*(?<!\.)", &["bucket", ""], &["bucket."]);
    check(r"(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()", &["", "arn:aws:kms:x"], &["x"]);
    check(r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)", &["Straße 1", ""], &["a#b"]);
}
