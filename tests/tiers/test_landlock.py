"""Tier `landlock`: functions as an ordinary user runs them, without any namespace."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from support import container
from support.functions import create, invoke, package
from support.leftovers import parent_of
from support.server import Server, running, wait_until

LANDLOCK_CREATE_RULESET = 444
ECHO = "def handler(event, context):\n    return event\n"


def in_a_container(user):
    if not container.is_possible():
        pytest.skip("the profile is written for x86-64")
    return {"wrapper": container.command(user)}


PLACES = {
    "asked for": lambda user: {"arguments": ("--isolation", "landlock")},
    "in a container": in_a_container,
}


@pytest.fixture
def user(both_users):
    return both_users


@pytest.fixture(params=PLACES)
def place(request, user):
    return PLACES[request.param](user)


@pytest.fixture
def server(hob, directory, user, place):
    with running(Server(hob, directory, user=user, **place)) as started:
        yield started


@pytest.fixture
def mark(directory) -> str:
    """Seconds that only this test's processes sleep."""
    return str(1_000_000 + int.from_bytes(directory.name.encode()[-3:], "big"))


def run(aws, body: str, name: str = "fn", event: object = None, **more):
    """Runs `body` as a Python handler, which leaves its finding in `result`."""
    lines = "\n".join("    " + line for line in body.strip("\n").splitlines())
    source = f"import os, sys, socket, ctypes, errno, signal, subprocess, time\n\ndef handler(event, context):\n    result = None\n{lines}\n    return result\n"
    more.setdefault("Timeout", 30)
    create(aws, name, source, **more)
    return invoke(aws, name, event, tail=True)


def reaches(path: str) -> str:
    return f"""
result = []
for mode in ('rb', 'ab'):
    try:
        open({path!r}, mode).close()
        result.append(mode)
    except OSError as error:
        result.append(errno.errorcode[error.errno])
"""


def test_the_first_screen_names_the_tier(server):
    wait_until(lambda: "isolation" in server.log_text(), what="the line about isolation")
    assert "landlock" in server.log_text()


def log_of(server) -> str:
    logs = server.client("logs")
    try:
        events = logs.filter_log_events(logGroupName="/aws/lambda/fn")["events"]
    except logs.exceptions.ResourceNotFoundException:
        return ""  # The answer does not wait for the log.
    return "\n".join(event["message"] for event in events)


def test_python_runs_with_its_logs_and_its_places(aws, server):
    answer = run(aws, """
print('a line')
sys.stderr.write('another\\n')
with open(os.environ['TMPDIR'] + '/note', 'w') as note:
    note.write('kept')
import tempfile
with tempfile.NamedTemporaryFile() as file:
    result = [os.listdir(os.environ['LAMBDA_TASK_ROOT']), file.name.startswith(os.environ['TMPDIR']), os.listdir('.')]
""")
    assert answer.error is None, answer
    assert answer.json == [["app.py"], True, ["app.py"]]
    wait_until(lambda: "where TMPDIR" in log_of(server), 10, "a hint for functions with literal paths")
    assert "a line" in answer.log and "another" in answer.log and "REPORT" in answer.log


@pytest.mark.parametrize("kind", ["cjs", "mjs"])
def test_nodejs_runs(aws, kind):
    export = "exports.handler =" if kind == "cjs" else "export const handler ="
    helper = "module.exports = 7;" if kind == "cjs" else "export default 7;"
    load = "const seven = require('seven');" if kind == "cjs" else "import seven from 'seven';"
    source = f"""{load}
import('node:os');
{export} async (event) => ({{event, seven, memory: process.memoryUsage().rss > 0, tmp: require_tmp()}});
function require_tmp() {{ return process.env.TMPDIR.endsWith('/tmp'); }}
"""
    files = {
        f"app.{kind}": source,
        "node_modules/seven/package.json": json.dumps({"name": "seven", "main": f"index.{kind}"}),
        f"node_modules/seven/index.{kind}": helper,
    }
    create(aws, "fn", package(files), runtime="nodejs22.x", MemorySize=512)
    answer = invoke(aws, "fn", {"a": 1}, tail=True)
    assert answer.error is None, answer
    assert answer.json == {"event": {"a": 1}, "seven": 7, "memory": True, "tmp": True}


