//! The `nft` program, which alone knows how to write packet filters for the kernel at hand.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Where Debian installs programs: an ordinary user's PATH does not lead to all of them, and the launcher's
/// environment is empty.
const SYSTEM_DIRECTORIES: &str = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin";

#[derive(Clone, Debug)]
pub(super) struct Nft(PathBuf);

impl Nft {
    pub(super) fn find() -> Option<Self> {
        find_program("nft").map(Self)
    }

    /// Applies the script as a whole or not at all, in the calling thread's network namespace, and returns
    /// what it printed.
    pub(super) fn run(&self, script: &str) -> io::Result<String> {
        let mut child = Command::new(&self.0)
            // Listings show the handles by which rules are deleted.
            .args(["--handle", "-f", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        // Dropped here, which ends the script.
        let written = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(script.as_bytes()));
        let output = child.wait_with_output()?;
        if output.status.success() {
            return written.map(|()| String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(io::Error::other(format!("nft: {}", String::from_utf8_lossy(&output.stderr).trim())))
    }
}

pub(super) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories =
        std::env::split_paths(&path).chain(std::env::split_paths(OsStr::new(SYSTEM_DIRECTORIES)));
    directories.map(|directory| directory.join(name)).find(|program| program.is_file())
}
