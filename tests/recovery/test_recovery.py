"""Restarts and `kill -9`: functions are intact, and nothing of the old environments lives."""

import concurrent.futures
import contextlib
import random

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from support.functions import create, invoke
from support.server import Server, running

ECHO = "def handler(event, context):\n    return event\n"


@pytest.fixture
def user(both_users):
    return both_users


def test_functions_and_logs_survive_a_restart(hob, directory, user):
    with running(Server(hob, directory, user=user)) as server:
        aws = server.client("lambda")
        create(aws, "fn", ECHO, Environment={"Variables": {"COLOR": "red"}})
        request_id = invoke(aws, "fn", 1).headers["x-amzn-requestid"]
        before = aws.get_function_configuration(FunctionName="fn")
    with running(Server(hob, directory, user=user)) as server:
        after = server.client("lambda").get_function_configuration(FunctionName="fn")
        assert {**before, "ResponseMetadata": None} == {**after, "ResponseMetadata": None}
        assert invoke(server.client("lambda"), "fn", 2).json == 2
        events = server.client("logs").filter_log_events(logGroupName="/aws/lambda/fn")["events"]
        assert any(request_id in event["message"] for event in events)


def test_an_ephemeral_server_keeps_nothing(hob, directory, user):
    with running(Server(hob, directory, ("--ephemeral",), user=user)) as server:
        create(server.client("lambda"), "fn", ECHO)
        assert invoke(server.client("lambda"), "fn", 1).json == 1
    assert not server.data.exists() or not any(server.data.iterdir())


def test_a_second_server_cannot_use_the_same_data(hob, directory, user):
    with running(Server(hob, directory, user=user)) as first:
        second = Server(hob, directory, user=user)
        with pytest.raises(RuntimeError) as refused:
            second.start()
        assert "is using it" in str(refused.value)
        assert first.client("lambda").list_functions()["Functions"] == []


@pytest.mark.timeout(600)
def test_twenty_kills_under_load_lose_no_function_and_leave_nothing(hob, directory, user):
    random.seed(4)
    acknowledged: set[str] = set()
    server = Server(hob, directory, user=user)
    for round_number in range(20):
        server.start()
        previous = server.seen
        aws = server.client("lambda")
        existing = {function["FunctionName"] for page in aws.get_paginator("list_functions").paginate() for function in page["Functions"]}
        assert acknowledged <= existing, acknowledged - existing
        previous.assert_gone(server.directory / "nothing-but-processes-and-cgroups")
        server.seen = type(previous)()
        with concurrent.futures.ThreadPoolExecutor(6) as callers:
            work = [callers.submit(_load, server, f"fn-{round_number}-{number}", acknowledged) for number in range(6)]
            killer = random.uniform(0.1, 1.2)
            concurrent.futures.wait(work, timeout=killer)
            server.kill()
    with running(server):
        for name in sorted(acknowledged):
            aws = server.client("lambda")
            aws.get_waiter("function_active_v2").wait(FunctionName=name)
            assert invoke(aws, name, name).json == name


def _load(server: Server, name: str, acknowledged: set[str]) -> None:
    from support.functions import ROLE, package

    with contextlib.suppress(BotoCoreError, ClientError):
        aws = server.client("lambda")
        aws.create_function(FunctionName=name, Runtime="python3.12", Handler="app.handler", Role=ROLE, Code={"ZipFile": package({"app.py": ECHO})})
        acknowledged.add(name)
        for number in range(1000):
            invoke(aws, name, number)
