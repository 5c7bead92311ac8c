"""A server under attack, in one of the settings, with the functions that run the attacks."""

from __future__ import annotations

import contextlib
import os
import pathlib
import socket
import subprocess

from isolation.attacks.attack import Attack
from support.directory import own_directory
from support.functions import create, invoke, package
from support.leftovers import command_line, descendants
from support.server import Server, running, wait_until

ATTACKS = pathlib.Path(__file__).parent / "attacks"
ORDINARY_USER = "nobody"
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
KEYS = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
CONFIGURATION = f"""
[[keys]]
access_key_id = "{KEYS['aws_access_key_id']}"
secret_access_key = "{KEYS['aws_secret_access_key']}"
account = "{ACCOUNT}"
"""

# In the command line of every process that an attack leaves behind.
DAEMON = "7331"
TIERS = {"root": "namespaces", "user": "namespaces", "landlock": "landlock"}


class Target:
    """`area` is the module of attacks that the function `hostile` can run."""

    def __init__(self, server: Server, area: str, facts: dict):
        self.server = server
        self.last_answer = None
        self.aws = server.client("lambda", **KEYS)
        self.area = area
        self.code = package({f"attacks/{file.name}": file.read_bytes() for file in ATTACKS.glob("*.py")})
        self._deploy("other", {}, "attacks.victim.handler")
        self._deploy("hostile", {"MemorySize": 1769, "Timeout": 60})
        planted = invoke(self.aws, "other", "plant")
        assert planted.error is None, planted
        self.facts = facts | {"victim": planted.json}

    def run(self, attack: Attack) -> str:
        """How the attack ends: what it has found, or the invocation's error."""
        name = "hostile"
        if attack.function:
            name = "hostile-" + attack.name
            self._deploy(name, attack.function)
        answer = invoke(self.aws, name, {"area": self.area, "attack": attack.name, "facts": self.facts})
        self.assert_unharmed(name)
        if attack.function:
            self.aws.delete_function(FunctionName=name)
            wait_until(self._daemons_are_gone, what="the end of the attack's daemons")
        self.last_answer = answer
        return answer.json["errorType"] if answer.error else answer.json

    def assert_unharmed(self, name: str) -> None:
        """The server runs; the attacker's next invocation and one of another function are as if nothing had been."""
        assert self.server.process.poll() is None, self.server.log_text()
        assert invoke(self.aws, "other", "alive").json == "alive"
        again = invoke(self.aws, name, {})
        assert again.error is None and again.json == "alive", again

    def _daemons_are_gone(self) -> bool:
        return not any(DAEMON in command_line(pid) for pid in descendants(self.server.process.pid))

    def _deploy(self, name: str, configuration: dict, handler: str = "attacks.attack.handler") -> None:
        create(self.aws, name, self.code, handler=handler, Role=ROLE, **configuration)


@contextlib.contextmanager
def under_attack(hob, setting: str, area: str):
    """A target, and a host with secrets around it."""
    user = ORDINARY_USER if setting != "root" and os.geteuid() == 0 else None
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(own_directory(user))
        (directory / "hob.toml").write_text(CONFIGURATION)
        arguments = ("--isolation", TIERS[setting], "--auth", "--config", str(directory / "hob.toml"))
        server = Server(hob, directory, arguments, user=user)
        facts = {"setting": setting} | stack.enter_context(secrets(directory))
        stack.enter_context(running(server))
        facts |= {"data": str(server.data), "server_port": int(server.endpoint.rpartition(":")[2])}
        facts |= {"account": ACCOUNT, "operators_key": KEYS["aws_access_key_id"]}
        before = host()
        yield Target(server, area, facts)
        assert host() == before, "the host is not what it was"


@contextlib.contextmanager
def secrets(directory):
    """What a function must not reach: a file, and services on loopback, on all addresses and on Unix sockets."""
    (directory / "secret").write_text("secret")
    (directory / "secret").chmod(0o644)
    abstract = f"hob-test-secret-{directory.name}"
    with contextlib.ExitStack() as stack:
        sockets = [socket.socket(), socket.socket(), socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)]
        addresses = [("127.0.0.1", 0), ("0.0.0.0", 0), "\0" + abstract, str(directory / "service")]
        for listener, address in zip(sockets, addresses, strict=True):
            stack.enter_context(listener).bind(address)
            listener.listen()
        (directory / "service").chmod(0o777)
        yield {
            "secret": str(directory / "secret"),
            "abstract": abstract,
            "unix_socket": str(directory / "service"),
            "loopback_port": sockets[0].getsockname()[1],
            "everywhere_port": sockets[1].getsockname()[1],
            "host_addresses": host_addresses(),
        }


def host_addresses() -> list[str]:
    listed = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=True)
    return listed.stdout.split()


UNCHANGEABLE = [
    "kernel/core_pattern", "kernel/hostname", "kernel/domainname", "kernel/modprobe", "net/ipv4/ip_forward",
    "vm/overcommit_memory", "user/max_user_namespaces", "kernel/ostype",
]  # fmt: skip


def host() -> dict[str, str]:
    """What no function may change, and no other test does."""
    files = {name: pathlib.Path("/proc/sys") / name for name in UNCHANGEABLE} | {"swaps": pathlib.Path("/proc/swaps")}
    return {name: file.read_text() for name, file in files.items() if file.exists()}
