//! What environments reach, and what they do not.

use std::io::ErrorKind;

use hob_sandbox::network::{RouterOptions, Uplink};

use crate::made_up_internet::{
    HOST, HOST_IPV6, HOST_LAN, METADATA, PRIVATE_SERVER, WEB_SERVER, WEB_SERVER_IPV6, World,
};
use crate::support::{
    ANSWER, QUESTION, REFUSED, environment, in_a_made_up_internet, options, resolv_conf, start,
    while_serving_names,
};

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
        let mut router = start(&options("names"));
        let (environment, attachment) = environment(&mut router);
        let sockets = router.take_dns_sockets().unwrap();
        let nameserver = attachment.nameserver();
        let ask = move || {
            [environment.ask_by_udp(nameserver, QUESTION), environment.ask_by_tcp(nameserver, QUESTION)]
        };
        let answers = while_serving_names(sockets, resolv_conf().path(), ask);
        assert_eq!(answers, [[ANSWER, b"udp"].concat(), [ANSWER, b"tcp"].concat()]);
    });
}

/// The host's end of a router's uplink.
fn uplink_address(world: &World, instance: &str) -> String {
    let line = world.host.output("ip", &format!("-brief addr show dev hob-{instance}"));
    line.split_ascii_whitespace().nth(2).unwrap().split_once('/').unwrap().0.to_owned()
}
