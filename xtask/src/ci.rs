//! `cargo xtask ci`: what must hold before a change lands.

use crate::run::{Steps, cargo, succeed};
use crate::{house, test};

pub fn run() -> anyhow::Result<()> {
    let mut steps = Steps::default();
    steps.step("formatting", || succeed(&mut cargo(&["fmt", "--all", "--check"])));
    steps.step("house rules", house::check);
    steps.step("lints", || {
        succeed(&mut cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "--deny",
            "warnings",
        ]))
    });
    steps.step("documentation", || {
        let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--quiet", "--document-private-items"]);
        succeed(doc.env("RUSTDOCFLAGS", "--deny warnings"))
    });
    test::all(&mut steps, &[]);
    steps.finish()
}
