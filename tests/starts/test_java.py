"""Java functions behave in the same way however their environment was started."""

import shutil

import pytest

from starts.starter import Scenario, starter
from support.java import classes, is_carried

pytestmark = pytest.mark.skipif(shutil.which("javac") is None, reason="no JDK is installed")


@pytest.fixture(scope="module")
def example(hob):
    if not is_carried(hob):
        pytest.skip("this build of hob has no Java runtime: run `cargo xtask java` and build it again")
    return classes("example/")


@pytest.fixture(scope="module")
def fresh(hob, example):
    with starter(hob, "java17", "fresh", (example, "example.Functions::any")) as started:
        yield started


@pytest.fixture(scope="module")
def ahead(hob, example, request):
    with starter(hob, "java17", request.param, (example, "example.Functions::any")) as started:
        yield started


VARIABLES = {"Environment": {"Variables": {"TABLE": "ü 世界", "EMPTY": "", "TZ": "Asia/Tokyo"}}}
MANY_VARIABLES = {"Environment": {"Variables": {f"V{number}": "x" for number in range(350)}}}

SCENARIOS = {
    "is a class": ("$Older", {}, [{"age": 1}]),
    "is a stream": ("$Upper", {}, ["abc"]),
    "is generic": ("$Inherited", {}, [[{"age": 1}]]),
    "is a method": ("::greet", {}, ["you"]),
    "looks around": ("::look", VARIABLES, [None]),
    "has many variables": ("::look", MANY_VARIABLES, [None]),
    "logs": ("::log", {}, [{}]),
    "takes an event that it cannot": ("::greet", {}, [{"no": "string"}]),
    "reads a file": ("::resource", {}, [None]),
    "fails": ("::fail", {}, [None]),
    "exits": ("::exit", {}, [None]),
    "is not there": ("::missing", {}, [None]),
    "cannot be initialised": ("$BadStatic::handle", {}, [None]),
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("ahead", ["in a sandbox made ahead", "parked"], indirect=True)
def test_a_function_cannot_tell_how_it_was_started(fresh, ahead, example, subtests):
    for name, (handler, configuration, events) in SCENARIOS.items():
        scenario = Scenario(example, f"example.Functions{handler}", {"Timeout": 20, **configuration}, events)
        with subtests.test(name):
            assert ahead.play(scenario) == fresh.play(scenario)


@pytest.mark.parametrize("ahead", ["parked"], indirect=True)
def test_flags_for_the_jvm_have_their_effect(ahead, example):
    flags = {"Environment": {"Variables": {"JAVA_TOOL_OPTIONS": "-Xmx50m"}}}
    name = ahead.deploy(example, "example.Functions::process", Timeout=20, **flags)
    assert ahead.first_call(name, starts_so=False).json["heap"] <= 50 << 20
