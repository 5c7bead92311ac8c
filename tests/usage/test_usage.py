"""Pay per use: every answer is billed once and exactly, whatever happens to the server."""

import concurrent.futures
import json
import re
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from support.functions import create, invoke
from support.server import Server, running, wait_until

ECHO = "def handler(event, context):\n    if event == 'fail':\n        raise ValueError('no')\n    return event\n"
REPORT = re.compile(r"Billed Duration: (\d+) ms\tMemory Size: (\d+) MB\t.*?(?:Init Duration: ([\d.]+) ms|$)", re.M)
# What is used is stored within a second; a busy machine may take a little longer for it.
STORED_SECONDS = 2
CALLERS = 4


def usage(server, *arguments: str) -> dict:
    return json.loads(run_hob(server, "usage", "--output", "json", *arguments))


def run_hob(server, *arguments: str, check: bool = True) -> str:
    done = subprocess.run([str(server.binary), *arguments], env=server.environment, cwd=server.directory, capture_output=True, text=True, timeout=60)
    assert not check or done.returncode == 0, done.stderr
    return done.stdout if check else done.stdout + done.stderr


def lines(server, *arguments: str) -> dict[str, dict]:
    return {line["Name"]: line for line in usage(server, *arguments)["Lines"]}


def billed(answers) -> tuple[int, int]:
    """Milliseconds, and MB times milliseconds, as the answers' REPORT lines say."""
    found = [REPORT.search(answer.log).groups() for answer in answers]
    return sum(int(ms) for ms, *_ in found), sum(int(ms) * int(mb) for ms, mb, *_ in found)


def test_the_bill_is_the_sum_of_the_report_lines(server):
    aws = server.client("lambda")
    create(aws, "small", ECHO, MemorySize=128)
    create(aws, "large", ECHO, MemorySize=1769, EphemeralStorage={"Size": 1024}, Architectures=["arm64"])
    answers = {name: [invoke(aws, name, n, tail=True) for n in range(25)] for name in ("small", "large")}
    answers["small"].append(invoke(aws, "small", "fail", tail=True))
    found = lines(server)
    for name, expected_errors in (("small", 1), ("large", 0)):
        ms, mb_ms = billed(answers[name])
        line = found[name]
        assert (line["Requests"], line["Errors"], line["Throttles"]) == (len(answers[name]), expected_errors, 0)
        assert (line["BilledMs"], line["MemoryMibMs"]) == (ms, mb_ms)
    assert found["large"]["StorageMibMs"] == 512 * found["large"]["BilledMs"] and found["small"]["StorageMibMs"] == 0
    init = float(REPORT.search(answers["small"][0].log).group(3))
    assert 0 < found["small"]["InitMs"] <= init + 1


def test_a_cost_is_what_aws_would_ask(server):
    aws = server.client("lambda")
    create(aws, "fn", ECHO, MemorySize=1024)
    create(aws, "arm", ECHO, MemorySize=1024, Architectures=["arm64"])
    for name in ("fn", "arm"):
        ms, _ = billed([invoke(aws, name, 1, tail=True)])
        gb_second = 0.0000166667 if name == "fn" else 0.0000133334
        assert float(lines(server)[name]["Cost"]) == pytest.approx(0.2 / 1e6 + gb_second * ms / 1000, abs=1e-12)
    assert usage(server, "--free-tier")["Total"]["Cost"] == "0.000000000000"


def test_own_prices_take_the_place_of_awss(server):
    aws = server.client("lambda")
    create(aws, "fn", ECHO)
    invoke(aws, "fn", 1)
    (server.directory / "hob.toml").write_text('[prices]\ncurrency = "EUR"\nmillion_requests = "1000000"\n')
    shown = run_hob(server, "usage")
    assert "COST (EUR)" in shown and re.search(r"^fn .* 1\.000000$", shown, re.M), shown
    assert "at your own prices; on AWS it would have cost 0.0000" in shown


