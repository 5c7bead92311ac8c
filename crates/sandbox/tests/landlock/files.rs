//! Files: a sandbox has its own, the system's programs, and nothing else.

use std::fs;
use std::path::Path;

use hob_sandbox::{Exit, Mount};

use super::support::{Server, outcome, printed, run};

#[test]
fn what_is_mounted_appears_below_the_sandboxs_root_and_cannot_be_changed() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let code = server.directory.path().join("code");
        fs::create_dir(&code).unwrap();
        fs::write(code.join("app"), "this is it").unwrap();
        let mut spec = server.spec();
        spec.mounts = vec![Mount { sources: vec![code.clone()], target: "/var/task".into() }];
        let mut sandbox = server.sandboxes.create(spec).await.unwrap();
        assert_eq!(printed(&mut *sandbox, "cat $ROOT/var/task/app").await, "this is it");
        let (_, error, exit) = outcome(&mut *sandbox, "echo x > $ROOT/var/task/app").await;
        assert!(exit != Exit::Status(0) && error.contains("Permission denied"), "{error}");
        assert_eq!(fs::read_to_string(code.join("app")).unwrap(), "this is it");
        sandbox.remove().await;
    });
}

#[test]
fn nothing_else_of_the_host_can_be_read_or_written() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let secret = server.directory.path().join("secret");
        fs::write(&secret, "hush").unwrap();
        let mut sandbox = server.create().await;
        let mut other = server.create().await;
        printed(&mut *other, "echo hush > $ROOT/tmp/secret").await;
        let other_secret = other.root().join("tmp/secret");
        let foreign =
            [secret.as_path(), &other_secret, Path::new("/etc/shadow"), Path::new("/proc/1/cmdline")];
        for path in foreign {
            let (output, _, exit) = outcome(&mut *sandbox, &format!("cat {}", path.display())).await;
            assert!(exit != Exit::Status(0) && output.is_empty(), "{}: {output}", path.display());
        }
        for path in [secret.as_path(), &other_secret, Path::new("/tmp/hob-landlock-made")] {
            let (_, _, exit) = outcome(&mut *sandbox, &format!("echo x >> {}", path.display())).await;
            assert_ne!(exit, Exit::Status(0), "{}", path.display());
        }
        assert_eq!(fs::read_to_string(secret).unwrap(), "hush");
        assert!(!Path::new("/tmp/hob-landlock-made").exists());
    });
}

#[test]
fn tmp_stays_while_programs_come_and_go_and_goes_with_the_sandbox() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        printed(&mut *sandbox, "echo kept > $ROOT/tmp/note; mkdir -p d/e; mkdir -m 0 d/closed").await;
        assert_eq!(printed(&mut *sandbox, "cat note").await, "kept\n");
        let root = sandbox.root().to_owned();
        sandbox.remove().await;
        assert!(!root.exists());
    });
}

#[test]
fn what_overfills_tmp_is_ended_and_told_why() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let script = "for n in 1 2 3 4 5 6 7 8; do head -c 90M /dev/zero > filler$n; done; sleep 60";
        let (_, error, exit) = outcome(&mut *sandbox, script).await;
        assert_eq!(exit, Exit::Signal(9), "{error}");
        assert!(error.starts_with("hob: more than 512 MB in /"), "{error}");
        sandbox.remove().await;
    });
}

#[test]
fn modes_of_files_are_not_changed_by_name() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let file = server.directory.path().join("file");
        fs::write(&file, "").unwrap();
        let before = fs::metadata(&file).unwrap();
        let mut sandbox = server.create().await;
        let path = file.display();
        let script = format!("chmod 777 {path}; touch -d 2001-01-01 {path}; truncate -s 1 {path}");
        let (_, error, exit) = outcome(&mut *sandbox, &script).await;
        assert_ne!(exit, Exit::Status(0), "{error}");
        let after = fs::metadata(&file).unwrap();
        assert_eq!(before.permissions(), after.permissions());
        assert_eq!((before.modified().unwrap(), before.len()), (after.modified().unwrap(), after.len()));
    });
}
