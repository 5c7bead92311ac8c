"""Calling functions: answers, errors, time and memory limits, logs of one call."""

import base64
import concurrent.futures
import json
import re

import pytest
from botocore.exceptions import ClientError

from support.functions import create, invoke, package

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
ECHO = "def handler(event, context):\n    return event\n"


@pytest.fixture
def user(both_users):
    return both_users


def test_a_function_answers_with_status_version_and_its_own_request_id(aws):
    create(aws, "fn", "def handler(event, context):\n    return [event, context.aws_request_id]\n")
    answer = invoke(aws, "fn", {"name": "x"})
    assert (answer.status, answer.error) == (200, None)
    assert answer.json == [{"name": "x"}, answer.headers["x-amzn-requestid"]]
    assert answer.headers["x-amz-executed-version"] == "$LATEST"
    assert answer.headers["content-type"] == "application/json"
    assert re.match(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", answer.headers["x-amzn-trace-id"])


def test_no_payload_is_an_empty_object_and_no_answer_is_null(aws):
    create(aws, "fn", "def handler(event, context):\n    assert event == {}\n")
    answer = invoke(aws, "fn")
    assert (answer.error, answer.payload) == (None, b"null")


def test_a_dry_run_checks_and_runs_nothing(aws):
    create(aws, "fn", "def handler(event, context):\n    raise RuntimeError\n")
    answer = aws.invoke(FunctionName="fn", InvocationType="DryRun")
    assert answer["StatusCode"] == 204
    assert answer["Payload"].read() == b""


@pytest.mark.parametrize("payload", [b"{nope", b"\x87\x01", b"'x'", b"1 2"])
def test_a_payload_that_is_no_json_never_reaches_the_function(aws, payload):
    create(aws, "fn", ECHO)
    with pytest.raises(ClientError) as caught:
        aws.invoke(FunctionName="fn", Payload=payload)
    response = caught.value.response
    assert response["Error"]["Code"] == "InvalidRequestContentException"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert "Could not parse request body into json" in (response["Error"].get("Message") or response["message"])


def test_the_log_of_one_call_has_the_lines_of_aws(aws):
    create(aws, "fn", "def handler(event, context):\n    print('hello\\nthere')\n", MemorySize=256)
    answer = invoke(aws, "fn", tail=True)
    lines = answer.log.splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("START"))
    assert re.fullmatch(rf"START RequestId: {UUID} Version: \$LATEST", lines[start])
    assert lines[start + 1 : start + 3] == ["hello", "there"]
    assert re.fullmatch(rf"END RequestId: {UUID}", lines[start + 3])
    report = re.fullmatch(
        rf"REPORT RequestId: {UUID}\tDuration: (?P<duration>\d+\.\d\d) ms\tBilled Duration: (?P<billed>\d+) ms\t"
        r"Memory Size: 256 MB\tMax Memory Used: (?P<used>\d+) MB\tInit Duration: (?P<init>\d+\.\d\d) ms\t",
        lines[start + 4],
    )
    assert report, lines
    assert 0 < int(report["used"]) <= 256
    assert int(report["billed"]) >= float(report["duration"]) + float(report["init"]) - 1
    warm = invoke(aws, "fn", tail=True).log
    assert "Init Duration" not in warm and "INIT_START" not in warm


def test_an_exception_is_the_documents_of_aws(aws):
    create(aws, "fn", "def handler(event, context):\n    raise ValueError('no good')\n")
    answer = invoke(aws, "fn", tail=True)
    assert (answer.status, answer.error) == (200, "Unhandled")
    document = answer.json
    assert list(document) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert (document["errorMessage"], document["errorType"]) == ("no good", "ValueError")
    assert document["stackTrace"] == ["  File \"/var/task/app.py\", line 2, in handler\n    raise ValueError('no good')\n"]
    assert "[ERROR] ValueError: no good" in answer.log


FAULTS = [
    ("import nothing_like_this\n" + ECHO, "app.handler", "Runtime.ImportModuleError", "Unable to import module 'app': No module named 'nothing_like_this'"),
    (ECHO, "app.nope", "Runtime.HandlerNotFound", "Handler 'nope' missing on module 'app'"),
    ("def handler(:\n", "app.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app': "),
    (ECHO, "nodot", "Runtime.MalformedHandlerName", "Bad handler 'nodot': "),
    ("def handler(event, context):\n    return object()\n", "app.handler", "Runtime.MarshalError", "Unable to marshal response: "),
]


@pytest.mark.parametrize(("source", "handler", "kind", "message"), FAULTS, ids=[fault[2] for fault in FAULTS])
def test_a_broken_function_says_what_is_wrong(aws, source, handler, kind, message):
    create(aws, "fn", source, handler=handler)
    answer = invoke(aws, "fn")
    assert answer.error == "Unhandled"
    assert answer.json["errorType"] == kind
    assert message in answer.json["errorMessage"]


def test_a_function_that_takes_too_long_is_ended(aws):
    create(aws, "fn", "import time\ndef handler(event, context):\n    time.sleep(event)\n    return 'done'\n", Timeout=1)
    answer = invoke(aws, "fn", 30, tail=True)
    assert answer.error == "Unhandled"
    request_id = answer.headers["x-amzn-requestid"]
    assert answer.payload.decode() == (
        f'{{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: {request_id} Error: Task timed out after 1.00 seconds"}}'
    )
    assert "Status: timeout" in answer.log
    assert invoke(aws, "fn", 0).json == "done"


