"""The network: other families of sockets, the host, its neighbours, and other environments."""

import contextlib
import functools
import os
import socket
import struct

from .attack import attack, facts, those_that_succeed

SECONDS = 1


def not_where_the_network_is_the_hosts(run):
    """For attempts that would leave the machine if they are not refused."""

    @functools.wraps(run)
    def tried():
        return "not kept, not tried" if facts["setting"] == "landlock" else run()

    return tried


@attack("none succeeds")
def raw_sockets():
    """Open raw, packet and ping sockets, to forge and to listen."""
    return those_that_succeed(
        {
            "raw": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
            "raw v6": lambda: socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6),
            "raw any": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 255),
            "packet": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x0300),
            "packet datagram": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0x0300),
        }
    )


@attack("none succeeds")
def forge_arp():
    """Answer the neighbours' ARP requests, or set an entry in the table."""
    request = bytearray(68)

    def ioctl(number):
        import fcntl

        with socket.socket() as any_socket:
            fcntl.ioctl(any_socket, number, request)

    return those_that_succeed({"packet": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0x0608), "SIOCSARP": lambda: ioctl(0x8955), "SIOCDARP": lambda: ioctl(0x8953)})


@attack("none succeeds")
def other_families():
    """Open vsock, alg, bluetooth, can, xdp, tipc, rds, smc, nfc and other sockets, of which some ignore namespaces."""
    families = {"ax25": 3, "x25": 9, "key": 15, "rds": 21, "llc": 26, "ib": 27, "can": 29, "tipc": 30, "bluetooth": 31, "rxrpc": 33, "alg": 38, "nfc": 39, "vsock": 40, "kcm": 41, "qipcrtr": 42, "smc": 43, "xdp": 44, "mctp": 45}
    kinds = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET)
    return those_that_succeed({f"{name} {kind}": lambda f=family, k=kind: socket.socket(f, k) for name, family in families.items() for kind in kinds})


@attack("none succeeds")
def other_netlink():
    """Speak netlink with the firewall, the audit system, kernel events, connectors, crypto and others."""
    return those_that_succeed({str(protocol): lambda p=protocol: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, p) for protocol in range(1, 23)})


@attack("EPERM")
def change_the_network():
    """Add an address to the loopback interface by netlink."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as netlink:
        address = struct.pack("=BBBBi", socket.AF_INET, 8, 0, 0, 1) + struct.pack("=HH4s", 8, 2, bytes([10, 9, 8, 7]))
        netlink.send(struct.pack("=IHHII", 16 + len(address), 20, 0x605, 1, 0) + address)
        answer = netlink.recv(4096)
        raise OSError(-struct.unpack_from("=i", answer, 16)[0], "netlink")


@attack("none succeeds")
def change_interfaces():
    """Take interfaces down, rename them and add routes by ioctl."""
    import fcntl

    def ioctl(number, name):
        with socket.socket() as any_socket:
            fcntl.ioctl(any_socket, number, struct.pack("16sh22x", name, 0) + bytes(80))

    calls = {"flags": 0x8914, "address": 0x8916, "name": 0x8923, "route": 0x890B, "bridge": 0x89A0, "tunnel": 0x89F1}
    names = [name.encode() for _, name in socket.if_nameindex()]
    return those_that_succeed({f"{what} {name.decode()}": lambda c=call, n=name: ioctl(c, n) for what, call in calls.items() for name in names})


@attack("none succeeds")
def privileged_options():
    """Set a mark, steal connections (IP_TRANSPARENT, TCP_REPAIR), exceed buffers, replace firewall rules."""
    options = {
        "mark": (socket.SOL_SOCKET, 36, 1), "transparent": (socket.SOL_IP, 19, 1), "repair": (socket.SOL_TCP, 19, 1),
        "receive buffer": (socket.SOL_SOCKET, 33, 1 << 28), "send buffer": (socket.SOL_SOCKET, 32, 1 << 28),
        "high priority": (socket.SOL_SOCKET, 12, 7), "iptables": (socket.SOL_IP, 64, 1), "debug": (socket.SOL_SOCKET, 1, 1),
    }  # fmt: skip

    def set_option(option):
        with socket.socket() as any_socket:
            any_socket.setsockopt(*option)

    return those_that_succeed({name: lambda option=option: set_option(option) for name, option in options.items()})


@attack("none succeeds")
def the_hosts_loopback():
    """Connect to a service of the host's loopback by each of its names."""
    names = ["127.0.0.1", "127.1.2.3", "::1", "localhost", "0.0.0.0", "::", "::ffff:127.0.0.1"]
    return those_that_succeed({name: lambda name=name: connect(name, facts["loopback_port"]) for name in names})


