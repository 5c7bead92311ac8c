"""Events that functions run for later: they run once each, in the background, and whatever is killed meanwhile."""

import json

import pytest
from botocore.exceptions import ClientError

from support.functions import create, invoke
from support.server import Server, running, wait_until

ECHO = "def handler(event, context):\n    print('got', event['number'], context.aws_request_id)\n"
SLOW = """
import time
def handler(event, context):
    print('begun', event['number'], flush=True)
    time.sleep(event['seconds'])
    print('ended', event['number'])
"""


@pytest.fixture
def user(both_users):
    return both_users


def send(aws, name: str, event: object, **more):
    return aws.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event), **more)


def lines(server: Server, name: str) -> list[str]:
    logs = server.client("logs")
    try:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{name}")
        return [event["message"].rstrip() for page in pages for event in page["events"]]
    except logs.exceptions.ResourceNotFoundException:
        return []


def printed(server: Server, name: str, word: str) -> list[str]:
    return [line for line in lines(server, name) if line.startswith(word)]


def test_an_event_is_accepted_and_its_function_runs(server, aws):
    create(aws, "fn", ECHO)
    answer = send(aws, "fn", {"number": 1})
    assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")
    request = answer["ResponseMetadata"]["RequestId"]
    wait_until(lambda: printed(server, "fn", "got"), what="the run")
    assert printed(server, "fn", "got") == [f"got 1 {request}"]


def test_every_event_of_many_runs_once(server, aws):
    create(aws, "fn", ECHO)
    for number in range(100):
        send(aws, "fn", {"number": number})
    wait_until(lambda: len(printed(server, "fn", "got")) >= 100, what="the last run")
    numbers = sorted(int(line.split()[1]) for line in printed(server, "fn", "got"))
    assert numbers == list(range(100))


def test_the_old_operation_does_the_same(server, aws):
    create(aws, "fn", ECHO)
    answer = aws.invoke_async(FunctionName="fn", InvokeArgs=json.dumps({"number": 7}))
    assert answer["Status"] == 202
    wait_until(lambda: printed(server, "fn", "got 7"), what="the run")


def test_what_cannot_run_is_not_accepted(aws):
    create(aws, "fn", ECHO)
    for name, payload, code in [
        ("nope", b"{}", "ResourceNotFoundException"),
        ("fn:nope", b"{}", "ResourceNotFoundException"),
        ("fn", b"{nope", "InvalidRequestContentException"),
        ("fn", b'"' + b"x" * (1 << 20) + b'"', "RequestEntityTooLargeException"),
    ]:
        with pytest.raises(ClientError) as caught:
            aws.invoke(FunctionName=name, InvocationType="Event", Payload=payload)
        assert caught.value.response["Error"]["Code"] == code


def test_what_was_accepted_runs_after_a_kill(hob, directory, user):
    server = Server(hob, directory, user=user).start()
    aws = server.client("lambda")
    create(aws, "fn", ECHO)
    aws.put_function_concurrency(FunctionName="fn", ReservedConcurrentExecutions=1)
    for number in range(20):
        assert send(aws, "fn", {"number": number})["StatusCode"] == 202
    server.kill()
    with running(server):
        everything = set(range(20))
        wait_until(
            lambda: {int(line.split()[1]) for line in printed(server, "fn", "got")} >= everything, what="the last run"
        )


def test_what_was_running_at_a_kill_runs_again(hob, directory, user):
    server = Server(hob, directory, user=user).start()
    aws = server.client("lambda")
    create(aws, "fn", SLOW, Timeout=60)
    request = send(aws, "fn", {"number": 1, "seconds": 1})["ResponseMetadata"]["RequestId"]
    wait_until(lambda: printed(server, "fn", "begun"), what="the run")
    server.kill()
    with running(server):
        wait_until(lambda: printed(server, "fn", "ended"), what="the second run")
        assert len([line for line in lines(server, "fn") if line.startswith(f"START RequestId: {request}")]) == 2


def test_what_runs_at_a_shutdown_is_finished_and_not_run_again(hob, directory, user):
    with running(Server(hob, directory, user=user)) as server:
        aws = server.client("lambda")
        create(aws, "fn", SLOW, Timeout=60)
        send(aws, "fn", {"number": 1, "seconds": 2})
        wait_until(lambda: printed(server, "fn", "begun"), what="the run")
    with running(Server(hob, directory, user=user)) as server:
        assert invoke(server.client("lambda"), "fn", {"number": 2, "seconds": 0}).status == 200
        assert printed(server, "fn", "ended 1") == ["ended 1"]
        assert printed(server, "fn", "begun 1") == ["begun 1"]
