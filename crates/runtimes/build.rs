//! Takes up what `cargo xtask java` has built. Without a JDK there is nothing to take up, and everything else works.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What `src/bootstrap.rs` carries.
const BUILT: [&str; 3] = ["hob-runtime.jar", "libhob-runtime.so", "Rehearsal.class"];

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-env-changed=CARGO_TARGET_DIR");
    let built = target().join("java");
    // A folder that is not there would make every build a new one.
    fs::create_dir_all(&built)?;
    println!("cargo:rerun-if-changed={}", built.display());
    for name in BUILT {
        // An empty file stands for one that has not been built.
        fs::write(folder("OUT_DIR").join(name), fs::read(built.join(name)).unwrap_or_default())?;
    }
    Ok(())
}

/// The same place as `cargo xtask java` uses.
fn target() -> PathBuf {
    let repository = folder("CARGO_MANIFEST_DIR").join("../..");
    env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| repository.join("target"), |target| repository.join(target))
}

fn folder(variable: &str) -> PathBuf {
    Path::new(&env::var_os(variable).unwrap_or_default()).to_owned()
}
