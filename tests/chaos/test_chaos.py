"""Thousands of invocations while processes are killed at random: an answer or a correct error for each, and no leak.

HOB_CHAOS_INVOCATIONS says how many (1500), HOB_CHAOS_SEED which.
"""

import collections
import concurrent.futures
import json
import os
import random
import shutil
import threading
import urllib.request
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from chaos.killer import Killer
from support.functions import create, invoke, package
from support.server import wait_until

INVOCATIONS = int(os.environ.get("HOB_CHAOS_INVOCATIONS", "1500"))
SEED = int(os.environ.get("HOB_CHAOS_SEED", "7"))
CALLERS = 8
BASH = Path(__file__).resolve().parents[2] / "examples" / "custom-runtime" / "bootstrap"
PYTHON = "import os\ndef handler(event, context):\n    return {'event': event, 'by': context.function_name}\n"
NODEJS = "exports.handler = async (event, context) => ({ event, by: context.functionName });\n"

# What a killed environment may make of an invocation, and a launcher that is gone. The last: for a moment after the
# launcher's end, the code that it had attached is gone while the environment is still there.
ERRORS = {"Runtime.ExitError", "ServiceException", "Runtime.InvalidEntrypoint"}


@pytest.fixture
def user(both_users):
    return both_users


def deploy(aws) -> list[str]:
    names = []
    for number in range(3):
        names.append(f"python-{number}")
        create(aws, names[-1], PYTHON, Timeout=30)
    if shutil.which("node"):
        names.append("nodejs")
        create(aws, "nodejs", package({"app.js": NODEJS}), runtime="nodejs20.x", Timeout=30, MemorySize=512)
    names.append("bash")
    create(aws, "bash", package({"bootstrap": BASH.read_bytes()}), runtime="provided.al2023", Timeout=30)
    return names


def call(aws, name: str, number: int) -> str:
    """`answered`, or the error's type. Whatever is answered is this invocation's."""
    event = {"number": number, "filler": "x" * (number % 5000)}
    try:
        answer = invoke(aws, name, event)
    except ClientError as error:
        return error.response["Error"]["Code"]
    if answer.error:
        return answer.json["errorType"]
    assert answer.json["event"] == event, (name, number)
    assert answer.json.get("by", name) == name
    return "answered"


def statistics(server) -> dict:
    with urllib.request.urlopen(server.endpoint + "/_hob/statistics", timeout=10) as answer:
        return json.load(answer)


@pytest.mark.timeout(120 + INVOCATIONS // 5)
def test_every_invocation_is_answered_while_processes_are_killed(server, aws):
    names = deploy(aws)
    chosen = random.Random(SEED)
    plan = [(chosen.choice(names), number) for number in range(INVOCATIONS)]
    clients = threading.local()

    def one(step):
        # A client each: it is a hanging call that fails, by its deadline, not one that waits for a connection.
        clients.aws = getattr(clients, "aws", None) or server.client("lambda")
        return call(clients.aws, *step)

    killer = Killer(server, SEED)
    killer.start()
    with concurrent.futures.ThreadPoolExecutor(CALLERS) as callers:
        ends = collections.Counter(callers.map(one, plan))
        kills = killer.stop()
        print(dict(ends), kills)
        assert sum(ends.values()) == INVOCATIONS and set(ends) - {"answered"} <= ERRORS, ends
        assert ends["answered"] > INVOCATIONS / 2 and min(kills["runtime"], kills["init"]) > 0, (ends, kills)
        # A killed process that was frozen dies when it is thawed, so that the first round may still meet one.
        wait_until(lambda: set(callers.map(one, plan[:200])) == {"answered"}, what="200 answers in a row")
    for name in names:
        aws.delete_function(FunctionName=name)
    wait_until(lambda: statistics(server)["Environments"] == 0, what="the end of the environments")
    assert statistics(server)["Running"] == 0
