//! What an execution environment can reach, in a made-up Internet. Needs root, `ip` and `nft`; without them the
//! tests pass and say that they did not run.
#![expect(unsafe_code, reason = "namespaces have no safe wrapper")]
#![expect(clippy::unwrap_used, reason = "what fails around a test shall stop it")]

mod made_up_internet;

use std::io::{BufRead as _, BufReader, ErrorKind};
use std::os::fd::AsFd as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use hob_sandbox::network::{Attachment, DnsSockets, Router, RouterOptions, Uplink, dns, sweep};
use hob_types::SeededRandom;
use made_up_internet::{
    HOST, HOST_IPV6, HOST_LAN, METADATA, Namespace, PRIVATE_SERVER, RESOLVER, WEB_SERVER, WEB_SERVER_IPV6,
    World,
};

fn can_run() -> bool {
    let installed = |program| Command::new(program).arg("-V").output().is_ok();
    let possible = rustix::process::geteuid().is_root() && installed("ip") && installed("nft");
    if !possible {
        eprintln!("skipped: needs root, iproute2 and nftables");
    }
    possible
}

fn options(instance: &str) -> RouterOptions {
    let directory = std::env::temp_dir();
    RouterOptions { instance: instance.to_owned(), directory, allow: Vec::new(), deny: Vec::new() }
}

/// Runs the test on a thread of the made-up host.
fn in_a_made_up_internet(test: fn(&World)) {
    if can_run() {
        let world = World::new();
        world.host.run(|| test(&world));
    }
}

fn start(options: &RouterOptions) -> Router {
    let router = Router::start(options).unwrap();
    assert!(matches!(router.uplink(), Uplink::Veth { .. }), "{}", router.uplink());
    router
}

/// An execution environment, as far as its network goes.
fn environment(router: &mut Router) -> (Namespace, Attachment) {
    let namespace = Namespace::new();
    let attachment = router.attach(namespace.as_fd()).unwrap();
    (namespace, attachment)
}

#[test]
fn an_environment_reaches_the_internet_under_the_hosts_address() {
    in_a_made_up_internet(|_| {
        let mut router = start(&options("reach"));
        let (environment, _attachment) = environment(&mut router);
        assert_eq!(environment.get(WEB_SERVER, 80), Ok(format!("you are {HOST}")));
        assert_eq!(
            environment.get(WEB_SERVER, 81),
            Err(ErrorKind::ConnectionRefused),
            "by the server itself"
        );
    });
}

#[test]
fn an_environment_reaches_the_internet_by_ipv6_where_the_host_forwards_it() {
    in_a_made_up_internet(|world| {
        world.host.set_sysctl("ipv6/conf/all/forwarding", "1");
        let mut router = start(&options("reach6"));
        assert_eq!(router.uplink(), &Uplink::Veth { ipv6: true });
        let (environment, _attachment) = environment(&mut router);
        assert_eq!(environment.get(WEB_SERVER_IPV6, 80), Ok(format!("you are {HOST_IPV6}")));
        assert_eq!(environment.get(HOST_IPV6, 8080), Err(ErrorKind::PermissionDenied), "IPv6's word for it");
    });
}

#[test]
fn neither_the_host_nor_what_lies_around_it_can_be_reached() {
    in_a_made_up_internet(|world| {
        let mut router = start(&options("refuse"));
        let (environment, attachment) = environment(&mut router);
        assert_eq!(world.host.get(PRIVATE_SERVER, 80), Ok(format!("you are {HOST}")));
        for address in [PRIVATE_SERVER, METADATA, HOST_LAN] {
            assert_eq!(environment.get(address, 80), Err(REFUSED), "{address}");
        }
        for address in [HOST, HOST_LAN, &uplink_address(world, "refuse")] {
            assert!(world.host.get(address, 8080).is_ok(), "{address} serves");
            assert_eq!(environment.get(address, 8080), Err(REFUSED), "{address}");
        }
        assert_eq!(environment.get("127.0.0.1", 8080), Err(ErrorKind::ConnectionRefused), "its own loopback");
        assert_eq!(environment.get(&attachment.nameserver().to_string(), 8080), Err(REFUSED));
    });
}

#[test]
fn an_address_that_the_host_gets_later_cannot_be_reached_either() {
    in_a_made_up_internet(|world| {
        let mut router = start(&options("later"));
        let (environment, _attachment) = environment(&mut router);
        world.host.output("ip", "addr add 198.51.100.99/32 dev lan");
        router.follow_host().unwrap();
        assert!(world.host.get("198.51.100.99", 8080).is_ok());
        assert_eq!(environment.get("198.51.100.99", 8080), Err(REFUSED));
    });
}

