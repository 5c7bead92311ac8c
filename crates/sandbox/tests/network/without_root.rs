//! The same for a server that an ordinary user runs.

use std::io::ErrorKind;
use std::process::Command;

use hob_sandbox::network::{Router, RouterOptions, Uplink};

use crate::made_up_internet::{
    HOST, HOST_IPV6, HOST_LAN, METADATA, PRIVATE_SERVER, WEB_SERVER, WEB_SERVER_IPV6,
};
use crate::support::{
    ANSWER, QUESTION, REFUSED, environment, in_a_made_up_internet, itself_as, options, resolv_conf, role,
    while_serving_names,
};

#[test]
fn without_root_the_way_out_leads_through_pasta() {
    in_a_made_up_internet(|_| {
        if can_run_without_root() {
            assert!(without_root(&itself_as(WITH_PASTA)).status().unwrap().success());
        }
    });
}

#[test]
fn without_root_and_pasta_there_is_no_way_out_but_all_else_works() {
    in_a_made_up_internet(|_| {
        if can_run_without_root() {
            let mut user = without_root(&itself_as(WITHOUT_PASTA));
            assert!(user.env(HIDDEN, "pasta").status().unwrap().success());
        }
    });
}

/// The server of the first test; by itself it does nothing.
#[test]
fn a_user_with_pasta() {
    if role().as_deref() != Some(WITH_PASTA) {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let options = RouterOptions { directory: directory.path().to_owned(), ..options("user") };
    let mut router = Router::start(&options).unwrap();
    assert_eq!(router.uplink(), &Uplink::Pasta { ipv6: true });
    let (environment, attachment) = environment(&mut router);
    assert_eq!(environment.get(WEB_SERVER, 80), Ok(format!("you are {HOST}")));
    assert_eq!(environment.get(WEB_SERVER_IPV6, 80), Ok(format!("you are {HOST_IPV6}")));
    for address in [HOST, HOST_LAN, METADATA, PRIVATE_SERVER, &attachment.nameserver().to_string()] {
        assert_eq!(environment.get(address, 8080), Err(REFUSED), "{address}");
    }
    assert_eq!(environment.get(HOST_IPV6, 8080), Err(ErrorKind::PermissionDenied));
}

/// The server of the second test; by itself it does nothing.
#[test]
fn a_user_without_pasta() {
    if role().as_deref() != Some(WITHOUT_PASTA) {
        return;
    }
    let mut router = Router::start(&options("user")).unwrap();
    let Uplink::None(reason) = router.uplink() else { panic!("{}", router.uplink()) };
    assert!(reason.contains("install the package passt"), "{reason}");
    let sockets = router.take_dns_sockets().unwrap();
    let (environment, attachment) = environment(&mut router);
    assert!(environment.get(WEB_SERVER, 80).is_err());
    let ask = move || environment.ask_by_udp(attachment.nameserver(), QUESTION);
    assert_eq!(while_serving_names(sockets, resolv_conf().path(), ask), [ANSWER, b"udp"].concat());
}

const WITH_PASTA: &str = "without_root::a_user_with_pasta";
const WITHOUT_PASTA: &str = "without_root::a_user_without_pasta";

/// The name of a program that [`without_root`] hides.
const HIDDEN: &str = "HOB_TEST_HIDDEN";

/// The command as an ordinary user would run it who may make user namespaces and open `/dev/net/tun`.
fn without_root(command: &Command) -> Command {
    const SCRIPT: &str = "mount -t tmpfs none /dev/net && mknod -m 666 /dev/net/tun c 10 200 || exit 1; \
        if [ $HOB_TEST_HIDDEN ]; then mount --bind /dev/null $(command -v $HOB_TEST_HIDDEN) || exit 1; fi; exec \
        setpriv --reuid 65534 --regid 65534 --clear-groups \
        unshare --user --map-root-user --mount --pid --fork --kill-child \"$@\"";
    let mut wrapped = Command::new("unshare");
    wrapped.args(["--mount", "--propagation", "private", "sh", "-c", SCRIPT, "sh"]);
    wrapped.arg(command.get_program()).args(command.get_args());
    wrapped.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    wrapped
}

fn can_run_without_root() -> bool {
    let mut trial = Command::new(std::env::current_exe().unwrap());
    trial.arg("--list");
    let user_namespaces = without_root(&trial).output().is_ok_and(|output| output.status.success());
    let possible = user_namespaces && Command::new("pasta").arg("--version").output().is_ok();
    if !possible {
        eprintln!("skipped: needs user namespaces, passt, and this program where every user can read it");
    }
    possible
}
