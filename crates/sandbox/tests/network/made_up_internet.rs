//! A host and an Internet that exist in network namespaces only.
//!
//! ```text
//!  host: wan 203.0.113.2, lan 192.168.7.2 ──── internet: 203.0.113.1, 198.51.100.7, 169.254.169.254, 10.9.9.9, …
//! ```

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::Command;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space, unshare_unsafe};

pub const WEB_SERVER: &str = "198.51.100.7";
pub const WEB_SERVER_IPV6: &str = "2001:db8:1::7";
pub const RESOLVER: &str = "198.51.100.53";
pub const PRIVATE_SERVER: &str = "10.9.9.9";
pub const METADATA: &str = "169.254.169.254";
pub const HOST: &str = "203.0.113.2";
pub const HOST_LAN: &str = "192.168.7.2";
pub const HOST_IPV6: &str = "2001:db8::2";

const DATAGRAMS: u16 = 7;

/// How long to wait for what should come.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Namespace(OwnedFd);

impl Namespace {
    pub fn new() -> Self {
        Self(on_own_thread(|| {
            // SAFETY: CLONE_NEWNET changes only which network namespace this thread is in.
            unsafe { unshare_unsafe(UnshareFlags::NEWNET) }.unwrap();
            File::open("/proc/thread-self/ns/net").unwrap().into()
        }))
        .with("link set lo up")
    }

    /// Runs on a thread that is in the namespace.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        on_own_thread(|| {
            move_into_link_name_space(self.as_fd(), Some(LinkNameSpaceType::Network)).unwrap();
            work()
        })
    }

    pub fn output(&self, program: &str, arguments: &str) -> String {
        let output = self.run(|| Command::new(program).args(arguments.split(' ')).output().unwrap());
        assert!(
            output.status.success(),
            "{program} {arguments}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// One `ip` command.
    pub fn with(self, arguments: &str) -> Self {
        self.output("ip", arguments);
        self
    }

    pub fn get(&self, address: &str, port: u16) -> Result<String, io::ErrorKind> {
        let address = SocketAddr::new(address.parse().unwrap(), port);
        self.run(|| -> io::Result<String> {
            let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
            stream.set_read_timeout(Some(Duration::from_secs(2)))?;
            let mut text = String::new();
            stream.read_to_string(&mut text)?;
            Ok(text)
        })
        .map_err(|error| error.kind())
    }

    pub fn send(&self, from: &str, to: &str, text: &str) {
        let (from, to): (IpAddr, IpAddr) = (from.parse().unwrap(), to.parse().unwrap());
        self.run(|| UdpSocket::bind((from, 0)).unwrap().send_to(text.as_bytes(), (to, DATAGRAMS)).unwrap());
    }

    /// A server that tells everyone the address they come from. It lives as long as the test process.
    pub fn serve(&self, address: &str, port: u16) {
        let address: IpAddr = address.parse().unwrap();
        let listener = self.run(|| TcpListener::bind((address, port)).unwrap());
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let peer = stream.peer_addr().unwrap().ip();
                let _ = stream.write_all(format!("you are {peer}").as_bytes());
            }
        });
    }

    /// What comes by datagram to the address.
    pub fn datagrams(&self, address: &str) -> Receiver<String> {
        let address: IpAddr = address.parse().unwrap();
        let socket = self.run(|| UdpSocket::bind((address, DATAGRAMS)).unwrap());
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 100];
            while let Ok(length) = socket.recv(&mut buffer) {
                let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
                if sender.send(text).is_err() {
                    return;
                }
            }
        });
        receiver
    }

    /// A resolver that answers each question with itself and the name of the protocol.
    pub fn resolve(&self, address: &str) {
        let address: IpAddr = address.parse().unwrap();
        let socket = self.run(|| UdpSocket::bind((address, 53)).unwrap());
        thread::spawn(move || {
            let mut buffer = [0; 512];
            while let Ok((length, asker)) = socket.recv_from(&mut buffer) {
                let _ = socket.send_to(&[&answer_to(&buffer[..length]), &b"udp"[..]].concat(), asker);
            }
        });
        let listener = self.run(|| TcpListener::bind((address, 53)).unwrap());
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                while let Ok(question) = read_message(&mut stream) {
                    write_message(&mut stream, &[&answer_to(&question), &b"tcp"[..]].concat());
                }
            }
        });
    }

    /// Asks as a program in the namespace would.
    pub fn ask_by_udp(&self, nameserver: Ipv4Addr, question: &[u8]) -> Vec<u8> {
        self.run(|| {
            let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
            socket.set_read_timeout(Some(PATIENCE)).unwrap();
            socket.send_to(question, (nameserver, 53)).unwrap();
            let mut buffer = [0; 512];
            let (length, _) = socket.recv_from(&mut buffer).unwrap();
            buffer[..length].to_vec()
        })
    }

    pub fn ask_by_tcp(&self, nameserver: Ipv4Addr, question: &[u8]) -> Vec<u8> {
        self.run(|| {
            let mut stream = TcpStream::connect((nameserver, 53)).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            write_message(&mut stream, question);
            read_message(&mut stream).unwrap()
        })
    }

    pub fn sysctl(&self, name: &str) -> String {
        self.run(|| fs::read_to_string(format!("/proc/sys/net/{name}")).unwrap().trim().to_owned())
    }

    pub fn set_sysctl(&self, name: &str, value: &str) {
        self.run(|| fs::write(format!("/proc/sys/net/{name}"), value).unwrap());
    }
}

