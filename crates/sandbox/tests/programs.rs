//! Programs in a sandbox: what they print, how they end, what they see.

mod support;

use hob_sandbox::Exit;
use support::{Server, outcome, run};

#[test]
fn a_program_runs_and_its_output_and_exit_status_arrive() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let (stdout, stderr, exit) = outcome(&mut *sandbox, "echo out; echo err >&2; exit 7").await;
        assert_eq!((stdout.as_str(), stderr.as_str(), exit), ("out\n", "err\n", Exit::Status(7)));
        sandbox.remove().await;
    });
}
