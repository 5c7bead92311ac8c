"""Between invocations nothing of a function runs, and at the next one it goes on where it was."""

import shutil
import time

import pytest

from support.functions import create, invoke, package
from support.leftovers import descendants
from support.server import Server, running, wait_until

# Each counts as long as it runs.
COUNTING_THREAD = """
import threading, time
count = 0
def run():
    global count
    while True:
        time.sleep(0.01)
        count += 1
threading.Thread(target=run, daemon=True).start()
def handler(event, context):
    time.sleep(event.get('sleep', 0))
    if 'print' in event:
        threading.Timer(0.02, print, [event['print']]).start()
    return {'count': count, 'monotonic': time.monotonic()}
"""
COUNTING_TIMER = """
let count = 0;
setInterval(() => { count += 1; }, 10).unref();
exports.handler = async (event) => {
  await new Promise((resolve) => setTimeout(resolve, (event.sleep || 0) * 1000));
  return { count, monotonic: performance.now() / 1000 };
};
"""
# The grace of 100 ms is over long before.
PAUSE = 2.0
# While the thread runs, it counts about PAUSE / 0.01 = 200 in a pause; in the grace alone about 10.
STOOD_STILL = 80


@pytest.fixture(params=["python", "nodejs"])
def function(request, aws):
    if request.param == "python":
        create(aws, "fn", COUNTING_THREAD, MemorySize=1769)
    else:
        if shutil.which("node") is None:
            pytest.skip("Node.js is not installed")
        create(aws, "fn", package({"index.js": COUNTING_TIMER}), runtime="nodejs20.x", handler="index.handler", MemorySize=1769)
    return "fn"


def test_timers_and_threads_stand_still_and_go_on_at_the_next_invocation(aws, function):
    before = invoke(aws, function, {}).json
    time.sleep(PAUSE)
    after = invoke(aws, function, {}).json
    assert after["count"] - before["count"] < STOOD_STILL
    assert after["monotonic"] - before["monotonic"] >= PAUSE, "the clock does not stand still"
    last = invoke(aws, function, {"sleep": PAUSE}).json
    assert last["count"] - after["count"] > STOOD_STILL


def test_a_timer_that_is_longer_than_the_grace_goes_on_where_it_was(aws):
    source = (
        "import threading\ndone = threading.Event()\n"
        "def handler(event, context):\n"
        "    if event == 'start':\n        threading.Timer(1.0, done.set).start()\n        return 'started'\n"
        "    return done.wait(10)\n"
    )
    create(aws, "fn", source, Timeout=20)
    assert invoke(aws, "fn", "start").json == "started"
    time.sleep(PAUSE)
    assert invoke(aws, "fn", "wait").json is True


def test_what_was_written_before_the_environment_stood_still_is_in_the_log(aws, logs):
    create(aws, "fn", COUNTING_THREAD)
    invoke(aws, "fn", {"print": "in the grace"})

    def logged():
        try:
            events = logs.filter_log_events(logGroupName="/aws/lambda/fn")["events"]
        except logs.exceptions.ResourceNotFoundException:
            return False
        return any("in the grace" in event["message"] for event in events)

    wait_until(logged, what="the line of the thread")


def test_an_environment_may_be_told_never_to_stand_still(hob, directory):
    with running(Server(hob, directory, environment={"HOB_FREEZE_AFTER": "1d"})) as server:
        aws = server.client("lambda")
        create(aws, "fn", COUNTING_THREAD, MemorySize=1769)
        before = invoke(aws, "fn", {}).json
        time.sleep(PAUSE)
        assert invoke(aws, "fn", {}).json["count"] - before["count"] > STOOD_STILL


def test_a_frozen_environment_is_ended_by_idleness_update_delete_and_shutdown(hob, directory):
    # With nothing made ahead, all processes are functions'.
    with running(Server(hob, directory, ("--idle-timeout", "3"), environment={"HOB_AHEAD": "off"})) as server:
        aws = server.client("lambda")
        for name in ("idle", "updated", "deleted"):
            create(aws, name, COUNTING_THREAD)
        before = len(descendants(server.process.pid))
        for name in ("idle", "updated", "deleted"):
            invoke(aws, name, {})
        time.sleep(1)
        aws.update_function_code(FunctionName="updated", ZipFile=package({"app.py": COUNTING_THREAD + "\n#"}))
        aws.delete_function(FunctionName="deleted")
        wait_until(lambda: len(descendants(server.process.pid)) <= before + 1, what="the end of the frozen environments")
        invoke(aws, "idle", {})
        time.sleep(1)
    # Leaving the block ends the server with a frozen environment, and checks that nothing is left.


def test_nothing_frozen_outlives_a_server_that_was_killed(hob, directory):
    server = Server(hob, directory).start()
    aws = server.client("lambda")
    create(aws, "fn", COUNTING_THREAD)
    invoke(aws, "fn", {})
    time.sleep(1)
    server.kill()
    with running(Server(hob, directory)) as after:
        assert invoke(after.client("lambda"), "fn", {}).error is None
        server.seen.assert_gone(directory / "nowhere")
