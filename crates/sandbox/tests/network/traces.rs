//! What a router changes on the host, and that nothing of it stays.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use hob_sandbox::network::{Router, sweep};

use crate::made_up_internet::{HOST, WEB_SERVER, World};
use crate::support::{environment, in_a_made_up_internet, itself_as, options, role, start};

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
        let mut server = itself_as(SERVER);
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
fn the_next_router_removes_what_no_sweep_has_found() {
    in_a_made_up_internet(|world| {
        let before = traces(world);
        world.host.output("nft", "add table inet hob_dead");
        world.host.output("nft", "add chain inet hob_dead forward { type filter hook forward priority 0; }");
        drop(start(&options("next")));
        assert_eq!(traces(world), before);
    });
}

/// The server of the test of the sweep; by itself it does nothing.
#[test]
fn a_server_that_waits_to_be_killed() {
    if role().as_deref() != Some(SERVER) {
        return;
    }
    let router = Router::start(&options("killed")).unwrap();
    println!("{}", router.uplink());
    loop {
        std::thread::park();
    }
}

const SERVER: &str = "traces::a_server_that_waits_to_be_killed";

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
