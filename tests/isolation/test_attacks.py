"""Every attack of the suite, in every setting that the machine has: it ends as expected, and harms nobody."""

import os

import pytest

from isolation.attacks.attack import SETTINGS, attacks_of
from isolation.suite import AREAS
from isolation.target import under_attack


# Those that the tests' own user can be in.
POSSIBLE = [setting for setting in SETTINGS if setting != "root" or os.geteuid() == 0]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("setting", POSSIBLE)
@pytest.mark.parametrize("area", AREAS)
def test_attacks(hob, area, setting, subtests):
    with under_attack(hob, setting, area) as target:
        for attack in attacks_of(AREAS[area]):
            with subtests.test(attack.name):
                assert target.run(attack) in attack.expected(setting), target.last_answer
