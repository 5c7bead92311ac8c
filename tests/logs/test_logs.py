"""CloudWatch Logs: what functions write, and what clients read, search and delete."""

import json
import re
import subprocess
import threading
import time

import pytest
from botocore.exceptions import ClientError

from support.functions import create, invoke
from support.server import wait_until

CHATTY = "def handler(event, context):\n    print(event['say'])\n"


def code_of(call, **arguments) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def messages(logs, group, **more):
    return [event["message"] for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group, **more) for event in page["events"]]


def written(logs, group, text, **more):
    def look():
        try:
            return [message for message in messages(logs, group, **more) if text in message]
        except ClientError:
            return []

    return wait_until(look, what=f"{text!r} in {group}")


def test_an_invocation_is_in_the_log_group_of_its_function(aws, logs):
    create(aws, "fn", CHATTY)
    request_id = invoke(aws, "fn", {"say": "good morning"}).headers["x-amzn-requestid"]
    written(logs, "/aws/lambda/fn", f"REPORT RequestId: {request_id}")
    streams = logs.describe_log_streams(logGroupName="/aws/lambda/fn")["logStreams"]
    assert [bool(re.match(r"^\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}$", stream["logStreamName"])) for stream in streams] == [True]
    events = logs.get_log_events(logGroupName="/aws/lambda/fn", logStreamName=streams[0]["logStreamName"], startFromHead=True)["events"]
    kinds = [event["message"].split(" ")[0].split("\t")[0].strip() for event in events]
    assert kinds == ["INIT_START", "START", "good", "END", "REPORT"]
    assert all(event["message"].endswith("\n") for event in events)


def test_the_aws_cli_reads_and_searches(aws, logs, aws_cli):
    create(aws, "fn", CHATTY)
    invoke(aws, "fn", {"say": "good morning"})
    written(logs, "/aws/lambda/fn", "REPORT")
    assert "good morning" in aws_cli("logs", "filter-log-events", "--log-group-name", "/aws/lambda/fn", "--filter-pattern", "morning")
    stream = json.loads(aws_cli("logs", "describe-log-streams", "--log-group-name", "/aws/lambda/fn"))["logStreams"][0]["logStreamName"]
    assert "good morning" in aws_cli("logs", "get-log-events", "--log-group-name", "/aws/lambda/fn", "--log-stream-name", stream)


def command_line_2(server, *arguments: str) -> list[str]:
    """The AWS CLI's second version, which alone has `logs tail`. Debian's does not know AWS_ENDPOINT_URL yet."""
    program = next((path for path in ("/usr/bin/aws", "/usr/local/bin/aws") if version_of(path).startswith("aws-cli/2")), None)
    if program is None:
        pytest.skip("version 2 of the AWS CLI is not installed")
    return [program, "--endpoint-url", server.endpoint, *arguments]


def version_of(program: str) -> str:
    try:
        return subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    except OSError:
        return ""


def test_the_aws_cli_tails_and_follows(aws, logs, server):
    create(aws, "fn", CHATTY)
    invoke(aws, "fn", {"say": "first words"})
    written(logs, "/aws/lambda/fn", "REPORT")
    tail = command_line_2(server, "logs", "tail", "/aws/lambda/fn")
    shown = subprocess.run(tail, env=server.environment, capture_output=True, text=True, timeout=60)
    assert "first words" in shown.stdout, shown.stderr
    follow = subprocess.Popen([*tail, "--follow"], env={**server.environment, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True)
    guard = threading.Timer(90, follow.kill)
    guard.start()
    try:
        lines = iter(follow.stdout)
        assert any("first words" in line for line in lines)
        invoke(aws, "fn", {"say": "later words"})
        assert any("later words" in line for line in lines)
    finally:
        guard.cancel()
        follow.kill()
        follow.wait()
        follow.stdout.close()


def test_a_follower_sees_each_event_once_as_it_arrives(aws, logs):
    """The calls that `aws logs tail --follow` makes: FilterLogEvents from the last event's time on, again and again."""
    create(aws, "fn", CHATTY)
    seen, since = {}, 0
    for number in range(5):
        invoke(aws, "fn", {"say": f"number {number}"})

        def arrived():
            nonlocal since
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName="/aws/lambda/fn", startTime=since, interleaved=True):
                for event in page["events"]:
                    seen.setdefault(event["eventId"], event["message"])
                    since = max(since, event["timestamp"])
            return f"number {number}\n" in seen.values()

        def try_again():
            try:
                return arrived()
            except ClientError:
                return False

        wait_until(try_again, what=f"event {number}")
    assert [message for message in seen.values() if message.startswith("number")] == [f"number {number}\n" for number in range(5)]


