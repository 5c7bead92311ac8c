"""What counts as one log event: a line, and whatever a runtime's own logger was given at once."""

import shutil

import pytest

from support.functions import create, invoke, package
from support.server import wait_until

GROUP = "/aws/lambda/fn"
PYTHON = """
import logging
def handler(event, context):
    print('raw', end='')
    logging.error('first\\nsecond')
    print('one\\ntwo')
    raise ValueError('bad')
"""
FRAMES = """
import os
def frame(length, message):
    return b'\\xa5\\x5a\\x00\\x03' + length.to_bytes(4, 'big') + bytes(8) + message
def handler(event, context):
    os.write(1, b'before\\n' + frame(5, b'a\\nb\\n\\n') + frame(0xffffffff, b'a lie\\n'))
    return event
"""


def events(logs) -> list[str]:
    """The messages of the one invocation, when its last one is there."""

    def complete():
        try:
            found = [event["message"] for event in logs.filter_log_events(logGroupName=GROUP)["events"]]
        except logs.exceptions.ResourceNotFoundException:
            return None  # The answer does not wait for the log.
        return found if any(message.startswith("REPORT") for message in found) else None

    messages = wait_until(complete, what="the REPORT line")
    platform = ("INIT_START", "START", "END", "REPORT")
    return [message for message in messages if not message.startswith(platform)]


def test_a_python_record_and_a_trace_are_one_event_each(aws, logs):
    create(aws, "fn", PYTHON)
    tail = invoke(aws, "fn", tail=True).log
    raw, record, one, two, error = events(logs)
    assert (raw, one, two) == ("raw", "one\n", "two\n")
    assert record.endswith("\tfirst\nsecond\n")
    assert error.startswith("[ERROR] ValueError: bad\nTraceback (most recent call last):\n")
    assert "".join((raw, record, one, two, error)) in tail


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_an_object_on_the_console_is_one_event(aws, logs):
    source = "exports.handler = async () => console.log({ a: 'x'.repeat(60), b: 'y'.repeat(60) });"
    create(aws, "fn", package({"index.js": source}), runtime="nodejs20.x", handler="index.handler")
    invoke(aws, "fn")
    (message,) = events(logs)
    assert message.endswith("\tINFO\t{\n  a: '%s',\n  b: '%s'\n}\n" % ("x" * 60, "y" * 60))


def test_a_frame_that_lies_about_its_length_is_written_as_it_is(aws, logs):
    create(aws, "fn", FRAMES)
    assert [invoke(aws, "fn", number).json for number in range(2)] == [0, 1]
    assert events(logs)[:3] == ["before\n", "a\nb\n\n", "a lie\n"]
