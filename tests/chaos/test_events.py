"""A short crash test of the events; `cargo xtask chaos` makes a long one.

HOB_CHAOS_KILLS says how often the server is killed (5), HOB_CHAOS_SEED which plan.
"""

import contextlib
import os

import pytest

from chaos.events import disk
from chaos.events.run import Setting, run

KILLS = int(os.environ.get("HOB_CHAOS_KILLS", "5"))
SEED = int(os.environ.get("HOB_CHAOS_SEED", "7"))
SETTLE_SECONDS = 120


@pytest.mark.timeout(SETTLE_SECONDS + 60 + KILLS * 10)
def test_no_acknowledged_event_is_lost_whatever_is_killed(hob, directory):
    """Where the tests may mount a disk, it is filled and freed, too."""
    with contextlib.ExitStack() as stack:
        small = None if disk.why_not() else stack.enter_context(disk.mounted())
        # Without retries, which come after minutes only: what a kill made fail is in the dead-letter queue at once.
        setting = Setting(SEED, KILLS, KILLS * 10, rate=5, retries=0, settle_seconds=SETTLE_SECONDS)
        outcome = run(hob, directory, setting, small)
    print(outcome.text())
    assert not outcome.complaints, outcome.text()
    assert outcome.kills == KILLS
    assert all(line.acknowledged for line in outcome.lines), outcome.text()