def test_modes_and_times_of_its_own_files_can_be_changed(aws, server):
    answer = run(aws, f"""
import shutil
tmp = os.environ['TMPDIR']
program = shutil.copy2(os.environ['LAMBDA_TASK_ROOT'] + '/app.py', tmp + '/program')
with open(program, 'w') as file:
    file.write('#!/bin/sh\\necho ran')
os.chmod(program, 0o755)
os.utime(program, (1, 2))
os.mkdir(tmp + '/d')
os.chdir(tmp + '/d')
os.symlink('../program', 'link')
os.chmod('link', 0o700)
shutil.copytree(os.environ['LAMBDA_TASK_ROOT'], tmp + '/tree')
directory = os.open(tmp, os.O_RDONLY)
os.utime('d', None, dir_fd=directory)
result = [subprocess.check_output([program]).decode(), os.stat(program).st_mtime, oct(os.stat(program).st_mode)]
os.symlink({str(server.directory)!r}, 'out')
for path in ('out', 'missing', '/proc/self/cwd', os.environ['LAMBDA_TASK_ROOT'], 'x' * 5000):
    try:
        os.chmod(path, 0o777)
    except OSError as error:
        result.append(errno.errorcode[error.errno])
""")
    assert answer.error is None, answer
    assert answer.json[:3] == ["ran\n", 2, "0o100700"]
    assert answer.json[3:] == ["EPERM", "ENOENT", "ELOOP", "EPERM", "ENAMETOOLONG"]


CUSTOM = """#!/bin/bash
while true; do
  headers=$(mktemp)
  exec 3<>/dev/null
  /usr/bin/python3 - <<'PY'
import os, urllib.request
api = 'http://' + os.environ['AWS_LAMBDA_RUNTIME_API'] + '/2018-06-01/runtime/invocation/'
event = urllib.request.urlopen(api + 'next')
request_id = event.headers['Lambda-Runtime-Aws-Request-Id']
urllib.request.urlopen(urllib.request.Request(api + request_id + '/response', b'"custom got ' + event.read() + b'"', method='POST'))
PY
done
"""


def test_a_custom_runtime_runs(aws):
    create(aws, "fn", package({"bootstrap": CUSTOM}), runtime="provided.al2023", handler="any", MemorySize=512, Timeout=30)
    assert invoke(aws, "fn", 1).json == "custom got 1"
    assert invoke(aws, "fn", 2).json == "custom got 2"


def test_python_and_nodejs_find_what_layers_bring(aws):
    one = {"python/shared.py": "FROM = 'one'", "nodejs/node_modules/shared/index.js": "exports.from = 'one'"}
    two = {"python/shared.py": "FROM = 'two'", "python/lib/python3.12/site-packages/deep.py": "FROM = 'deep'"}
    layers = [
        aws.publish_layer_version(LayerName=name, Content={"ZipFile": package(files)})["LayerVersionArn"]
        for name, files in (("one", one), ("two", two))
    ]
    assert run(aws, "import shared, deep\nresult = [shared.FROM, deep.FROM]", Layers=layers).json == ["two", "deep"]
    code = "exports.handler = async () => require('shared').from"
    create(aws, "node", package({"index.js": code}), runtime="nodejs22.x", handler="index.handler", Layers=layers, Timeout=30)
    assert invoke(aws, "node").json == "one"


def test_the_functions_own_aws_calls_reach_hob_as_its_role(aws):
    answer = run(aws, """
import urllib.request
request = urllib.request.Request(os.environ['AWS_ENDPOINT_URL'] + '/2015-03-31/functions/fn', headers={'Host': 'lambda.us-east-1.amazonaws.com'})
result = urllib.request.urlopen(request).status
""")
    assert answer.json == 200, answer


def test_a_timeout_ends_the_function_and_the_next_call_starts_it_again(aws):
    answer = run(aws, "if event == 'hang':\n    time.sleep(60)\nresult = 'fine'", event="hang", Timeout=2)
    assert answer.json["errorType"] == "Sandbox.Timedout"
    assert invoke(aws, "fn").json == "fine"


def test_a_crash_is_the_error_of_aws(aws):
    assert run(aws, "os._exit(3)").json["errorMessage"].endswith("Runtime exited with error: exit status 3")
    assert run(aws, "os.kill(os.getpid(), 9)", "other").json["errorMessage"].endswith("signal: killed")


def test_too_much_memory_ends_the_function_as_on_aws(aws):
    answer = run(aws, "hog = []\nwhile True:\n    hog.append(bytes(1 << 20).replace(b'\\0', b'x'))\n    time.sleep(0.002)")
    assert answer.json["errorMessage"].endswith("Runtime exited with error: signal: killed"), answer
    assert answer.json["errorType"] == "Runtime.ExitError"


def test_memory_that_a_process_hides_counts_as_well(aws):
    answer = run(aws, r"""
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
hog = []
while True:
    hog.append(bytes(1 << 20).replace(b'\0', b'x'))
    time.sleep(0.002)
""")
    assert answer.json["errorMessage"].endswith("signal: killed"), answer


