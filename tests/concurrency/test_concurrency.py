"""How many invocations run at once: reserved, unreserved, and on a machine that is too small for all of them."""

import concurrent.futures
import contextlib
import json
import threading
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from support.functions import create, invoke
from support.server import Server, running

ECHO = "def handler(event, context):\n    return event\n"

# Answers once there is a function called `gate`.
GATED = """
import os, time, urllib.error, urllib.request

SCOPE = "AWS4-HMAC-SHA256 Credential=%s/20260102/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0"

def is_open():
    url = os.environ["AWS_ENDPOINT_URL"] + "/2019-09-30/functions/gate/concurrency"
    headers = {
        "Authorization": SCOPE % os.environ["AWS_ACCESS_KEY_ID"],
        "X-Amz-Security-Token": os.environ["AWS_SESSION_TOKEN"],
    }
    try:
        return urllib.request.urlopen(urllib.request.Request(url, headers=headers)).status == 200
    except urllib.error.HTTPError as error:
        assert error.code == 404, error.read()

def handler(event, context):
    while not is_open():
        time.sleep(0.05)
    return event
"""

# Tells one environment from another, and uses 20 MB in each.
WHO = """
import uuid

ME, BALLAST = str(uuid.uuid4()), b"x" * (20 << 20)

def handler(event, context):
    return ME
"""


@contextlib.contextmanager
def configured(hob, directory, settings: str):
    """A server with this `hob.toml`."""
    (directory / "hob.toml").write_text(settings)
    with running(Server(hob, directory)) as server:
        yield server


def put(aws, name: str, reserved: int):
    return aws.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)


def reason(error: Exception) -> str:
    assert isinstance(error, ClientError), error
    assert error.response["Error"]["Code"] == "TooManyRequestsException"
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    return error.response["Reason"]


def signed_for(service: str) -> str:
    """Without access control only the service matters."""
    scope = f"Credential=test/20260102/us-east-1/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"


def burst(server, name: str, callers: int, refused: int):
    """So many calls at once, of which none answers before `refused` have been; their payloads and errors."""
    aws = server.client("lambda")
    with concurrent.futures.ThreadPoolExecutor(callers) as pool:
        calls = [pool.submit(invoke, aws, name, number) for number in range(callers)]
        early = []
        for call in concurrent.futures.as_completed(calls):
            early.append(call)
            if len(early) == refused:
                break
        create(server.client("lambda"), "gate", ECHO)
        concurrent.futures.wait(calls)
    errors = [call.exception() for call in calls if call.exception()]
    assert len(errors) == refused and all(call.exception() for call in early), errors
    return [call.result().json for call in calls if not call.exception()], errors


def test_nothing_runs_of_a_function_that_has_reserved_nothing(aws):
    create(aws, "fn", ECHO)
    assert put(aws, "fn", 0)["ReservedConcurrentExecutions"] == 0
    with pytest.raises(ClientError) as caught:
        invoke(aws, "fn", 1)
    assert reason(caught.value) == "ReservedFunctionConcurrentInvocationLimitExceeded"
    aws.delete_function_concurrency(FunctionName="fn")
    assert invoke(aws, "fn", 1).json == 1


def test_the_server_tells_who_was_throttled(server):
    aws = server.client("lambda")
    create(aws, "fn", ECHO)
    assert invoke(aws, "fn", 1).json == 1
    put(aws, "fn", 0)
    with pytest.raises(ClientError):
        invoke(aws, "fn", 1)
    request = urllib.request.Request(f"{server.endpoint}/_hob/statistics", headers={"Authorization": signed_for("hob")})
    [function] = json.load(urllib.request.urlopen(request))["Functions"]
    assert (function["FunctionName"], function["Throttles"], function["Environments"]) == ("fn", 1, 1)
    assert (function["ReservedConcurrentExecutions"], function["Waiting"], function["Running"]) == (0, 0, 0)


def test_of_five_callers_two_run_where_two_are_reserved(server):
    aws = server.client("lambda")
    create(aws, "fn", GATED, Timeout=60)
    put(aws, "fn", 2)
    answers, errors = burst(server, "fn", callers=5, refused=3)
    assert len(answers) == 2
    assert {reason(error) for error in errors} == {"ReservedFunctionConcurrentInvocationLimitExceeded"}


def test_the_accounts_limit_holds_over_all_functions(hob, directory):
    with configured(hob, directory, "concurrency_limit = 3\n") as server:
        aws = server.client("lambda")
        create(aws, "fn", GATED, Timeout=60)
        answers, errors = burst(server, "fn", callers=5, refused=2)
        assert len(answers) == 3
        assert {reason(error) for error in errors} == {"ConcurrentInvocationLimitExceeded"}
        assert aws.get_account_settings()["AccountLimit"]["ConcurrentExecutions"] == 3


def test_more_requests_than_ten_per_second_for_each_that_may_run_are_refused(aws):
    create(aws, "fn", ECHO)
    put(aws, "fn", 1)
    found = set()
    for number in range(200):
        try:
            invoke(aws, "fn", number)
        except ClientError as error:
            found.add(reason(error))
            break
    # A machine on which a call takes more than a tenth of a second never gets there.
    assert found <= {"ReservedFunctionInvocationRateLimitExceeded"}