def test_the_table_by_version_source_and_day(server):
    aws = server.client("lambda")
    create(aws, "fn", ECHO)
    invoke(aws, "fn", 1)
    assert set(lines(server, "--by", "version")) == {"fn:$LATEST"}
    assert set(lines(server, "--by", "source")) == {"Invoke"}
    (day,) = lines(server, "--by", "day")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", day)
    assert lines(server, "--month", "2001-01") == {}
    assert lines(server, "--since", day, "--until", day)["fn"]["Requests"] == 1
    assert "is before" in run_hob(server, "usage", "--since", "2999-01-01", check=False)


def test_a_throttled_invocation_costs_nothing(server):
    aws = server.client("lambda")
    create(aws, "fn", ECHO)
    aws.put_function_concurrency(FunctionName="fn", ReservedConcurrentExecutions=0)
    for _ in range(3):
        with pytest.raises(aws.exceptions.TooManyRequestsException):
            invoke(aws, "fn", 1)
    line = lines(server)["fn"]
    assert (line["Requests"], line["Throttles"], line["BilledMs"], line["Cost"]) == (0, 3, 0, "0.000000000000")


def test_an_orderly_restart_loses_nothing(hob, directory):
    with running(Server(hob, directory)) as server:
        aws = server.client("lambda")
        create(aws, "fn", ECHO)
        answers = [invoke(aws, "fn", n, tail=True) for n in range(10)]
    with running(Server(hob, directory)) as server:
        answers += [invoke(server.client("lambda"), "fn", n, tail=True) for n in range(10)]
        line = lines(server)["fn"]
        assert (line["Requests"], line["BilledMs"]) == (20, billed(answers)[0])


def test_a_kill_loses_at_most_the_last_second_and_counts_nothing_twice(hob, directory):
    counted = 0
    for round_number in range(4):
        server = Server(hob, directory).start()
        aws = server.client("lambda")
        if round_number == 0:
            create(aws, "fn", ECHO)
        answered: list[float] = []
        with concurrent.futures.ThreadPoolExecutor(CALLERS) as callers:
            calls = [callers.submit(call_until_it_fails, aws, answered) for _ in range(CALLERS)]
            wait_until(lambda: len(answered) > CALLERS, what="the first answers")
            time.sleep(STORED_SECONDS + 0.5)
            killed = time.monotonic()
            server.kill()
            concurrent.futures.wait(calls)
        stored_before = sum(moment < killed - STORED_SECONDS for moment in answered)
        with running(Server(hob, directory)) as after:
            now_counted = lines(after)["fn"]["Requests"]
        # Each caller may have had an invocation that was answered to nobody.
        assert stored_before <= now_counted - counted <= len(answered) + CALLERS
        assert stored_before > 0
        counted = now_counted


def call_until_it_fails(aws, answered: list[float]) -> None:
    while True:
        try:
            invoke(aws, "fn", 1)
        except (BotoCoreError, ClientError):
            return
        answered.append(time.monotonic())


def test_only_who_may_call_the_services_may_see_what_was_used(hob, directory):
    (directory / "hob.toml").write_text('auth = true\n[[keys]]\naccess_key_id = "test"\nsecret_access_key = "test"\n')
    with running(Server(hob, directory)) as server:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{server.endpoint}/_hob/usage")
        assert refused.value.code == 403
        assert usage(server)["Lines"] == []


def test_a_function_does_not_learn_what_was_used(aws):
    source = (
        "import os, urllib.request, urllib.error\n"
        "def handler(event, context):\n"
        "    try:\n        return urllib.request.urlopen(os.environ['AWS_ENDPOINT_URL'] + '/_hob/usage').read().decode()\n"
        "    except urllib.error.HTTPError as error:\n        return error.code\n"
    )
    create(aws, "fn", source)
    assert invoke(aws, "fn").json == 403
