//! What a program must not reach.

use std::fs;

use hob_sandbox::Exit;

use crate::support::{Server, mount, outcome, printed, run};

#[test]
fn the_root_directory_shows_nothing_of_the_host_but_its_programs() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let names = printed(&mut *sandbox, "ls / | grep -v -E '^(bin|sbin|lib.*)$'").await;
        assert_eq!(
            names.split_whitespace().collect::<Vec<_>>(),
            ["dev", "etc", "home", "mnt", "opt", "proc", "root", "run", "tmp", "usr", "var"]
        );
        let secret = server.directory.path().join("secret");
        fs::write(&secret, "").unwrap();
        let (_, _, exit) = outcome(&mut *sandbox, &format!("test -e {}", secret.display())).await;
        assert_eq!(exit, Exit::Status(1));
        assert_eq!(
            outcome(&mut *sandbox, "test -e /etc/shadow -o -e /dev/shm -o -e /sys").await.2,
            Exit::Status(1)
        );
        assert_eq!(
            printed(&mut *sandbox, "ls /usr/lib/python3/dist-packages 2>/dev/null | wc -l").await,
            "0\n"
        );
    });
}

#[test]
fn only_tmp_can_be_written() {
    run(async {
        let Some(server) = Server::open().await else { return };
        fs::create_dir(server.directory.path().join("code")).unwrap();
        fs::write(server.directory.path().join("code/app"), "code").unwrap();
        let mut spec = server.spec();
        spec.mounts = vec![mount(server.directory.path().join("code"), "/var/task")];
        let mut sandbox = server.create_with(spec).await;
        assert_eq!(printed(&mut *sandbox, "cat /var/task/app").await, "code");
        let script = "for d in / /usr /etc /dev /var/task /var/task/app /opt /run /proc; do \
                      touch $d/x $d 2>/dev/null && echo $d; done; touch /tmp/x && stat -c %a /tmp";
        assert_eq!(printed(&mut *sandbox, script).await, "1777\n");
        assert_eq!(
            printed(&mut *sandbox, "grep -c -v -E ' (ro|/tmp .*rw),' /proc/self/mounts || true").await,
            "0\n"
        );
    });
}

#[test]
fn mounts_are_stacked_and_lie_in_one_another() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let at = |path: &str| server.directory.path().join(path);
        for (file, content) in
            [("a/x", "a"), ("a/only-a", "a"), ("b/x", "b"), ("task/dir/file", ""), ("more", "m")]
        {
            fs::create_dir_all(at(file).parent().unwrap()).unwrap();
            fs::write(at(file), content).unwrap();
        }
        let mut spec = server.spec();
        let layers = hob_sandbox::Mount { sources: vec![at("a"), at("b")], target: "/opt".into() };
        spec.mounts = vec![
            layers,
            mount(at("task"), "/var/task"),
            mount(at("more"), "/var/task/dir/file"),
            mount(at("b"), "/srv/interpreters/1"),
        ];
        let mut sandbox = server.create_with(spec).await;
        let script = "cat /opt/x /opt/only-a /var/task/dir/file /srv/interpreters/1/x";
        assert_eq!(printed(&mut *sandbox, script).await, "bamb");
    });
}

#[test]
fn a_link_in_the_functions_code_does_not_lead_a_mount_out_of_the_sandbox() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let code = server.directory.path().join("code");
        let outside = server.directory.path().join("outside");
        fs::create_dir(&code).unwrap();
        fs::create_dir(&outside).unwrap();
        std::os::unix::fs::symlink(&outside, code.join("escape")).unwrap();
        let mut spec = server.spec();
        spec.mounts = vec![mount(&code, "/var/task"), mount(&code, "/var/task/escape")];
        // The link points to nothing inside, so there is nothing to mount over.
        assert!(server.sandboxes.create(spec).await.is_err());
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
    });
}

#[test]
fn dangerous_system_calls_are_refused() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        for refused in [
            "mount -t tmpfs none /tmp",
            "unshare -U true",
            "unshare -n true",
            "nsenter -t 1 -m true",
            "chroot /tmp /bin/true",
            "hostname elsewhere",
            "dmesg",
            "mknod /tmp/device c 1 1",
            "perl -e 'syscall(101, 16, 1, 0, 0) == 0 or exit 1'",
            "perl -MSocket -e 'socket($s, AF_INET, SOCK_RAW, 1) or exit 1'",
            "perl -MSocket -e 'socket($s, 40, SOCK_STREAM, 0) or exit 1'",
            "perl -e 'syscall(425, 1, 0) != -1 or exit 1'",
            "kill -KILL 1 && sleep 0.1 && false",
            "cat /proc/1/environ",
            "cat /proc/sys/kernel/core_pattern > /proc/sys/kernel/core_pattern",
            "echo c > /proc/sysrq-trigger",
        ] {
            let (_, _, exit) = outcome(&mut *sandbox, &format!("{refused} 2>/dev/null")).await;
            assert!(matches!(exit, Exit::Status(status) if status != 0), "{refused}: {exit:?}");
        }
        assert_eq!(printed(&mut *sandbox, "echo alive").await, "alive\n");
    });
}

#[test]
fn the_listeners_are_reached_from_inside_only() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut first = server.create().await;
        let mut second = server.create().await;
        let listeners = first.take_listeners().unwrap();
        assert!(first.take_listeners().is_none());
        let connect = "exec /usr/bin/perl -MIO::Socket::INET -e \
                       'exit !IO::Socket::INET->new(PeerAddr => \"169.254.100.1:\".shift)' ";
        for (port, listener) in [(9001, &listeners.runtime_api), (4566, &listeners.aws_endpoint)] {
            assert_eq!(listener.local_addr().unwrap().to_string(), format!("169.254.100.1:{port}"));
            assert_eq!(outcome(&mut *first, &format!("{connect} {port}")).await.2, Exit::Status(0));
            assert!(listener.accept().is_ok());
            // The second sandbox reaches its own, which is another.
            assert_eq!(outcome(&mut *second, &format!("{connect} {port}")).await.2, Exit::Status(0));
            assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
        }
    });
}

#[test]
fn processes_of_other_sandboxes_and_of_the_host_are_not_seen() {
    run(async {
        let Some(server) = Server::open().await else { return };
        let mut sandbox = server.create().await;
        let processes = printed(&mut *sandbox, "cd /proc; for p in [0-9]*; do echo $p; done | wc -l").await;
        assert!(processes.trim().parse::<u32>().unwrap() <= 4, "{processes}");
        assert_eq!(printed(&mut *sandbox, "hostname").await, "sandbox\n");
    });
}
