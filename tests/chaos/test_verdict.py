"""The crash test's own rules: what it would call lost, in disorder or a duplicate, and that a seed is a plan."""

import json
import urllib.parse
from collections import defaultdict

import pytest

from chaos.events.app import events_in
from chaos.events.ledger import Ledger, Occurrence, Page
from chaos.events.plan import Act, plan
from chaos.events.verdict import Promise, complaints, disorder, fails, judge, table

PROMISE = Promise("there → here", "path", "here", "dead")


def page(sent=(), acknowledged=(), here=(), dead=()) -> Page:
    """Found are numbers, or occurrences where more than the number counts."""
    found = defaultdict(set)
    for end, numbers in (("here", here), ("dead", dead)):
        found[end] = {one if isinstance(one, Occurrence) else Occurrence(one, f"{end}-{one}") for one in numbers}
    return Page(set(sent) | set(acknowledged), set(acknowledged), found)


def test_what_was_acknowledged_and_is_nowhere_is_lost():
    line = judge(PROMISE, page(acknowledged=[0, 1, 2, 3], here=[0, 2], dead=[3]))
    assert (line.acknowledged, line.processed, line.dead, line.lost, line.is_kept) == (4, 2, 1, [1], False)


def test_what_was_processed_and_dead_lettered_too_counts_as_processed():
    line = judge(PROMISE, page(acknowledged=[0], here=[0], dead=[0]))
    assert (line.processed, line.dead, line.duplicates, line.is_kept) == (1, 0, 1, True)


def test_what_was_not_acknowledged_may_arrive_or_not():
    line = judge(PROMISE, page(sent=[0, 1], acknowledged=[2], here=[1, 2]))
    assert (line.maybe, line.maybe_arrived, line.lost, line.is_kept) == (2, 1, [], True)


def test_what_was_never_sent_cannot_arrive():
    line = judge(PROMISE, page(acknowledged=[0], here=[0, 7]))
    assert (line.invented, line.is_kept) == ([7], False)


def test_a_second_processing_is_a_duplicate_and_a_second_look_at_the_first_is_none():
    twice = [Occurrence(0, "first run"), Occurrence(0, "first run"), Occurrence(0, "second run")]
    line = judge(PROMISE, page(acknowledged=[0], here=twice))
    assert (line.duplicates, line.is_kept) == (1, True)


def test_a_promise_about_failing_events_concerns_no_others():
    failing = Promise("failing", "path", None, "dead", failing=True)
    line = judge(failing, page(acknowledged=range(20), dead=[0, 3]))
    assert [number for number in range(20) if fails(number)] == [3, 13]
    assert (line.acknowledged, line.dead, line.lost) == (2, 1, [13])


@pytest.mark.parametrize(
    ("moments", "wrong"),
    [
        ({0: 1, 2: 2, 4: 3}, []),
        # Another group's events may come between.
        ({0: 1, 1: 9, 2: 2, 3: 10}, []),
        ({0: 1, 4: 2, 2: 3}, [(4, 2)]),
        ({1: 5, 3: 4}, [(3, 1)]),
    ],
)
def test_within_a_group_first_processings_rise(moments, wrong):
    occurrences = [Occurrence(number, f"run-{at}", at) for number, at in moments.items()]
    assert disorder(occurrences, groups=2) == wrong


def test_only_the_first_processing_counts_for_the_order():
    again = [Occurrence(0, "a", 1), Occurrence(2, "b", 2), Occurrence(0, "c", 3), Occurrence(4, "d", 4), Occurrence(2, "e", 5)]
    assert disorder(again, groups=2) == []


def test_a_person_reads_what_is_wrong():
    lines = [judge(PROMISE, page(sent=[5], acknowledged=[0, 1], here=[0]))]
    assert complaints(lines) == ["there → here: 1 lost: [1]"]
    assert table(lines).splitlines()[1].split() == "there → here 2 1 0 0 1 1 0".split()


def test_a_page_of_the_ledger_does_not_change_after_it_was_taken():
    ledger = Ledger()
    ledger.sent("path", 1)
    before = ledger.page("path")
    ledger.acknowledged("path", 1)
    ledger.found("path", "here", Occurrence(1, "run"))
    assert (before.acknowledged, before.found["here"]) == (set(), set())
    assert judge(PROMISE, ledger.page("path")).processed == 1


EVENT = {"path": "path", "number": 7}
IN_A_TOPIC = {"Type": "Notification", "Message": json.dumps(EVENT)}
KEY = urllib.parse.quote_plus("path/7")


@pytest.mark.parametrize(
    "document",
    [
        EVENT,
        {"Records": [{"messageId": "1", "body": json.dumps(EVENT)}]},
        {"Records": [{"EventSource": "aws:sns", "Sns": IN_A_TOPIC}]},
        IN_A_TOPIC,
        {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": KEY}}}]},
        {"requestContext": {}, "requestPayload": {"Records": [{"s3": {"object": {"key": KEY}}}]}},
    ],
)
def test_an_event_is_found_in_whatever_carried_it(document):
    assert list(events_in(document)) == [EVENT]


def test_a_buckets_test_event_holds_none_and_anything_else_is_an_error():
    assert list(events_in({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "chaos"})) == []
    with pytest.raises(ValueError, match="no event in"):
        list(events_in({"something": "else"}))


@pytest.mark.parametrize("seed", range(40))
def test_a_seed_is_a_plan(seed):
    steps = plan(seed, 30, disk=True)
    acts = [step.act for step in steps]
    assert steps == plan(seed, 30, disk=True) != plan(seed + 1, 30, disk=True)
    assert acts.count(Act.KILL) + 2 * acts.count(Act.KILL_TWICE) == 30
    disk = [act for act in acts if act in (Act.FILL_DISK, Act.FREE_DISK)]
    assert disk == [Act.FILL_DISK, Act.FREE_DISK] * (len(disk) // 2)
    assert all(step.pause >= 0 for step in steps)


def test_without_a_small_disk_none_is_filled():
    assert not {step.act for step in plan(1, 100, disk=False)} & {Act.FILL_DISK, Act.FREE_DISK}
