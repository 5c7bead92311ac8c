"""One Hob server, started for one test (or module) on a free port with its own data directory."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import select
import signal
import subprocess
import time
from pathlib import Path

import boto3
from botocore.config import Config

from support import leftovers

READY = re.compile(r"ready on (http://\S+)")
READY_SECONDS = 60
STOP_SECONDS = 30


class Server:
    """A running `hob up`. `user` of None: the user who runs the tests. `wrapper`: a command that runs it."""

    def __init__(
        self,
        binary: Path,
        directory: Path,
        arguments: tuple[str, ...] = (),
        user: str | None = None,
        environment: dict[str, str] | None = None,
        wrapper: tuple[str, ...] = (),
    ):
        self.binary = binary
        self.directory = directory
        self.data = directory / "data"
        self.arguments = arguments
        self.user = user
        self.wrapper = wrapper
        self.more_environment = environment or {}
        self.port = 0
        self.endpoint = ""
        self.process: subprocess.Popen | None = None
        self.seen = leftovers.Footprint()

    def start(self) -> Server:
        self.launch()
        self.endpoint = self._wait_until_ready()
        return self

    def keep_port(self) -> None:
        """Later starts listen where this one does, so that its clients find them."""
        self.port = int(self.endpoint.rpartition(":")[2])

    def launch(self) -> None:
        """The beginning of a start: returns before the server is ready."""
        port = ("--port", str(self.port))
        command = [*self.wrapper, str(self.binary), "up", *port, "--data-dir", str(self.data), *self.arguments]
        self.log = open(self.directory / "server.log", "ab")
        self.process = subprocess.Popen(
            self._as_user(command), stdout=subprocess.PIPE, stderr=self.log, cwd=self.directory, env=self._environment()
        )

    def _as_user(self, command: list[str]) -> list[str]:
        if self.user is None:
            return command
        account = pwd.getpwnam(self.user)
        switch = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", "--"]
        return switch + command

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "RUST_BACKTRACE") if name in os.environ}
        runtime = self.directory / "run"
        runtime.mkdir(mode=0o700, exist_ok=True)
        if self.user is not None:
            account = pwd.getpwnam(self.user)
            os.chown(runtime, account.pw_uid, account.pw_gid)
            kept["XDG_RUNTIME_DIR"] = str(runtime)
        return {**kept, "HOME": str(self.directory), **self.more_environment}

    def _wait_until_ready(self) -> str:
        ready, _, _ = select.select([self.process.stdout], [], [], READY_SECONDS)
        line = self.process.stdout.readline().decode() if ready else f"nothing within {READY_SECONDS} s"
        found = READY.search(line)
        if not found:
            self.process.kill()
            self.process.wait()
            raise RuntimeError(f"the server did not start: {line!r}\n{self.log_text()}")
        return found.group(1)

    def log_text(self) -> str:
        return (self.directory / "server.log").read_text(errors="replace")

    def client(self, service: str, **options):
        return boto3.client(service, **self._connection(options))

    def resource(self, service: str, **options):
        return boto3.resource(service, **self._connection(options))

    def _connection(self, options: dict) -> dict:
        options.setdefault("aws_access_key_id", "test")
        options.setdefault("aws_secret_access_key", "test")
        options.setdefault("region_name", "us-east-1")
        patient = Config(retries={"max_attempts": 0}, read_timeout=120, connect_timeout=10, max_pool_connections=64)
        options.setdefault("config", patient)
        return {"endpoint_url": self.endpoint, **options}

    @property
    def environment(self) -> dict[str, str]:
        """What a shell needs to point the AWS CLI at this server."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.directory),
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_PAGER": "",
        }

    def stop(self) -> None:
        """Ends the server as an operator would, and checks that it left nothing behind."""
        if self.process is None or self.process.poll() is not None:
            return
        self.seen.look(self.process.pid)
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(STOP_SECONDS)
        self._close()
        assert status == 0, f"the server ended with {status}\n{self.log_text()}"
        self.seen.assert_gone(self.directory)

    def kill(self) -> None:
        """`kill -9`, as a power cut would."""
        self.seen.look(self.process.pid)
        self.process.kill()
        self.process.wait()
        self._close()

    def _close(self) -> None:
        self.process.stdout.close()
        self.log.close()


@contextlib.contextmanager
def running(server: Server):
    server.start()
    try:
        yield server
    finally:
        server.stop()


def wait_until(condition, seconds: float = 30, what: str = "the condition"):
    """Asks again until the answer is true; returns it."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := condition():
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true within {seconds} s")
        time.sleep(0.05)
