//! Nothing of a sandbox stays.

use std::fs;

use crate::support::{Server, after_a_killed_one, first_line, run, shell, traces_of};

#[test]
fn after_remove_nothing_is_left() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let spec = server.spec();
        let name = spec.id.to_string();
        let mut sandbox = server.create_with(spec).await;
        let output = sandbox.start(shell("(setsid sleep 1000) & echo ready; sleep 1000")).await.unwrap();
        let _output = first_line(output.stdout).await;
        sandbox.remove().await;
        assert_eq!(traces_of(&name), Vec::<String>::new());
    });
}

#[test]
fn a_dropped_sandbox_goes_by_itself() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let spec = server.spec();
        let name = spec.id.to_string();
        drop(server.create_with(spec).await);
        // Orders are carried out one after another, so when this one is gone the other is, too.
        for _ in 0..3 {
            server.create().await.remove().await;
        }
        assert_eq!(traces_of(&name), Vec::<String>::new());
    });
}

#[test]
fn an_environment_of_a_killed_launcher_reports_its_end_and_the_next_one_works() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let output = sandbox.start(shell("echo ready; sleep 1000")).await.unwrap();
        let _output = first_line(output.stdout).await;
        server.kill_launcher();
        assert_eq!(sandbox.exited().await, hob_sandbox::Exit::Signal(9));
        sandbox.remove().await;
        server.create().await.remove().await;
    });
}

#[test]
fn a_closed_server_leaves_no_directory_and_no_group() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let sandbox = server.create().await;
        let instance = server.instance();
        sandbox.remove().await;
        let directory = server.close();
        assert_eq!(fs::read_dir(directory.path().join("run")).unwrap().count(), 0);
        assert_eq!(traces_of(&instance), Vec::<String>::new());
    });
}

/// The rest of this test's name is what a second process of it does; it ends by being killed.
#[test]
fn a_killed_server_leaves_no_process_and_the_next_one_sweeps_the_rest() {
    const ROLE: &str = "HOB_TEST_KILLED_SERVER";
    if let Some(directory) = std::env::var_os(ROLE) {
        run(serve_until_killed(directory.into()));
        return;
    }
    run(async {
        let Some(server) = Server::open().await else { return };
        let test = "removal::a_killed_server_leaves_no_process_and_the_next_one_sweeps_the_rest";
        let next = after_a_killed_one(server, ROLE, test).await;
        assert_eq!(
            fs::read_dir(next.directory.path().join("run")).unwrap().count(),
            2,
            "the lock and the stage"
        );
    });
}

async fn serve_until_killed(directory: std::path::PathBuf) {
    let server = Server::open_in(directory).await.unwrap();
    let spec = server.spec();
    let name = spec.id.to_string();
    let mut sandbox = server.create_with(spec).await;
    let output = sandbox.start(shell("(setsid sleep 1000) & echo ready; sleep 1000")).await.unwrap();
    let _output = first_line(output.stdout).await;
    println!("sandbox {name}");
    sandbox.exited().await;
}