@attack("none succeeds", landlock="none succeeds")
def the_hosts_addresses():
    """Connect to a service of the host on each of the host's own addresses."""
    return those_that_succeed({address: lambda a=address: connect(a, facts["everywhere_port"]) for address in facts["host_addresses"]})


@attack("none succeeds")
def the_servers_port():
    """Connect to Hob itself elsewhere than at its endpoint for functions."""
    addresses = ["127.0.0.1", "169.254.100.1", "169.254.169.254", *facts["host_addresses"]]
    return those_that_succeed({address: lambda a=address: connect(a, facts["server_port"]) for address in addresses})


def connect(address, port):
    socket.create_connection((address, port), timeout=SECONDS).close()


@attack("none succeeds", landlock="not kept, not tried")
@not_where_the_network_is_the_hosts
def metadata_services():
    """Ask the cloud's metadata services for the machine's credentials."""
    services = ["169.254.169.254", "169.254.170.2", "169.254.170.23", "168.63.129.16", "100.100.100.200", "fd00:ec2::254", "fd20:ce::254", "metadata.google.internal"]
    return those_that_succeed({service: lambda s=service: connect(s, 80) for service in services})


@attack("none succeeds", landlock="not kept, not tried")
@not_where_the_network_is_the_hosts
def private_networks():
    """Connect to the machine's surroundings: private, shared, link-local, multicast and broadcast addresses."""
    addresses = ["10.0.0.1", "172.16.0.1", "192.168.0.1", "192.168.1.1", "100.64.0.1", "169.254.1.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "fc00::1", "fe80::1", "ff02::1", "64:ff9b::7f00:1"]
    return those_that_succeed({address: lambda a=address: connect(a, 80) for address in addresses})


@attack("none succeeds", landlock="not kept, not tried")
@not_where_the_network_is_the_hosts
def the_router():
    """Connect to the router and to the neighbours in its network, on any port but DNS."""
    mine = own_address()
    first, last = mine.rsplit(".", 1)
    around = [f"{first}.{number}" for number in range(256) if number != int(last)][:12] + [f"{first}.{max(int(last) - 1, 0)}", f"{first}.{int(last) ^ 1}"]
    attempts = {f"{address}:{port}": lambda a=address, p=port: connect_quickly(a, p) for address in around for port in (22, 9001, 4566)}
    return those_that_succeed(attempts)


def own_address():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        any_socket.connect(("192.0.2.1", 9))
        return any_socket.getsockname()[0]


def connect_quickly(address, port):
    socket.create_connection((address, port), timeout=0.1).close()


@attack("ECONNREFUSED", landlock="EAFNOSUPPORT")
def abstract_sockets():
    """Connect to a service of the host at an abstract Unix socket, which no file permission guards."""
    with socket.socket(socket.AF_UNIX) as unix:
        unix.connect("\0" + facts["abstract"])


@attack("none succeeds")
def the_hosts_unix_sockets():
    """Connect to Unix sockets of the host: Docker, D-Bus, systemd, the server's own."""
    places = ["/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket", "/run/systemd/private", "/run/containerd/containerd.sock", "/run/podman/podman.sock", facts["unix_socket"]]

    def connect_to(place):
        with socket.socket(socket.AF_UNIX) as unix:
            unix.connect(place)

    return those_that_succeed({place: lambda place=place: connect_to(place) for place in places})


@attack("EADDRINUSE or EACCES")
def take_the_runtime_api():
    """Take the Runtime API's address and port, to answer the runtime in Hob's place."""
    host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, int(port)))
        listener.listen()


