//! The first screen: where the server listens, what it found, and what to try. On stderr.

use crate::output::{BOLD, DIM, note, styled};

/// Once requests are accepted.
pub(super) fn listening(url: &str, data: &str) {
    note(format!("{} {}", styled(BOLD, "Hob"), env!("CARGO_PKG_VERSION")));
    line("listening", url);
    line("data", data);
}

/// One thing that was found.
pub(super) fn line(label: &str, text: &str) {
    note(format!("  {} {text}", styled(DIM, format!("{label:10}"))));
}

/// Three commands to try.
pub(super) fn try_these(url: &str) {
    if url != "http://127.0.0.1:4566" {
        note(format!("\n  {} export AWS_ENDPOINT_URL={url}", styled(DIM, format!("{:10}", "first"))));
    }
    note("");
    for (label, command) in [
        ("try", "hob deploy examples/hello-python"),
        ("", "hob invoke hello-python --payload '{\"name\": \"you\"}'"),
        ("", "hob logs -f hello-python"),
    ] {
        line(label, command);
    }
    note("");
}
