"""What happens around a snapshot. Here a fork is all that copies the process."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import unittest
from http.server import ThreadingHTTPServer
from pathlib import Path

from fake_runtime_api import RUNTIME, _Endpoint, _environment, _log_events, event

# In place of whoever traces the process: the copy is a child, and the process itself only waits for it.
DRIVER = """
import os, sys
sys.path.insert(0, sys.argv[1])
from hob_runtime import pausing, snapshot
snapshot._TMP = sys.argv[2]
copies = []
def copy_here():
    if not copies:
        copies.append("first")
        return
    child = os.fork()
    if child != 0:
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
pausing.copy_here = copy_here
from hob_runtime.main import main
main()
"""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, events):
        super().__init__(("127.0.0.1", 0), _Copied)
        self.assignments = []
        self.events = list(events)
        self.answers = []
        self.posts = []
        self.announced = 0


class _Copied(_Endpoint):
    def do_GET(self):
        if self.path == "/2018-06-01/runtime/restore/next":
            self.server.announced += 1
        elif self.path == "/hob/assignment":
            self._answer(200, json.dumps(self.server.assignments.pop(0)).encode(), {})
        else:
            super().do_GET()


class Result:
    pass


def run(source, events=(), restored=(), **environment):
    server = _Server(events)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    with tempfile.TemporaryDirectory() as task_root, tempfile.TemporaryDirectory() as tmp:
        Path(task_root, "app.py").write_text(source)
        of_all = _environment(server, task_root, "app.handler", environment)
        first = {**of_all, "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}
        server.assignments = [first, {**first, **dict(restored)}]
        started = {name: of_all[name] for name in ("LC_CTYPE", "PYTHONDONTWRITEBYTECODE", "AWS_LAMBDA_RUNTIME_API")}
        process = subprocess.run(
            [sys.executable, "-S", "-c", DRIVER, str(RUNTIME), tmp],
            env={"HOB_PARKED": "1", "HOB_SNAPSHOT": "1", **started},
            cwd="/",
            capture_output=True,
            timeout=30,
        )
    server.shutdown()
    server.server_close()
    result = Result()
    result.status, result.announced = process.returncode, server.announced
    result.posts = [(path.removeprefix("/2018-06-01/runtime"), headers, json.loads(body)) for path, headers, body in server.posts]
    result.log = "".join(_log_events(process.stdout))
    return result


def answer(source, **options):
    (path, _, body), *rest = run(source, [event()], **options).posts
    assert path.endswith("/response") and not rest, (path, body)
    return body


HOOKS = """
from snapshot_restore_py import register_after_restore, register_before_snapshot
ran = []
def note(text, *, times=1):
    ran.append(text * times)
@register_before_snapshot
def decorated():
    note("before 1")
register_before_snapshot(note, "before 2", times=2)
register_after_restore(note, "after 1")
register_after_restore(note, "after 2")
def handler(event, context): return [ran, decorated is not None]
"""

FAILS = """
import snapshot_restore_py
def fail():
    raise ValueError("no database")
snapshot_restore_py.%s(fail)
def handler(event, context): pass
"""


class Snapshot(unittest.TestCase):
    def test_hooks_run_in_the_order_of_aws(self):
        self.assertEqual(answer(HOOKS), [["before 2before 2", "before 1", "after 1", "after 2"], True])

    def test_the_process_announces_itself_once_and_its_copy_serves(self):
        result = run("def handler(event, context): return 1", [event(), event()])
        self.assertEqual((result.announced, len(result.posts)), (1, 2))

    def test_a_hook_that_fails_before_is_an_error_of_the_initialisation(self):
        result = run(FAILS % "register_before_snapshot")
        (path, headers, body) = result.posts[0]
        self.assertEqual((path, headers["Lambda-Runtime-Function-Error-Type"]), ("/init/error", "Runtime.BeforeSnapshotError"))
        self.assertEqual((body["errorType"], body["errorMessage"]), ("ValueError", "no database"))
        self.assertEqual((result.status, result.announced), (64, 0))
        self.assertIn("[ERROR] ValueError: no database", result.log)

    def test_a_hook_that_fails_after_is_an_error_of_the_restore(self):
        result = run(FAILS % "register_after_restore")
        (path, headers, body) = result.posts[0]
        self.assertEqual((path, headers["Lambda-Runtime-Function-Error-Type"]), ("/restore/error", "Runtime.AfterRestoreError"))
        self.assertEqual((body["errorType"], body["errorMessage"]), ("ValueError", "no database"))
        self.assertEqual((result.status, result.announced), (65, 1))
        self.assertIn("[ERROR] ValueError: no database", result.log)

    def test_new_variables_are_taken_over_and_the_functions_own_stay(self):
        source = """
import os
os.environ["OWN"] = "set"
os.environ["AWS_REGION"] = "set"
def handler(event, context): return [os.environ[name] for name in ("OWN", "AWS_REGION", "AWS_ACCESS_KEY_ID")]
"""
        options = {"restored": {"AWS_ACCESS_KEY_ID": "new"}, "AWS_ACCESS_KEY_ID": "old", "AWS_REGION": "r"}
        self.assertEqual(answer(source, **options), ["set", "set", "new"])

    def test_the_working_directory_and_the_mask_of_modes_are_as_they_were(self):
        source = """
import os
os.chdir("/usr"); os.umask(0o077)
def handler(event, context): return [os.getcwd(), os.umask(0)]
"""
        self.assertEqual(answer(source), ["/usr", 0o077])

    def test_connections_are_ended_and_what_connects_threads_is_not(self):
        source = """
import os, socket
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
accepted = listener.accept()
pair = socket.socketpair()
def handler(event, context):
    pair[0].send(b"x")
    return [client.recv(1).decode(), pair[1].recv(1).decode()]
"""
        self.assertEqual(answer(source), ["", "x"])

    def test_random_numbers_are_drawn_anew(self):
        source = """
import random
random.seed(1)
expected = random.random()
random.seed(1)
def handler(event, context): return random.random() != expected
"""
        self.assertIs(answer(source), True)

    def test_who_leaves_threads_or_programs_running_is_not_copied(self):
        for left in (
            "import threading, time; threading.Thread(target=time.sleep, args=[5], daemon=True).start()",
            "import subprocess; subprocess.Popen(['sleep', '0.2'])",
        ):
            result = run(left + "\ndef handler(event, context): pass")
            (path, headers, _) = result.posts[0]
            kind = headers["Lambda-Runtime-Function-Error-Type"]
            self.assertEqual((path, kind), ("/init/error", "Runtime.SnapshotNotPossible"))
            self.assertEqual((result.announced, result.log), (0, ""))

    def test_without_a_snapshot_no_hook_runs(self):
        from fake_runtime_api import run as run_ordinarily

        self.assertEqual(run_ordinarily(HOOKS, [event()]).json(), [[], True])


if __name__ == "__main__":
    unittest.main()