@attack("none succeeds", landlock="the host's")
def foreign_addresses():
    """Bind to addresses that are not one's own, to speak in another's name."""

    def bind(address):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            any_socket.bind((address, 0))

    hosts = [address for address in facts["host_addresses"] if ":" not in address]
    bound = those_that_succeed({address: lambda a=address: bind(a) for address in (*hosts, "198.51.100.1", "169.254.169.254")})
    return "the host's" if set(bound.split(", ")) <= set(hosts) else bound


def ask(message, port=53, seconds=SECONDS):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as resolver:
        resolver.settimeout(seconds)
        resolver.sendto(message, (nameserver(), port))
        return resolver.recv(65535)


def nameserver():
    for line in open("/etc/resolv.conf"):
        if line.startswith("nameserver"):
            return line.split()[1]
    raise OSError(2, "no name server")


def question(name, kind=1):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", kind, 1)


@attack("survived")
def garbled_dns():
    """Send Hob's resolver garbage: empty, cut short, with pointer loops, 65 000 bytes, 2000 questions at once."""
    loop = struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + b"\xc0\x0c\x00\x01\x00\x01"
    counts = struct.pack(">HHHHHH", 7, 0x0100, 65535, 65535, 65535, 65535)
    for message in (b"", b"\0", loop, counts, question("a" * 60 + ".example") + bytes(60000), question("x.example")[:-3]):
        with contextlib.suppress(OSError):
            ask(message, seconds=0.1)
    flood = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    flood.setblocking(False)
    for number in range(2000):
        with contextlib.suppress(OSError):
            flood.sendto(question(f"n{number}.invalid"), (nameserver(), 53))
    return "survived"


@attack("survived")
def slow_dns():
    """Hold 200 connections to the resolver open, each with half a question."""
    held = []
    with contextlib.suppress(OSError):
        for _ in range(200):
            connection = socket.create_connection((nameserver(), 53), timeout=0.2)
            connection.sendall(b"\xff\xff\0")
            held.append(connection)
    for connection in held:
        connection.close()
    return "survived"


@attack("EADDRNOTAVAIL or EMFILE or ECONNREFUSED or EACCES or TimeoutError or ENETUNREACH or EHOSTUNREACH")
def ports():
    """Use up all ports of the loopback interface."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(4096)
        held = []
        try:
            for _ in range(100_000):
                held.append(socket.create_connection(listener.getsockname(), timeout=SECONDS))
        finally:
            for connection in held:
                connection.close()


@attack("ETOOMANYREFS or all in flight", landlock="EAFNOSUPPORT")
def descriptors_in_flight():
    """Send descriptors to oneself through sockets and never receive them, so that they count nowhere."""
    left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with left, right:
        left.setblocking(False)
        try:
            for _ in range(200):
                socket.send_fds(left, [b"x"], [0] * 200)
        except BlockingIOError:
            return "all in flight"
    return "all in flight"


@attack("nothing", landlock="the host's connections")
def what_the_network_tells():
    """Read the host's connections, routes, interfaces and neighbours from /proc/net."""
    found = [line.split()[1] for name in ("tcp", "tcp6") for line in open(f"/proc/net/{name}") if ":" in line]
    foreign = [entry for entry in found if entry.endswith(f":{facts['loopback_port']:04X}")]
    abstract = [line for line in open("/proc/net/unix") if facts["abstract"] in line]
    return "the host's connections" if foreign or abstract else "nothing"


@attack("none succeeds")
def tunnels():
    """Make a tunnel of one's own, by its device or by a protocol that is loaded on demand."""
    return those_that_succeed({"tun": lambda: os.open("/dev/net/tun", os.O_RDWR), "ppp": lambda: os.open("/dev/ppp", os.O_RDWR), "sctp": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)})
