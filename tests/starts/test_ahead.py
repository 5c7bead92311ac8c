"""What waits for functions is taken by them, is made again, and dies without harm."""

import concurrent.futures
import json
import os
import shutil
import signal
import time
import urllib.request

import pytest

from support.functions import create, invoke, package
from support.leftovers import command_line, descendants, parent_of
from support.server import Server, running, wait_until

PYTHON = "def handler(event, context):\n    return event\n"
NODEJS = package({"app.js": "exports.handler = async (event) => event;"})
FUNCTIONS = {"Copy": (PYTHON, "python3.12"), "Boot": (NODEJS, "nodejs20.x")}


def ahead(server) -> dict[str, dict]:
    """What is made ahead, by kind; one runtime at a time in these tests."""
    with urllib.request.urlopen(f"{server.endpoint}/_hob/statistics", timeout=10) as answer:
        return {kind["Kind"]: kind for kind in json.load(answer)["Ahead"]}


def full(server, kind: str):
    """Waits until as many wait as there are to be."""

    def there():
        found = ahead(server).get(kind)
        return found if found and found["Ready"] >= found["Target"] > 0 else None

    return wait_until(there, what=f"what is made ahead ({kind})")


@pytest.fixture(params=FUNCTIONS)
def kind(request):
    if request.param == "Boot" and shutil.which("node") is None:
        pytest.skip("Node.js is not installed")
    return request.param


def test_a_runtime_waits_before_the_first_invocation_and_another_takes_its_place(server, aws, kind):
    source, runtime = FUNCTIONS[kind]
    create(aws, "first", source, runtime=runtime)
    create(aws, "second", source, runtime=runtime)
    assert full(server, kind)["Runtimes"] == [runtime]
    for number, name in enumerate(("first", "second"), start=1):
        assert invoke(aws, name, {"n": 1}).json == {"n": 1}
        found = full(server, kind)
        assert (found["Hits"], found["Misses"]) == (number, 0)


def test_the_log_of_a_start_is_that_of_any_other(server, aws, kind):
    source, runtime = FUNCTIONS[kind]
    create(aws, "fn", source, runtime=runtime)
    full(server, kind)
    log = invoke(aws, "fn", 1, tail=True).log
    assert log.startswith("INIT_START Runtime Version: ") and "\tInit Duration: " in log, log
    assert "Init Duration" not in invoke(aws, "fn", 1, tail=True).log


@pytest.mark.parametrize("scope", ["off", "sandboxes", "zygotes"])
def test_what_is_switched_off_is_not_made(hob, directory, scope):
    with running(Server(hob, directory, environment={"HOB_AHEAD": scope})) as server:
        aws = server.client("lambda")
        create(aws, "first", PYTHON)
        create(aws, "second", PYTHON)
        if scope != "off":
            assert invoke(aws, "first", 1).json == 1
            full(server, "Sandbox")
        if scope == "zygotes":
            wait_until(lambda: ahead(server)["Copy"]["Zygote"], what="the zygote")
        assert invoke(aws, "second", 2).json == 2
        found = ahead(server)
        assert set(found) == {"off": set(), "sandboxes": {"Sandbox"}, "zygotes": {"Sandbox", "Copy"}}[scope]
        if scope == "zygotes":
            assert (found["Copy"]["Ready"], found["Copy"]["Forks"] >= 1) == (0, True)


def test_a_burst_is_answered_and_prepared_for(server, aws):
    create(aws, "fn", PYTHON + "import time; time.sleep(0.2)\n", MemorySize=1769)
    full(server, "Copy")
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(invoke, aws, "fn", number) for number in range(20)]
        assert sorted(answer.result().json for answer in answers) == list(range(20))
    found = full(server, "Copy")
    assert found["Target"] > 2
    assert found["Hits"] + found["Misses"] > 2


def test_whatever_is_killed_while_it_waits_is_made_again(server, aws, kind):
    source, runtime = FUNCTIONS[kind]
    create(aws, "first", source, runtime=runtime)
    create(aws, "second", source, runtime=runtime)
    full(server, kind)
    for process in descendants(server.process.pid):
        if "/var/runtime/" in command_line(process):
            os.kill(process, signal.SIGKILL)
    assert invoke(aws, "first", 1).json == 1
    full(server, kind)
    assert invoke(aws, "second", 2).json == 2
    assert ahead(server)[kind]["Hits"] >= 1


def test_the_launchers_death_takes_what_waits_along_and_it_is_made_again(server, aws, kind):
    source, runtime = FUNCTIONS[kind]
    create(aws, "first", source, runtime=runtime)
    create(aws, "second", source, runtime=runtime)
    full(server, kind)
    (launcher,) = (
        process for process in descendants(server.process.pid) if command_line(process).strip().endswith("__launcher")
        and parent_of(process) == server.process.pid
    )
    os.kill(launcher, signal.SIGKILL)
    assert wait_until(lambda: invoke(aws, "first", 1), what="an answer").json == 1
    full(server, kind)
    assert invoke(aws, "second", 2).json == 2


def test_functions_that_wait_for_nothing_leave_nothing_waiting(hob, directory):
    """Within the budget, whatever is asked for."""
    with running(Server(hob, directory, environment={"HOB_PARKED_MAX": "1"})) as server:
        aws = server.client("lambda")
        create(aws, "fn", PYTHON)
        assert full(server, "Copy")["Ready"] == 1
        time.sleep(1)
        assert ahead(server)["Copy"]["Ready"] == 1