def test_more_in_tmp_than_it_holds_ends_the_function_and_says_so(aws):
    answer = run(aws, """
for number in range(8):
    with open(os.environ['TMPDIR'] + f'/{number}', 'wb', buffering=0) as filler:
        for _ in range(90):
            filler.write(bytes(1 << 20))
time.sleep(20)
""", Timeout=120)
    assert answer.error and "hob: more than 512 MB in /" in answer.log, answer


def test_one_file_larger_than_tmp_is_an_error_that_can_be_handled(aws):
    answer = run(aws, """
try:
    with open(os.environ['TMPDIR'] + '/filler', 'wb') as filler:
        filler.truncate(513 << 20)
except OSError as error:
    result = errno.errorcode[error.errno]
""")
    assert answer.json == "EFBIG", answer


def test_a_fork_bomb_ends_with_its_function(aws):
    answer = run(aws, """
try:
    for _ in range(3000):
        if os.fork() == 0:
            time.sleep(71)
            os._exit(0)
    time.sleep(20)
except OSError as error:
    result = errno.errorcode[error.errno]
""", MemorySize=2048, Timeout=60)
    assert answer.json == "EAGAIN" or answer.error and "hob: more than 1024" in answer.log, answer


def test_child_processes_end_with_a_timeout(aws, mark):
    body = f"subprocess.Popen(['setsid', 'sleep', '{mark}'], start_new_session=True)\nsubprocess.Popen('sleep {mark} & sleep {mark}', shell=True)\ntime.sleep(60)"
    assert run(aws, body, Timeout=2).json["errorType"] == "Sandbox.Timedout"
    wait_until(lambda: not sleepers(mark), 10, "the end of all children")


def sleepers(seconds: str) -> list[str]:
    commands = []
    for process in Path("/proc").iterdir():
        try:
            commands.append((process / "cmdline").read_bytes())
        except OSError:
            continue
    return [command for command in commands if command == b"sleep\0" + seconds.encode() + b"\0"]


@pytest.mark.parametrize("what", ["the host's /tmp", "the user's home", "the data directory", "another process"])
def test_files_of_others_are_out_of_reach(aws, server, what):
    secret = server.directory / "secret"
    secret.write_text("hush")
    secret.chmod(0o666)
    path = {
        "the host's /tmp": str(secret),
        "the user's home": str(Path.home() / ".profile") if Path.home().is_dir() else "/root/.profile",
        "the data directory": str(next(server.data.rglob("*.db*"), server.data)),
        "another process": f"/proc/{server.process.pid}/cmdline",
    }[what]
    answer = run(aws, reaches(path))
    assert answer.error is None, answer
    assert set(answer.json) <= {"EACCES", "ENOENT", "EISDIR"} and "rb" not in answer.json, (path, answer.json)


def test_another_environments_files_and_runtime_api_are_out_of_reach(aws, server):
    victim = run(aws, "open(os.environ['TMPDIR'] + '/note', 'w').close()\nresult = dict(os.environ)", "victim").json
    answer = run(aws, reaches(victim["TMPDIR"] + "/note") + f"""
def ask(address, path):
    host, port = address.rsplit(':', 1)
    try:
        connection = socket.create_connection((host, int(port)), timeout=5)
        connection.sendall(f'GET {{path}} HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'.encode())
        return connection.recv(100).decode()
    except OSError as error:
        return ''
result.append(ask({victim['AWS_LAMBDA_RUNTIME_API']!r}, '/2018-06-01/runtime/invocation/next'))
result.append(ask({victim['AWS_ENDPOINT_URL'].removeprefix('http://')!r}, '/2015-03-31/functions'))
""", "attacker")
    assert answer.json == ["EACCES", "EACCES", "", ""], answer
    assert invoke(aws, "victim").error is None


def test_a_host_process_is_not_served_either(aws):
    address = run(aws, "result = os.environ['AWS_LAMBDA_RUNTIME_API']").json
    done = subprocess.run(["curl", "-sS", "-m", "5", f"http://{address}/2018-06-01/runtime/invocation/next"], capture_output=True, text=True)
    assert done.returncode != 0 and done.stdout == "", done
    assert invoke(aws, "fn").json == address


def test_the_servers_own_api_cannot_be_reached(aws, server):
    host, port = server.endpoint.removeprefix("http://").split(":")
    answer = run(aws, f"""
result = []
attempts = {{
    'connect': lambda: socket.create_connection(({host!r}, {port}), timeout=5),
    'fast open': lambda: socket.socket().sendto(b'GET / HTTP/1.1\\r\\n\\r\\n', 0x20000000, ({host!r}, {port})),
    'multipath': lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262).connect(({host!r}, {port})),
    'bind': lambda: socket.socket().bind(('127.0.0.1', 0)),
    'unix': lambda: socket.socket(socket.AF_UNIX),
    'unix datagrams': lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM),
}}
for name, attempt in attempts.items():
    try:
        attempt()
        result.append(name)
    except OSError as error:
        pass
result += [bool(socket.socketpair())]
""")
    assert answer.json == [True], answer


