"""Versions whose environments are copies of one initialisation."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.functions import create, invoke, package
from support.server import Server, running, wait_until

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "snapstart-python" / "app.py"
SNAP_START = {"SnapStart": {"ApplyOn": "PublishedVersions"}}
SLOW_COUNTER = """
import os, random, time
started = time.time()
time.sleep(0.2)
def handler(event, context):
    time.sleep(event.get("seconds", 0))
    return {
        "started": started, "random": random.random(), "type": os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"],
        "key": os.environ["KEY"], "pid": os.getpid(),
    }
"""


def publish(aws, name: str, source: str, **more) -> dict:
    """Version 1, once it is no longer Pending."""
    create(aws, name, source, **SNAP_START, **more)
    published = aws.publish_version(FunctionName=name)
    assert published["State"] == "Pending" and published["SnapStart"]["OptimizationStatus"] == "Off"

    def settled():
        found = aws.get_function_configuration(FunctionName=name, Qualifier="1")
        return found if found["State"] != "Pending" else None

    return wait_until(settled, what="the version")


def test_a_version_is_initialised_once_and_its_hooks_run_around_the_snapshot(aws, logs):
    version = publish(aws, "fn", EXAMPLE.read_text())
    assert (version["State"], version["SnapStart"]["OptimizationStatus"]) == ("Active", "On")
    answer = invoke(aws, "fn", Qualifier="1", tail=True)
    assert answer.json["initializationType"] == "snap-start" and answer.json["environment"]
    report = answer.log.strip().splitlines()[-1]
    assert "Restore Duration: " in report and "Billed Restore Duration: " in report and "Init Duration" not in report

    def written():
        try:
            events = logs.filter_log_events(logGroupName="/aws/lambda/fn")["events"]
        except logs.exceptions.ResourceNotFoundException:
            return None  # The answer does not wait for the log.
        text = "\n".join(event["message"] for event in events)
        return text if "REPORT RequestId" in text else None

    text = wait_until(written, what="the log")
    order = ["INIT_START", "before the snapshot: snap-start", "RESTORE_START", "after the restore:", "RESTORE_REPORT"]
    assert [text.index(line) for line in order] == sorted(text.index(line) for line in order), text
    latest = invoke(aws, "fn")
    assert latest.json["initializationType"] == "on-demand" and latest.json["environment"] is None


def test_copies_share_what_was_made_before_and_no_more(aws):
    publish(aws, "fn", SLOW_COUNTER, Environment={"Variables": {"KEY": "value"}})
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: invoke(aws, "fn", {"seconds": 0.5}, Qualifier="1").json, range(4)))
    assert len({answer["started"] for answer in answers}) == 1
    assert len({answer["random"] for answer in answers}) == 4
    assert {(answer["type"], answer["key"]) for answer in answers} == {("snap-start", "value")}


def test_a_version_whose_init_fails_cannot_be_used(aws):
    version = publish(aws, "fn", "raise ValueError('not today')\ndef handler(event, context): pass\n")
    assert version["State"] == "Failed" and version["StateReasonCode"].startswith("FunctionError")
    assert "not today" in version["StateReason"]
    with pytest.raises(aws.exceptions.ResourceConflictException):
        invoke(aws, "fn", Qualifier="1")


def test_a_hook_that_fails_after_the_restore_fails_the_invocation(aws):
    source = (
        "import snapshot_restore_py\n"
        "@snapshot_restore_py.register_after_restore\n"
        "def fail(): raise RuntimeError('no connection')\n"
        "def handler(event, context): pass\n"
    )
    publish(aws, "fn", source)
    with pytest.raises(aws.exceptions.SnapStartException, match="no connection"):
        invoke(aws, "fn", Qualifier="1")


def test_other_runtimes_say_that_they_have_no_snapshot(aws):
    code = package({"index.js": "exports.handler = async () => process.env.AWS_LAMBDA_INITIALIZATION_TYPE"})
    with pytest.raises(aws.exceptions.InvalidParameterValueException):
        create(aws, "fn", code, runtime="nodejs20.x", handler="index.handler", **SNAP_START)


def test_a_snapshot_is_taken_again_after_a_restart(hob, directory):
    server = Server(hob, directory).start()
    aws = server.client("lambda")
    publish(aws, "fn", SLOW_COUNTER, Environment={"Variables": {"KEY": "value"}})
    server.kill()
    with running(Server(hob, directory)) as again:
        aws = again.client("lambda")

        callers = itertools.count(1)

        def restored():
            """With one caller more each time, so that another environment starts."""
            with ThreadPoolExecutor() as pool:
                calls = [pool.submit(invoke, aws, "fn", {"seconds": 0.5}, Qualifier="1") for _ in range(next(callers))]
            return "snap-start" in {call.result().json["type"] for call in calls}

        wait_until(restored, what="a restore")
        assert aws.get_function_configuration(FunctionName="fn", Qualifier="1")["State"] == "Active"
