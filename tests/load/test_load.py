"""A thousand invocations from 32 callers over 20 functions: no error, and no leak."""

import concurrent.futures
import os
from pathlib import Path

import pytest

from support.functions import create, invoke
from support.leftovers import descendants, mounts
from support.server import Server, running, wait_until

ECHO = "def handler(event, context):\n    return event\n"


def open_files(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def resident_mib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) >> 10


def cgroups() -> int:
    return sum(len(folders) for _, folders, _ in os.walk("/sys/fs/cgroup"))


@pytest.mark.timeout(600)
def test_a_thousand_calls_of_twenty_functions_leak_nothing(hob, directory):
    # What is made ahead comes and goes by itself: tests/chaos looks whether any of it is left.
    with running(Server(hob, directory, ("--idle-timeout", "2"), environment={"HOB_AHEAD": "off"})) as server:
        aws = server.client("lambda")
        names = [f"fn-{number}" for number in range(20)]
        for name in names:
            create(aws, name, ECHO)
        invoke(aws, names[0], 0)
        pid = server.process.pid
        settle(pid)
        before = (len(descendants(pid)), open_files(pid), len(mounts()))
        with concurrent.futures.ThreadPoolExecutor(32) as callers:
            answers = list(callers.map(lambda number: invoke(aws, names[number % 20], number), range(1000)))
        assert [answer.json for answer in answers] == list(range(1000))
        # The callers' kept-alive connections are theirs, not the server's to end.
        aws.close()
        settle(pid)
        after = (len(descendants(pid)), open_files(pid), len(mounts()))
        # Pools may be fuller than before; they are bounded, and far smaller than the number of calls.
        assert after[0] <= before[0] + 2 and after[1] <= before[1] + 24 and after[2] <= before[2] + 4, (before, after)
        assert resident_mib(pid) < 200


def settle(pid: int) -> None:
    """Until the idle environments have ended."""
    wait_until(lambda: len(descendants(pid)) <= 4, seconds=60, what="the end of the idle environments")