def test_other_processes_of_the_user_are_out_of_reach(aws, server):
    answer = run(aws, f"""
libc, pid = ctypes.CDLL(None, use_errno=True), {server.process.pid}
attempts = {{
    'kill': lambda: os.kill(pid, 0),
    'kill all': lambda: os.kill(-1, 9),
    'kill the supervisor': lambda: os.kill(os.getppid(), 9),
    'limits': lambda: __import__('resource').prlimit(pid, 7, (0, 0)),
    'affinity': lambda: os.sched_setaffinity(pid, {{0}}),
    'priority': lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
    'priority of all': lambda: os.setpriority(os.PRIO_USER, 0, 19),
    'memory': lambda: open(f'/proc/{{pid}}/mem', 'rb'),
    'environment': lambda: open(f'/proc/{{os.getppid()}}/environ', 'rb'),
    'mode': lambda: os.chmod({str(server.directory)!r}, 0o777),
    'times': lambda: os.utime({str(server.directory)!r}, (1, 1)),
    'attributes': lambda: os.setxattr({str(server.directory)!r}, 'user.x', b''),
}}
result = []
for name, attempt in attempts.items():
    try:
        attempt()
        result.append(name)
    except OSError:
        pass
result += [libc.shmget(7, 100, 0o1600), libc.msgget(7, 0o1600), libc.mq_open(b'/x', 0o102, 0o600, None)]
""")
    assert answer.json == [-1, -1, -1], answer


def test_a_killed_server_leaves_nothing(hob, directory, user, place, mark):
    server = Server(hob, directory, user=user, **place).start()
    aws = server.client("lambda")
    body = f"subprocess.Popen(['setsid', 'sleep', '{mark}'], start_new_session=True)\nsubprocess.Popen('(sleep {mark} &)', shell=True)\nresult = 1"
    assert run(aws, body).json == 1
    # The function may have answered before its children have become what they are to be.
    wait_until(lambda: sleepers(mark), 10, "the children")
    server.kill()
    server.seen.assert_gone(directory / "nothing-but-processes-and-cgroups")
    wait_until(lambda: not sleepers(mark), 10, "the end of all children")
    with running(Server(hob, directory, user=user, **place)) as again:
        assert invoke(again.client("lambda"), "fn").json == 1
        assert len(list((again.data / "sandbox" / "environments").iterdir())) == 1


@pytest.mark.parametrize("victim", ["the launcher", "a supervisor"])
def test_what_a_killed_process_of_hobs_leaves_is_ended(aws, server, victim, mark):
    assert run(aws, f"subprocess.Popen(['setsid', 'sleep', '{mark}'], start_new_session=True)\nresult = os.getppid()").error is None
    supervisor = int(invoke(aws, "fn").json)
    assert sleepers(mark)
    os.kill(parent_of(supervisor) if victim == "the launcher" else supervisor, signal.SIGKILL)
    wait_until(lambda: not sleepers(mark), 10, "the end of all children")
    wait_until(lambda: answers(aws), 20, "another environment")


def answers(aws) -> bool:
    try:
        return invoke(aws, "fn").error is None
    except ClientError:
        return False  # the environment that was killed


def test_without_landlock_either_a_call_fails_with_what_to_do(hob, directory, user):
    wrapper = container.command(user, LANDLOCK_CREATE_RULESET) if container.is_possible() else pytest.skip("not x86-64")
    with running(Server(hob, directory, user=user, wrapper=wrapper)) as server:
        aws = server.client("lambda")
        create(aws, "fn", ECHO)
        with pytest.raises(ClientError) as refused:
            invoke(aws, "fn")
        assert "no isolation is available" in str(refused.value) and "Landlock cannot be used" in str(refused.value)
        assert "run Hob as root" in str(refused.value)


def test_doctor_says_what_is_weaker(hob, directory, user, place):
    wrapper = place.get("wrapper", ())
    environment = {"PATH": os.environ["PATH"], "HOME": str(directory)}
    if not wrapper:
        environment["HOB_ISOLATION"] = "landlock"
    command = Server(hob, directory, user=user)._as_user([*wrapper, str(hob), "doctor", "--output", "json"])
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, timeout=60)
    findings = {finding["subject"]: finding for finding in json.loads(done.stdout)}
    assert findings["isolation"]["state"].startswith("landlock"), findings
    for weaker in ("isolation", "/tmp", "files", "network"):
        assert findings[weaker]["grade"] == "warn" and findings[weaker]["because"] and findings[weaker]["try"], weaker
