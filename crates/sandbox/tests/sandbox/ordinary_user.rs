//! All of it again without root's rights.

use std::os::unix::process::CommandExt;
use std::process::Command;

const NOBODY: u32 = 65534;

#[test]
fn everything_holds_for_an_ordinary_user() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped, this is the run of an ordinary user");
        return;
    }
    let tests = std::env::current_exe().unwrap();
    let mut command = Command::new(tests);
    command.args(["--skip", "ordinary_user", "--nocapture"]).uid(NOBODY).gid(NOBODY).current_dir("/");
    match command.output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout)),
        Err(error) => eprintln!("skipped, another user cannot run the tests from here: {error}"),
    }
}