#[test]
fn a_private_network_can_be_allowed_and_a_public_one_denied() {
    in_a_made_up_internet(|_| {
        let allow = vec!["10.0.0.0/8".parse().unwrap()];
        let deny = vec!["198.51.100.0/24".parse().unwrap()];
        let mut router = start(&RouterOptions { allow, deny, ..options("allow") });
        let (environment, _attachment) = environment(&mut router);
        assert_eq!(environment.get(PRIVATE_SERVER, 80), Ok(format!("you are {HOST}")));
        assert_eq!(environment.get(WEB_SERVER, 80), Err(REFUSED));
        assert_eq!(environment.get(METADATA, 80), Err(REFUSED));
    });
}

#[test]
fn environments_do_not_reach_each_other() {
    in_a_made_up_internet(|_| {
        let mut router = start(&options("apart"));
        let (one, _one) = environment(&mut router);
        let (other, attachment) = environment(&mut router);
        other.serve("0.0.0.0", 8080);
        let address = attachment.address().to_string();
        assert!(other.get(&address, 8080).is_ok());
        assert_eq!(one.get(&address, 8080), Err(REFUSED));
    });
}

#[test]
fn nobody_reaches_an_environment_from_outside() {
    in_a_made_up_internet(|world| {
        let mut router = start(&options("inward"));
        let (environment, attachment) = environment(&mut router);
        environment.serve("0.0.0.0", 8080);
        world.internet.output("ip", &format!("route add 100.64.0.0/10 via {HOST}"));
        assert!(world.internet.get(&attachment.address().to_string(), 8080).is_err());
        assert!(world.host.get(&attachment.address().to_string(), 8080).is_err());
    });
}

#[test]
fn a_packet_under_a_foreign_address_is_dropped() {
    in_a_made_up_internet(|world| {
        let mut router = start(&options("spoof"));
        let (environment, attachment) = environment(&mut router);
        let (_neighbour, neighbours) = self::environment(&mut router);
        let arrived = world.internet.datagrams(WEB_SERVER);
        for foreign in [neighbours.address().to_string(), HOST.to_owned(), "192.0.2.77".to_owned()] {
            environment.output("ip", &format!("addr add {foreign}/32 dev eth0"));
            environment.send(&foreign, WEB_SERVER, &format!("under {foreign}"));
        }
        environment.send(&attachment.address().to_string(), WEB_SERVER, "under its own address");
        // The packets take one way, so those sent before would have arrived before.
        assert_eq!(arrived.recv().unwrap(), "under its own address");
    });
}

#[test]
fn questions_for_names_reach_the_hosts_resolver_by_udp_and_by_tcp() {
    in_a_made_up_internet(|_| {
        let resolv_conf = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(resolv_conf.path(), format!("nameserver {RESOLVER}\n")).unwrap();
        let mut router = start(&options("names"));
        let (environment, attachment) = environment(&mut router);
        let sockets = router.take_dns_sockets().unwrap();
        let nameserver = attachment.nameserver();
        let ask = move || {
            [environment.ask_by_udp(nameserver, QUESTION), environment.ask_by_tcp(nameserver, QUESTION)]
        };
        let answers = while_serving_names(sockets, resolv_conf.path(), ask);
        assert_eq!(answers, [[ANSWER, b"udp"].concat(), [ANSWER, b"tcp"].concat()]);
    });
}

#[test]
fn the_last_router_to_go_leaves_nothing_and_the_others_work_on_until_then() {
    in_a_made_up_internet(|world| {
        let before = traces(world);
        let mut first = start(&options("first"));
        let second = start(&options("second"));
        assert_eq!(world.host.sysctl("ipv4/conf/wan/forwarding"), "1");
        drop(second);
        let (environment, attachment) = environment(&mut first);
        assert_eq!(environment.get(WEB_SERVER, 80), Ok(format!("you are {HOST}")));
        drop((environment, attachment));
        drop(first);
        assert_eq!(traces(world), before);
    });
}

#[test]
fn a_firewall_that_forwards_nothing_lets_environments_out_and_is_left_as_it_was() {
    in_a_made_up_internet(|world| {
        for rule in [
            "add table ip filter",
            "add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }",
            "add table inet firewalld",
            "add chain inet firewalld forward { type filter hook forward priority 10; }",
            "add rule inet firewalld forward reject",
        ] {
            world.host.output("nft", rule);
        }
        let before = traces(world);
        let mut router = start(&options("firewall"));
        let (environment, attachment) = environment(&mut router);
        assert_eq!(environment.get(WEB_SERVER, 80), Ok(format!("you are {HOST}")));
        drop((environment, attachment, router));
        assert_eq!(traces(world), before);
    });
}

