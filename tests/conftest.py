"""Fixtures: each test gets a server of its own, as the root user, as an ordinary one, or both."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from support.directory import own_directory
from support.server import Server, running

REPOSITORY = Path(__file__).resolve().parent.parent
ORDINARY_USER = "nobody"


def built_binary() -> Path:
    if given := os.environ.get("HOB_BINARY"):
        return Path(given).resolve()
    target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
    binary = target / "debug" / "hob"
    if not binary.exists():
        pytest.exit(f"{binary} does not exist: run `cargo build`, or `cargo xtask test`", 2)
    return binary


@pytest.fixture(scope="session")
def hob(tmp_path_factory) -> Path:
    """The built binary, where every user can execute it."""
    place = Path(tempfile.mkdtemp(prefix="hob-binary-"))
    place.chmod(0o755)
    copy = place / "hob"
    shutil.copy2(built_binary(), copy)
    copy.chmod(0o755)
    yield copy
    shutil.rmtree(place)


@pytest.fixture
def directory(user):
    """A short path of the test's own that the server's user may use."""
    with own_directory(user) as path:
        yield path


@pytest.fixture
def user():
    """Who runs the server. Modules that must hold for both users override this with `both_users`."""
    return None


@pytest.fixture
def server(hob, directory, user):
    with running(Server(hob, directory, user=user)) as started:
        yield started


@pytest.fixture
def server_with_sdk(hob, directory):
    """A server that keeps nothing but SDK packs, and those where the next run of the tests finds them."""
    cache = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")) / "test-cache"
    cache.mkdir(parents=True, exist_ok=True)
    with running(Server(hob, directory, ("--ephemeral",), environment={"XDG_CACHE_HOME": str(cache)})) as started:
        yield started


@pytest.fixture
def aws(server):
    """The Lambda client of the test's server."""
    return server.client("lambda")


@pytest.fixture
def logs(server):
    return server.client("logs")


@pytest.fixture
def aws_cli(server):
    """Runs the AWS CLI against the server; returns its standard output."""

    def run(*arguments: str, check: bool = True) -> str:
        command = [str(Path(sys.executable).parent / "aws"), *arguments]
        done = subprocess.run(command, env=server.environment, capture_output=True, text=True, timeout=120)
        assert not check or done.returncode == 0, f"{arguments} ended with {done.returncode}\n{done.stderr}"
        return done.stdout if check else done.stdout + done.stderr

    return run


def users() -> list[str | None]:
    """The tests' own user; and, if that is root, an ordinary one besides."""
    return [None, ORDINARY_USER] if os.geteuid() == 0 else [None]


def pytest_generate_tests(metafunc):
    if "both_users" in metafunc.fixturenames:
        metafunc.parametrize("both_users", users(), ids=lambda who: who or "self", scope="module")