def test_a_throttled_caller_is_told_why_and_when_to_come_again(server):
    aws = server.client("lambda")
    create(aws, "fn", ECHO)
    put(aws, "fn", 0)
    headers = {"Authorization": signed_for("lambda"), "Content-Type": "application/json"}
    request = urllib.request.Request(f"{server.endpoint}/2015-03-31/functions/fn/invocations", b"{}", headers)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    assert caught.value.code == 429
    assert caught.value.headers["x-amzn-errortype"] == "TooManyRequestsException"
    assert int(caught.value.headers["retry-after"]) >= 1
    assert json.load(caught.value) == {
        "Type": "User",
        "message": "Rate Exceeded.",
        "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded",
    }


def test_a_reservation_leaves_a_hundred_for_all_others(aws):
    for name in ("fn", "other"):
        create(aws, name, ECHO)
    assert put(aws, "fn", 900)["ReservedConcurrentExecutions"] == 900
    with pytest.raises(ClientError) as caught:
        put(aws, "other", 1)
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidParameterValueException"
    assert error["Message"] == (
        "Specified ReservedConcurrentExecutions for function decreases account's "
        "UnreservedConcurrentExecution below its minimum value of [100]."
    )
    settings = aws.get_account_settings()
    assert settings["AccountLimit"]["UnreservedConcurrentExecutions"] == 100
    assert settings["AccountUsage"]["FunctionCount"] == 2
    aws.delete_function(FunctionName="fn")
    assert put(aws, "other", 900)["ReservedConcurrentExecutions"] == 900


def test_what_is_reserved_is_shown_with_the_function(aws):
    create(aws, "fn", ECHO)
    assert "Concurrency" not in aws.get_function(FunctionName="fn")
    assert "ReservedConcurrentExecutions" not in aws.get_function_concurrency(FunctionName="fn")
    put(aws, "fn", 7)
    assert aws.get_function(FunctionName="fn")["Concurrency"] == {"ReservedConcurrentExecutions": 7}
    assert aws.get_function_concurrency(FunctionName="fn")["ReservedConcurrentExecutions"] == 7
    with pytest.raises(aws.exceptions.ResourceNotFoundException) as caught:
        put(aws, "nope", 1)
    assert caught.value.response["Error"]["Message"].endswith(":function:nope:$LATEST")


@pytest.mark.parametrize("stop", [Server.stop, Server.kill])
def test_a_reservation_outlives_the_server(hob, directory, stop):
    server = Server(hob, directory)
    server.start()
    aws = server.client("lambda")
    create(aws, "fn", ECHO)
    put(aws, "fn", 0)
    stop(server)
    with running(Server(hob, directory)) as server:
        aws = server.client("lambda")
        with pytest.raises(ClientError) as caught:
            invoke(aws, "fn", 1)
        assert reason(caught.value) == "ReservedFunctionConcurrentInvocationLimitExceeded"
        assert aws.get_function_concurrency(FunctionName="fn")["ReservedConcurrentExecutions"] == 0


def test_on_a_full_machine_idle_environments_end_the_oldest_first(hob, directory):
    with configured(hob, directory, "memory = 160\nroom_timeout = '60s'\n") as server:
        aws = server.client("lambda")
        names = [f"fn-{number}" for number in range(8)]
        for name in names:
            create(aws, name, WHO)
        first = {name: invoke(aws, name).json for name in names}
        assert invoke(aws, names[-1]).json == first[names[-1]]
        assert invoke(aws, names[0]).json != first[names[0]]


def test_a_function_larger_than_the_machine_runs_alone(hob, directory):
    with configured(hob, directory, "memory = 200\nroom_timeout = '60s'\n") as server:
        aws = server.client("lambda")
        create(aws, "large", ECHO, MemorySize=10240)
        create(aws, "small", ECHO)
        with concurrent.futures.ThreadPoolExecutor(8) as callers:
            calls = [callers.submit(invoke, aws, ("large", "small")[number % 2], number) for number in range(24)]
        assert [call.result().json for call in calls] == list(range(24))


def test_a_trickle_is_answered_beside_an_avalanche(hob, directory):
    with configured(hob, directory, "memory = 260\nroom_timeout = '60s'\n") as server:
        aws = server.client("lambda")
        for name in ("avalanche", "trickle"):
            create(aws, name, ECHO)
        enough = threading.Event()

        def roll(number):
            while not enough.is_set():
                assert invoke(aws, "avalanche", number).json == number

        with concurrent.futures.ThreadPoolExecutor(24) as callers:
            rolling = [callers.submit(roll, number) for number in range(24)]
            try:
                assert [invoke(aws, "trickle", number).json for number in range(10)] == list(range(10))
            finally:
                enough.set()
        assert [call.result() for call in rolling] == [None] * 24


def test_who_finds_no_room_in_time_is_throttled(hob, directory):
    with configured(hob, directory, "memory = 128\nroom_timeout = '100ms'\n") as server:
        aws = server.client("lambda")
        create(aws, "fn", GATED, Timeout=60)
        answers, errors = burst(server, "fn", callers=3, refused=2)
        assert len(answers) == 1
        assert {reason(error) for error in errors} == {"ConcurrentInvocationLimitExceeded"}