#[test]
fn a_router_takes_the_place_of_one_that_its_own_server_still_holds() {
    in_a_made_up_internet(|_| {
        let mut server = start(&options("again"));
        let sockets = server.take_dns_sockets();
        std::mem::forget(server); // as the launcher's death leaves it
        let mut router = start(&options("again"));
        let (environment, _attachment) = environment(&mut router);
        assert_eq!(environment.get(WEB_SERVER, 80), Ok(format!("you are {HOST}")));
        drop(sockets);
    });
}

#[test]
fn a_sweep_removes_what_a_killed_server_left() {
    in_a_made_up_internet(|world| {
        let before = traces(world);
        let mut server = itself_as("server");
        let mut server = server.stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(server.stdout.take().unwrap()).lines().map_while(Result::ok);
        assert!(said.any(|line| line.contains("through a veth pair")), "the server started its router");
        server.kill().unwrap();
        server.wait().unwrap();
        assert_ne!(traces(world), before);
        sweep(&["killed".to_owned()]).unwrap();
        assert_eq!(traces(world), before);
    });
}

#[test]
fn without_root_the_way_out_leads_through_pasta() {
    in_a_made_up_internet(|_| {
        if can_run_without_root() {
            assert!(without_root(&itself_as("user with pasta")).status().unwrap().success());
        }
    });
}

#[test]
fn without_root_and_pasta_there_is_no_way_out_but_all_else_works() {
    in_a_made_up_internet(|_| {
        if can_run_without_root() {
            let mut user = without_root(&itself_as("user without pasta"));
            assert!(user.env(HIDDEN, "pasta").status().unwrap().success());
        }
    });
}

/// Not a test but the other process of those above; when run as a test it does nothing.
#[test]
fn another_process() {
    match std::env::var(ROLE).as_deref() {
        Ok("server") => {
            let router = Router::start(&options("killed")).unwrap();
            println!("{}", router.uplink());
            loop {
                std::thread::park();
            }
        }
        Ok("user with pasta") => {
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
        Ok("user without pasta") => {
            let mut router = Router::start(&options("user")).unwrap();
            let Uplink::None(reason) = router.uplink() else { panic!("{}", router.uplink()) };
            assert!(reason.contains("install the package passt"), "{reason}");
            let sockets = router.take_dns_sockets().unwrap();
            let (environment, attachment) = environment(&mut router);
            assert!(environment.get(WEB_SERVER, 80).is_err());
            let resolv_conf = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(resolv_conf.path(), format!("nameserver {RESOLVER}\n")).unwrap();
            let ask = move || environment.ask_by_udp(attachment.nameserver(), QUESTION);
            assert_eq!(while_serving_names(sockets, resolv_conf.path(), ask), [ANSWER, b"udp"].concat());
        }
        _ => {}
    }
}

const ROLE: &str = "HOB_TEST_ROLE";
/// The name of a program that [`without_root`] hides.
const HIDDEN: &str = "HOB_TEST_HIDDEN";

/// This program again, as [`another_process`].
fn itself_as(role: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "another_process", "--nocapture"]).env(ROLE, role);
    command
}

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

fn while_serving_names<T: Send + 'static>(
    sockets: DnsSockets,
    resolv_conf: &Path,
    ask: impl FnOnce() -> T + Send + 'static,
) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let random = Arc::new(SeededRandom::new(1));
    runtime.block_on(async {
        tokio::select! {
            ended = dns::serve(sockets, resolv_conf.to_owned(), random) => panic!("{ended:?}"),
            asked = tokio::task::spawn_blocking(ask) => asked.unwrap(),
        }
    })
}

/// The root of all names: type A, class IN.
const QUESTION: &[u8] = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x01";
const ANSWER: &[u8] = b"\x12\x34\x81\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x01";

/// How the kernel reports an ICMP answer "administratively prohibited".
const REFUSED: ErrorKind = ErrorKind::HostUnreachable;

/// All that a router changes in the host's network namespace.
fn traces(world: &World) -> [String; 5] {
    [
        world.host.output("nft", "list ruleset"),
        world.host.output("ip", "-brief link"),
        world.host.output("ip", "-4 route show table all"),
        world.host.sysctl("ipv4/conf/wan/forwarding"),
        world.host.sysctl("ipv4/conf/lan/forwarding"),
    ]
}

/// The host's end of a router's uplink.
fn uplink_address(world: &World, instance: &str) -> String {
    let line = world.host.output("ip", &format!("-brief addr show dev hob-{instance}"));
    line.split_ascii_whitespace().nth(2).unwrap().split_once('/').unwrap().0.to_owned()
}
