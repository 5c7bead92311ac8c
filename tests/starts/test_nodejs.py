"""Node.js functions behave in the same way however their environment was started."""

import shutil

import pytest

from starts.nodejs_scenarios import RANDOM, READ_AT_START, SCENARIOS
from starts.starter import differences, starter

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")

TRIVIAL = ({"index.js": "exports.handler = async (event) => event;\n"}, "index.handler")
# A process of Node.js cannot be forked.
AHEAD_OF_TIME = ["in a sandbox made ahead", "parked"]


@pytest.fixture(scope="module")
def fresh(hob):
    with starter(hob, "nodejs20.x", "fresh", TRIVIAL) as started:
        yield started


@pytest.fixture(scope="module")
def ahead(hob, request):
    with starter(hob, "nodejs20.x", request.param, TRIVIAL) as started:
        yield started


@pytest.mark.timeout(600)
@pytest.mark.parametrize("ahead", AHEAD_OF_TIME, indirect=True)
def test_a_function_cannot_tell_how_it_was_started(fresh, ahead, subtests):
    for name, scenario in SCENARIOS.items():
        with subtests.test(name):
            assert differences(ahead.play(scenario), fresh.play(scenario)) == {}


@pytest.mark.parametrize("ahead", AHEAD_OF_TIME, indirect=True)
def test_no_two_environments_draw_the_same_numbers(ahead):
    names = [ahead.deploy({"index.js": RANDOM}, "index.handler") for _ in range(3)]
    drawn = [set(ahead.first_call(name).json) for name in names]
    assert len(set.union(*drawn)) == sum(map(len, drawn)) == 15


@pytest.mark.parametrize("ahead", ["parked"], indirect=True)
@pytest.mark.parametrize("what", READ_AT_START)
def test_a_variable_that_is_read_at_the_start_has_its_effect(ahead, what):
    variables, expression, expected = READ_AT_START[what]
    files = {
        "index.js": f"exports.handler = async () => {expression};\n",
        "first.js": "globalThis.first = 'first';\n",
        "elsewhere/away/index.js": "module.exports = 'away';\n",
    }
    name = ahead.deploy(files, "index.handler", Environment={"Variables": variables})
    assert ahead.first_call(name, starts_so=None).json == expected
