"""Python functions behave in the same way however their environment was started."""

import pytest

from starts.python_scenarios import OF_THEIR_OWN, RANDOM, SCENARIOS
from starts.starter import AHEAD, differences, starter

TRIVIAL = ({"app.py": "def handler(event, context):\n    return event\n"}, "app.handler")
AHEAD_OF_TIME = [how for how in AHEAD if how != "fresh"]


@pytest.fixture(scope="module")
def fresh(hob):
    """What each scenario comes to in an environment of its own."""
    with starter(hob, "python3.12", "fresh", TRIVIAL) as started:
        yield started


@pytest.fixture(scope="module")
def ahead(hob, request):
    with starter(hob, "python3.12", request.param, TRIVIAL) as started:
        yield started


@pytest.mark.timeout(600)
@pytest.mark.parametrize("ahead", AHEAD_OF_TIME, indirect=True)
def test_a_function_cannot_tell_how_it_was_started(fresh, ahead, subtests):
    for name, scenario in SCENARIOS.items():
        with subtests.test(name):
            assert differences(ahead.play(scenario), fresh.play(scenario)) == {}


@pytest.mark.parametrize("ahead", AHEAD_OF_TIME, indirect=True)
def test_no_two_environments_draw_the_same_numbers(ahead):
    names = [ahead.deploy({"app.py": RANDOM}, "app.handler") for _ in range(3)]
    drawn = [set(ahead.first_call(name).json) for name in names]
    assert len(set.union(*drawn)) == sum(map(len, drawn)) == 30


@pytest.mark.parametrize("ahead", ["forked", "parked"], indirect=True)
@pytest.mark.parametrize("what", OF_THEIR_OWN)
def test_a_function_that_brings_what_was_loaded_before_is_started_for_itself(ahead, what):
    files, variables, expected = OF_THEIR_OWN[what]
    name = ahead.deploy(files, "app.handler", Environment={"Variables": variables})
    assert ahead.first_call(name, starts_so=False).json == expected


@pytest.mark.parametrize("ahead", AHEAD_OF_TIME, indirect=True)
def test_ephemeral_storage_of_another_size_is_there(ahead):
    source = "import os\ndef handler(event, context):\n    found = os.statvfs('/tmp')\n    return found.f_blocks * found.f_frsize >> 20\n"
    name = ahead.deploy({"app.py": source}, "app.handler", EphemeralStorage={"Size": 1024})
    assert 950 <= ahead.call(name).json <= 1100


@pytest.mark.parametrize("ahead", ["fresh", *AHEAD_OF_TIME], indirect=True)
def test_the_duration_of_the_initialisation_is_reported_once(ahead):
    name = ahead.deploy(*TRIVIAL)
    logs = [ahead.first_call(name).log, ahead.call(name).log]
    assert ["Init Duration" in log for log in logs] == [True, False], logs
    assert [log.count("INIT_START") for log in logs] == [1, 0], logs
