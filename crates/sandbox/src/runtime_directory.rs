use std::path::PathBuf;

/// Where a server of this user keeps its locks: `/run/hob` for root, else `$XDG_RUNTIME_DIR/hob`, else a
/// directory of the user's own in `/tmp`.
pub fn runtime_directory(xdg_runtime_dir: Option<PathBuf>) -> PathBuf {
    let user = rustix::process::geteuid();
    if user.is_root() {
        return PathBuf::from("/run/hob");
    }
    match xdg_runtime_dir {
        Some(directory) if directory.is_dir() => directory.join("hob"),
        _ => PathBuf::from(format!("/tmp/hob-{}", user.as_raw())),
    }
}