impl AsFd for Namespace {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// A host and the Internet around it.
pub struct World {
    pub host: Namespace,
    pub internet: Namespace,
}

impl World {
    pub fn new() -> Self {
        let internet = Namespace::new();
        let host = Namespace::new();
        connect(&host, "wan", &internet, "isp");
        let internet = internet
            .with("addr add 203.0.113.1/24 dev isp")
            .with("addr add 198.51.100.7/32 dev isp")
            .with("addr add 198.51.100.53/32 dev isp")
            .with("addr add 169.254.169.254/32 dev isp")
            .with("addr add 10.9.9.9/32 dev isp")
            .with("addr add 2001:db8::1/64 dev isp nodad")
            .with("addr add 2001:db8:1::7/128 dev isp nodad");
        let host = host
            .with("addr add 203.0.113.2/24 dev wan")
            .with("addr add 2001:db8::2/64 dev wan nodad")
            .with("route add default via 203.0.113.1")
            .with("route add default via 2001:db8::1")
            .with("link add lan type bridge")
            .with("addr add 192.168.7.2/24 dev lan")
            .with("link set lan up");
        internet.resolve(RESOLVER);
        for address in [WEB_SERVER, WEB_SERVER_IPV6, METADATA, PRIVATE_SERVER] {
            internet.serve(address, 80);
        }
        host.set_sysctl("ipv4/ip_forward", "0");
        host.serve("::", 8080);
        Self { host, internet }
    }
}

/// A veth pair between two namespaces, both ends up.
pub fn connect(one: &Namespace, name: &str, other: &Namespace, peer: &str) {
    // `ip` takes a namespace by the number of a process in it, or by a path.
    let path = format!("/proc/{}/fd/{}", std::process::id(), std::os::fd::AsRawFd::as_raw_fd(&other.as_fd()));
    one.output("ip", &format!("link add {name} type veth peer name {peer} netns {path}"));
    one.output("ip", &format!("link set {name} up"));
    other.output("ip", &format!("link set {peer} up"));
}

fn on_own_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| scope.spawn(work).join().unwrap())
}

fn answer_to(question: &[u8]) -> Vec<u8> {
    let mut answer = question.to_vec();
    answer[2] |= 0x80;
    answer
}

/// By TCP a DNS message has its length before it.
fn read_message(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut message)?;
    Ok(message)
}

fn write_message(stream: &mut TcpStream, message: &[u8]) {
    let length = u16::try_from(message.len()).unwrap().to_be_bytes();
    stream.write_all(&[&length, message].concat()).unwrap();
}
