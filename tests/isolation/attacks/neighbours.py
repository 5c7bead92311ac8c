"""Another function's environment on the same machine, which has planted a secret in each of these places."""

import ctypes
import os
import signal
import socket

from .attack import attack, facts, those_that_succeed
from .system import TMP, libc

SECONDS = 0.5


@attack("none succeeds")
def its_files():
    """Read what it has written to /tmp, by its path and by one's own."""
    return those_that_succeed({place: lambda p=place: open(p + "/secret").close() for place in {facts["victim"]["tmp"], TMP}})


@attack("none succeeds")
def its_sockets():
    """Connect to its Unix sockets, by name and by path."""

    def connect(address):
        with socket.socket(socket.AF_UNIX) as unix:
            unix.connect(address)

    return those_that_succeed({"abstract": lambda: connect("\0hob-victim"), "path": lambda: connect(facts["victim"]["tmp"] + "/service")})


@attack("none succeeds")
def its_ports():
    """Connect to its service, its Runtime API and its AWS endpoint at its own address."""
    victim = {name: port for name, port in facts["victim"].items() if port}

    def ask(port):
        with socket.create_connection((victim["address"], port), timeout=SECONDS) as connection:
            # Where the port is one of the whole machine's, it is the answer that must not be given.
            connection.sendall(b"GET /2018-06-01/ping HTTP/1.1\r\nHost: x\r\n\r\n")
            if not connection.recv(100):
                raise OSError

    return those_that_succeed({name: lambda port=victim[name]: ask(port) for name in ("port", "runtime_api", "endpoint") if name in victim})


@attack("ENOENT", user="ENOENT or ENOSYS", landlock="ENOSYS")
def its_shared_memory():
    """Attach its System V segment by the same key."""
    if libc.shmget(4711, ctypes.c_size_t(0), 0) == -1:
        raise OSError(ctypes.get_errno(), "")


@attack("ENOENT or ENOSYS or EACCES")
def its_message_queue():
    """Open its POSIX message queue by name."""
    if libc.syscall(240, b"hob-victim", os.O_RDWR, 0, None) == -1:
        raise OSError(ctypes.get_errno(), "")


@attack("none succeeds")
def its_processes():
    """Read its memory and its variables and kill it, by the number it has in its own sandbox."""
    pid = facts["victim"]["pid"]
    others = [number for number in range(1, 20_000) if number != os.getpid() and is_hob_runtime(number)]

    def kill():
        if pid in (1, os.getpid()):
            raise OSError
        os.kill(pid, signal.SIGKILL)

    return those_that_succeed({"kill": kill} | {f"environ of {other}": lambda o=other: open(f"/proc/{o}/environ").read() for other in others})


def is_hob_runtime(pid: int) -> bool:
    try:
        return b"bootstrap" in open(f"/proc/{pid}/cmdline", "rb").read()
    except OSError:
        return False


@attack("differ")
def its_keys():
    """Have the same keys as it."""
    return "differ" if os.environ["AWS_SESSION_TOKEN"] != facts["victim"]["token"] else "the same"


@attack("ECONNREFUSED or EACCES or TimeoutError or EHOSTUNREACH or ENETUNREACH or EPERM")
def multicast():
    """Speak to all neighbours at once."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        any_socket.settimeout(SECONDS)
        any_socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        for group in ("224.0.0.1", "255.255.255.255"):
            any_socket.sendto(b"anybody?", (group, facts["victim"]["port"] or 9))
        any_socket.recv(100)
