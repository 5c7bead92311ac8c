#![no_main]

use std::fmt::Display;
use std::str::FromStr;

use hob_types::{AliasName, Qualifier, Version};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let version = parse::<Version>(text).map(Qualifier::Version);
    let alias = parse::<AliasName>(text).map(Qualifier::Alias);
    assert!(version.is_none() || alias.is_none());
    assert_eq!(parse::<Qualifier>(text), version.or(alias));
});

/// There is one way to write each.
fn parse<T: FromStr + Display>(text: &str) -> Option<T> {
    let parsed: T = text.parse().ok()?;
    assert_eq!(parsed.to_string(), text);
    Some(parsed)
}
