"""Java functions behave in the same way however their environment was started."""

import shutil
from pathlib import Path

import pytest

from starts.starter import Scenario, differences, starter
from support import java

pytestmark = pytest.mark.skipif(shutil.which("javac") is None, reason="no JDK is installed")

SOURCES = [str(path) for path in (Path(__file__).parent / "java").rglob("*.java")]
# A process of Java's cannot be forked.
AHEAD_OF_TIME = ["in a sandbox made ahead", "parked"]
ROOM = {"MemorySize": 512, "Timeout": 20}
COLOR = {**ROOM, "Environment": {"Variables": {"COLOR": "red"}}}
METHODS = {
    "looks around": ("around", COLOR, [None]),
    "has variables that libraries read": ("around", {**ROOM, "Environment": {"Variables": {"COLOR": "ü 世界", "EMPTY": "", "TZ": "Asia/Tokyo"}}}, [None]),
    "counts": ("count", ROOM, [None, None]),
    "says something": ("say", ROOM, [None, None]),
    "throws": ("fail", ROOM, [None, None]),
    "has no such method": ("nothing", ROOM, [None, None]),
    "crashes and starts again": ("exit", COLOR, ["fine", "crash", "fine"]),
    "times out and starts again": ("sleep", {**ROOM, "Timeout": 3}, [0, 30_000, 0]),
}


@pytest.fixture(scope="module")
def package():
    return java.compile(SOURCES, "8")


@pytest.fixture(scope="module")
def fresh(hob, package):
    with started(hob, package, "fresh") as fresh:
        yield fresh


@pytest.fixture(scope="module")
def ahead(hob, package, request):
    with started(hob, package, request.param) as ahead:
        yield ahead


def started(hob, package, how):
    if not java.is_carried(hob):
        pytest.skip("this build of hob has no Java runtime: run `cargo xtask java` and build it again")
    return starter(hob, "java17", how, (package, "starts.Look::count"), **ROOM)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("ahead", AHEAD_OF_TIME, indirect=True)
def test_a_function_cannot_tell_how_it_was_started(fresh, ahead, package, subtests):
    for name, (method, configuration, events) in METHODS.items():
        with subtests.test(name):
            scenario = Scenario(package, f"starts.Look::{method}", configuration, events)
            assert differences(ahead.play(scenario), fresh.play(scenario)) == {}


@pytest.mark.parametrize("ahead", AHEAD_OF_TIME, indirect=True)
def test_no_two_environments_draw_the_same_numbers(ahead, package):
    names = [ahead.deploy(package, "starts.Look::random", **ROOM) for _ in range(3)]
    drawn = [set(ahead.first_call(name).json) for name in names]
    assert len(set.union(*drawn)) == sum(map(len, drawn)) == 12
