//! `cargo xtask bench`: builds what is measured with optimisation, and measures it.

use crate::run::{cargo, command, root, succeed, target};

pub fn run(arguments: &[String]) -> anyhow::Result<()> {
    succeed(&mut cargo(&["build", "--release", "--quiet", "--package", "hob", "--package", "hob-bench"]))?;
    let native = root().join("bench/native");
    let mut build = cargo(&["build", "--release", "--quiet"]);
    succeed(build.current_dir(&native).env("CARGO_TARGET_DIR", target().join("bench-native")))?;
    let bench = target().join("release/hob-bench");
    let mut bench = command(&bench.to_string_lossy(), &[]);
    bench.arg("--hob").arg(target().join("release/hob"));
    bench.arg("--native").arg(target().join("bench-native/release/bootstrap"));
    succeed(bench.args(arguments))
}