EXITS = [
    ("import os\ndef handler(event, context):\n    os._exit(0)\n", "Runtime exited without providing a reason"),
    ("import os\ndef handler(event, context):\n    os._exit(3)\n", "Runtime exited with error: exit status 3"),
    ("import os, signal\ndef handler(event, context):\n    os.kill(os.getpid(), signal.SIGKILL)\n", "Runtime exited with error: signal: killed"),
    ("import os\nos._exit(4)\n", "Runtime exited with error: exit status 4"),
]


@pytest.mark.parametrize(("source", "reason"), EXITS, ids=["0", "3", "killed", "init"])
def test_a_runtime_that_exits_is_an_error_of_the_function(aws, source, reason):
    create(aws, "fn", source)
    answer = invoke(aws, "fn")
    request_id = answer.headers["x-amzn-requestid"]
    assert answer.payload.decode() == f'{{"errorType":"Runtime.ExitError","errorMessage":"RequestId: {request_id} Error: {reason}"}}'
    assert invoke(aws, "fn").error == "Unhandled", "the next invocation gets an answer, too"


def test_globals_live_as_long_as_the_environment_and_tmp_survives_a_crash(aws):
    source = (
        "import os\ncalls = 0\n"
        "def handler(event, context):\n"
        "    global calls\n    calls += 1\n"
        "    if event == 'crash':\n        open('/tmp/kept', 'w').write('yes'); os._exit(1)\n"
        "    return [calls, os.path.exists('/tmp/kept')]\n"
    )
    create(aws, "fn", source)
    assert [invoke(aws, "fn").json for _ in range(3)] == [[1, False], [2, False], [3, False]]
    assert invoke(aws, "fn", "crash").error == "Unhandled"
    assert invoke(aws, "fn").json == [1, True]


def test_a_response_over_6_mb_is_the_error_of_aws(aws):
    create(aws, "fn", "def handler(event, context):\n    return 'x' * event\n", MemorySize=512, Timeout=30)
    assert len(invoke(aws, "fn", 6291454).payload) == 6291456
    answer = invoke(aws, "fn", 6291600)
    assert answer.json == {
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        "errorType": "Function.ResponseSizeTooLarge",
    }


def test_concurrent_calls_get_environments_of_their_own(aws):
    create(aws, "fn", "import time, uuid\nme = str(uuid.uuid4())\ndef handler(event, context):\n    time.sleep(1)\n    return me\n")
    with concurrent.futures.ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: invoke(aws, "fn").json, range(8)))
    assert len(set(answers)) == 8


def test_the_context_is_complete(aws):
    source = (
        "def handler(event, context):\n"
        "    c = context\n"
        "    return dict(name=c.function_name, version=c.function_version, arn=c.invoked_function_arn,\n"
        "        memory=c.memory_limit_in_mb, group=c.log_group_name, stream=c.log_stream_name,\n"
        "        remaining=c.get_remaining_time_in_millis(), client=c.client_context.custom if c.client_context else None,\n"
        "        identity=c.identity.cognito_identity_id)\n"
    )
    create(aws, "fn", source, Timeout=60)
    context = base64.b64encode(json.dumps({"custom": {"k": "v"}}).encode()).decode()
    seen = invoke(aws, "fn", ClientContext=context).json
    assert re.match(r"^\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}$", seen.pop("stream"))
    assert 50_000 < seen.pop("remaining") <= 60_000
    assert seen == {
        "name": "fn", "version": "$LATEST", "arn": "arn:aws:lambda:us-east-1:000000000000:function:fn", "memory": "128",
        "group": "/aws/lambda/fn", "client": {"k": "v"}, "identity": None,
    }
    assert invoke(aws, "fn:$LATEST").json["arn"].endswith(":function:fn:$LATEST")


def test_the_environment_variables_are_those_of_aws(aws):
    create(aws, "fn", "import os\ndef handler(event, context):\n    return dict(os.environ)\n", Environment={"Variables": {"COLOR": "red"}})
    variables = invoke(aws, "fn").json
    expected = {
        "_HANDLER": "app.handler", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12", "AWS_LAMBDA_FUNCTION_NAME": "fn", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/fn", "LAMBDA_TASK_ROOT": "/var/task", "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "TZ": ":UTC", "COLOR": "red",
    }
    assert expected.items() <= variables.items()
    assert {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "AWS_ENDPOINT_URL"} <= set(variables)
    assert not [name for name in variables if name.startswith(("HOB_", "CARGO", "XDG"))]


def test_an_idle_environment_is_ended(hob, directory, user):
    from support.leftovers import descendants
    from support.server import Server, running, wait_until

    # With nothing made ahead, all processes are functions'.
    off = {"HOB_AHEAD": "off"}
    with running(Server(hob, directory, ("--idle-timeout", "1"), user=user, environment=off)) as server:
        aws = server.client("lambda")
        create(aws, "fn", ECHO)
        assert invoke(aws, "fn", 1).json == 1
        with_environment = len(descendants(server.process.pid))
        wait_until(lambda: len(descendants(server.process.pid)) < with_environment, what="the end of the idle environment")
        assert invoke(aws, "fn", 2).json == 2


def test_a_runtime_that_is_not_installed_says_what_to_do(aws):
    create(aws, "fn", package({"app.rb": "def handler(event:, context:) = event\n"}), runtime="ruby3.4", handler="app.handler")
    answer = invoke(aws, "fn")
    assert answer.error == "Unhandled"
    assert answer.json["errorType"].startswith("Runtime.")
    assert "ruby3.4" in answer.json["errorMessage"]