@pytest.fixture
def filled(logs):
    """A group with two streams of numbered events, a second apart."""
    now = int(time.time() * 1000) - 60_000
    logs.create_log_group(logGroupName="g")
    for stream in ("a", "b"):
        logs.create_log_stream(logGroupName="g", logStreamName=stream)
        events = [{"timestamp": now + number * 1000, "message": f"{stream}{number} {'ERROR' if number % 5 == 0 else 'fine'}"} for number in range(20)]
        logs.put_log_events(logGroupName="g", logStreamName=stream, logEvents=events)
    return now


def test_a_stream_is_read_forwards_and_backwards_page_by_page(logs, filled):
    first = logs.get_log_events(logGroupName="g", logStreamName="a", startFromHead=True, limit=8)
    assert [event["message"].split()[0] for event in first["events"]] == [f"a{n}" for n in range(8)]
    second = logs.get_log_events(logGroupName="g", logStreamName="a", nextToken=first["nextForwardToken"], limit=20, startFromHead=True)
    assert [event["message"].split()[0] for event in second["events"]] == [f"a{n}" for n in range(8, 20)]
    end = logs.get_log_events(logGroupName="g", logStreamName="a", nextToken=second["nextForwardToken"], startFromHead=True)
    assert end["events"] == [] and end["nextForwardToken"] == second["nextForwardToken"]
    back = logs.get_log_events(logGroupName="g", logStreamName="a", nextToken=second["nextBackwardToken"], limit=3)
    assert [event["message"].split()[0] for event in back["events"]] == ["a5", "a6", "a7"]


def test_events_are_found_by_time_stream_and_pattern(logs, filled):
    assert messages(logs, "g", filterPattern="ERROR", logStreamNames=["a"]) == ["a0 ERROR", "a5 ERROR", "a10 ERROR", "a15 ERROR"]
    assert len(messages(logs, "g", startTime=filled + 10_000, endTime=filled + 12_500)) == 6
    assert messages(logs, "g", filterPattern="ERROR -a0 -a5 -a10", logStreamNamePrefix="a") == ["a15 ERROR"]
    assert sorted(messages(logs, "g", filterPattern='?a3 ?"b4 fine"')) == ["a3 fine", "b4 fine"]
    assert len(messages(logs, "g", PaginationConfig={"PageSize": 7})) == 40


def test_groups_and_streams_are_described(logs, filled):
    logs.put_retention_policy(logGroupName="g", retentionInDays=7)
    group = logs.describe_log_groups(logGroupNamePrefix="g")["logGroups"][0]
    assert (group["logGroupName"], group["retentionInDays"]) == ("g", 7)
    assert group["arn"] == "arn:aws:logs:us-east-1:000000000000:log-group:g:*"
    assert group["storedBytes"] > 0
    streams = logs.describe_log_streams(logGroupName="g", orderBy="LastEventTime", descending=True)["logStreams"]
    assert [stream["firstEventTimestamp"] for stream in streams] == [filled, filled]
    logs.delete_retention_policy(logGroupName="g")
    assert "retentionInDays" not in logs.describe_log_groups()["logGroups"][0]


def test_what_is_deleted_is_gone(logs, filled):
    logs.delete_log_stream(logGroupName="g", logStreamName="a")
    assert {message[0] for message in messages(logs, "g")} == {"b"}
    logs.delete_log_group(logGroupName="g")
    assert code_of(logs.filter_log_events, logGroupName="g") == ("ResourceNotFoundException", "The specified log group does not exist.")


def test_mistakes_get_the_words_of_aws(logs):
    logs.create_log_group(logGroupName="g")
    assert code_of(logs.create_log_group, logGroupName="g") == ("ResourceAlreadyExistsException", "The specified log group already exists")
    assert code_of(logs.get_log_events, logGroupName="g", logStreamName="s") == ("ResourceNotFoundException", "The specified log stream does not exist.")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    now = int(time.time() * 1000)
    unordered = [{"timestamp": now, "message": "b"}, {"timestamp": now - 1, "message": "a"}]
    assert code_of(logs.put_log_events, logGroupName="g", logStreamName="s", logEvents=unordered) == (
        "InvalidParameterException", "Log events in a single PutLogEvents request must be in chronological order.",
    )
    assert code_of(logs.filter_log_events, logGroupName="g", limit=10001) == (
        "InvalidParameterException",
        "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
    )


def test_a_flood_is_bounded_and_the_server_goes_on(aws, logs):
    create(aws, "flood", "import sys\ndef handler(event, context):\n    line = 'x' * 999 + '\\n'\n    for _ in range(100_000):\n        sys.stdout.write(line)\n    return 'done'\n", MemorySize=1769, Timeout=120)
    create(aws, "other", "def handler(event, context):\n    return event\n")
    assert invoke(aws, "flood").json == "done"
    assert invoke(aws, "other", 1).json == 1
    written(logs, "/aws/lambda/flood", "REPORT RequestId")
