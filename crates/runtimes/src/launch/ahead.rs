//! What a runtime that starts ahead of its function cannot take up any more.

use std::collections::BTreeMap;

/// Names of variables, or their beginnings where they end with `*`, that are read when a program starts: by the
/// loader, the C library or the interpreter. Whoever sets one gets a fresh start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadAtStart {
    pub(crate) names: &'static [&'static str],
    /// What looks like one of them and is read only when it is needed.
    pub(crate) except: &'static [&'static str],
}

/// Of every program.
const BY_ALL: [&str; 7] =
    ["AWS_LAMBDA_EXEC_WRAPPER", "GLIBC_TUNABLES", "LANG*", "LC_*", "LD_*", "LOCPATH", "MALLOC_*"];

impl ReadAtStart {
    pub(crate) fn is_set(self, users: &BTreeMap<String, String>) -> bool {
        users.keys().any(|name| {
            let any_of = |patterns: &[&str]| patterns.iter().any(|pattern| matches(pattern, name));
            (any_of(&BY_ALL) || any_of(self.names)) && !any_of(self.except)
        })
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: ReadAtStart = ReadAtStart { names: &["NODE_*", "FOO"], except: &["NODE_ENV"] };

    fn needs_a_fresh_start(name: &str) -> bool {
        NODE.is_set(&BTreeMap::from([(name.to_owned(), String::new())]))
    }

    #[test]
    fn what_the_loader_or_the_interpreter_reads_needs_a_fresh_start() {
        for name in
            ["LD_PRELOAD", "LANG", "LANGUAGE", "LC_ALL", "AWS_LAMBDA_EXEC_WRAPPER", "NODE_OPTIONS", "FOO"]
        {
            assert!(needs_a_fresh_start(name), "{name}");
        }
    }

    #[test]
    fn what_is_read_later_does_not() {
        for name in ["NODE_ENV", "TZ", "PATH", "TABLE", "FOOD"] {
            assert!(!needs_a_fresh_start(name), "{name}");
        }
    }
}
