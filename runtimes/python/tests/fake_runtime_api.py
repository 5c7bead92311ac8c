"""A Runtime API that hands out given events and records what comes back."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

RUNTIME = Path(__file__).resolve().parent.parent
REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"
FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:f"


# Whether the runtimes start before they know their function.
parked = False


class Run:
    """What a runtime did: the posts as (path, headers, body), its output, as a whole and as the log events in it,
    and its exit status."""

    def __init__(self, posts, events, stderr, status):
        self.posts = posts
        self.events = events
        self.stdout = "".join(events)
        self.stderr = stderr
        self.status = status

    def post(self, index=0):
        """The path's end and the body."""
        path, _, body = self.posts[index]
        return path.removeprefix("/2018-06-01/runtime"), body

    def json(self, index=0):
        return json.loads(self.posts[index][2])


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, events, answers):
        super().__init__(("127.0.0.1", 0), _Endpoint)
        self.assignment = None
        self.events = list(events)
        self.answers = list(answers)
        self.posts = []


class _Endpoint(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        if self.path == "/hob/assignment":
            self._answer(200, json.dumps(self.server.assignment).encode(), {})
            return
        if not self.server.events:
            # The sandbox ends while the runtime waits.
            self.close_connection = True
            return
        body, headers = self.server.events.pop(0)
        self._answer(200, body, headers)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, dict(self.headers.items()), body))
        status = self.server.answers.pop(0) if self.server.answers else 202
        self._answer(status, b'{"status":"OK"}', {})

    def _answer(self, status, body, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def event(body=b"{}", **headers):
    """An event for a runtime to fetch; header names are written with underscores."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return body, {
        "Content-Type": "application/json",
        "Lambda-Runtime-Aws-Request-Id": REQUEST_ID,
        "Lambda-Runtime-Deadline-Ms": "4102444800000",
        "Lambda-Runtime-Invoked-Function-Arn": FUNCTION_ARN,
        "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0",
        **given,
    }


def run(source, events=(), handler="app.handler", answers=(), files=(), **environment):
    """Runs the bootstrap with a package of `app.py` (and other files) until the events are used up."""
    server = _Server(events, answers)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    with tempfile.TemporaryDirectory() as task_root:
        for name, text in {"app.py": source, **dict(files)}.items():
            path = Path(task_root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        process = subprocess.run(
            [sys.executable, "-S", str(RUNTIME / "bootstrap.py")],
            env=_started_with(server, _environment(server, task_root, handler, environment)),
            cwd="/" if parked else task_root,
            capture_output=True,
            timeout=30,
        )
    server.shutdown()
    server.server_close()
    # The package's real place differs from run to run.
    posts = [(path, headers, body.replace(task_root.encode(), b"/var/task")) for path, headers, body in server.posts]
    events = [message.replace(task_root, "/var/task") for message in _log_events(process.stdout)]
    return Run(posts, events, process.stderr.decode(), process.returncode)


def _log_events(output):
    """A line is a log event, and so is a frame."""
    while output:
        if output.startswith(b"\xa5\x5a\x00\x03"):
            end = 16 + int.from_bytes(output[4:8], "big")
            message = output[16:end]
        else:
            message = output.splitlines(keepends=True)[0].split(b"\xa5\x5a\x00\x03")[0]
            end = len(message)
        yield message.decode()
        output = output[end:]


def _started_with(server, environment):
    if not parked:
        return environment
    server.assignment = environment
    of_every_function = ("LC_CTYPE", "PYTHONDONTWRITEBYTECODE", "AWS_LAMBDA_RUNTIME_API")
    return {"HOB_PARKED": "1", **{name: environment[name] for name in of_every_function}}


def _environment(server, task_root, handler, environment):
    return {
        "PATH": os.environ["PATH"],
        "LC_CTYPE": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:%d" % server.server_address[1],
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/02/[$LATEST]0123456789abcdef0123456789abcdef",
        "LAMBDA_TASK_ROOT": task_root,
        "_HANDLER": handler,
        **environment,
    }
