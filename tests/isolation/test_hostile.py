"""Functions that mean harm: each has an outcome on the wire, and the server and the others go on unharmed."""

import io
import json
import socket
import threading
import zipfile

import pytest
from botocore.exceptions import ClientError

from support.functions import ROLE, create, invoke, package

ECHO = "def handler(event, context):\n    return event\n"


@pytest.fixture
def user(both_users):
    return both_users


@pytest.fixture
def unharmed(aws, server):
    """Another function, which must still answer after the attack."""
    create(aws, "other", ECHO)
    assert invoke(aws, "other", "before").json == "before"
    yield
    assert server.process.poll() is None, server.log_text()
    assert invoke(aws, "other", "after").json == "after"


def attack(aws, body: str, preamble: str = "", **more):
    """Runs `body` as the handler of a function, which leaves its finding in `result`."""
    lines = "\n".join("    " + line for line in body.strip("\n").splitlines())
    source = f"import os, sys, socket, ctypes, errno, signal, subprocess, time\n{preamble}\ndef handler(event, context):\n    result = None\n{lines}\n    return result\n"
    more.setdefault("Timeout", 30)
    create(aws, "hostile", source, **more)
    return invoke(aws, "hostile", tail=True)


def test_a_fork_bomb_hits_the_process_limit(aws, unharmed):
    answer = attack(aws, """
children = 0
try:
    while children < 5000:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        children += 1
except OSError as error:
    result = [errno.errorcode[error.errno], children < 2000]
""", MemorySize=2048)
    assert answer.error or answer.json == ["EAGAIN", True], answer


def test_a_memory_hog_is_killed_as_on_aws(aws, unharmed):
    answer = attack(aws, "hog = []\nwhile True:\n    hog.append(bytearray(8 << 20))\n", Timeout=60)
    assert answer.error == "Unhandled"
    assert answer.json["errorType"] == "Runtime.ExitError"
    assert answer.json["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")


def test_memory_that_a_process_hides_counts_as_well(aws, unharmed):
    answer = attack(aws, r"""
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
hog = []
while True:
    hog.append(bytes(8 << 20).replace(b'\0', b'x'))
""", Timeout=60)
    assert answer.error == "Unhandled"
    assert answer.json["errorMessage"].endswith("signal: killed")


def test_unfinished_requests_do_not_fill_the_servers_memory(aws, unharmed):
    answer = attack(aws, r"""
sockets, result = [], 0
for _ in range(4):
    connection = socket.create_connection(('169.254.100.1', 4566))
    connection.settimeout(2)
    sockets.append(connection)
    connection.sendall(b'POST /2015-03-31/functions HTTP/1.1\r\nHost: x\r\nContent-Length: 60000001\r\n\r\n')
    try:
        for _ in range(60):
            connection.sendall(bytes(1000000))
        result += 1
    except TimeoutError:
        pass
""")
    assert answer.json == 2, "there is room for two at a time"


def test_a_full_tmp_is_no_space_left_and_the_function_lives_on(aws, unharmed):
    answer = attack(aws, """
written = 0
try:
    with open('/tmp/filler', 'wb', buffering=0) as filler:
        while written < 700 << 20:
            written += filler.write(bytes(1 << 20))
except OSError as error:
    result = [errno.errorcode[error.errno], written >> 20]
os.unlink('/tmp/filler')
""", Timeout=120)
    assert answer.error is None, answer
    kind, mib = answer.json
    assert kind == "ENOSPC" and 440 <= mib <= 512
    assert invoke(aws, "hostile").error is None


def test_an_endless_loop_is_timed_out(aws, unharmed):
    answer = attack(aws, "while True:\n    pass\n", Timeout=2)
    assert answer.json["errorType"] == "Sandbox.Timedout"


def test_a_loop_that_ignores_signals_is_timed_out(aws, unharmed):
    answer = attack(aws, "for number in range(1, 32):\n    try:\n        signal.signal(number, signal.SIG_IGN)\n    except (OSError, ValueError):\n        pass\nwhile True:\n    pass\n", Timeout=2)
    assert answer.json["errorType"] == "Sandbox.Timedout"


def test_zombies_are_reaped(aws, unharmed):
    answer = attack(aws, """
for _ in range(1500):
    if os.fork() == 0:
        if os.fork() == 0:
            os._exit(0)
        os._exit(0)
    os.wait()
time.sleep(0.5)
result = sum(1 for entry in os.listdir('/proc') if entry.isdigit())
""", MemorySize=1769, Timeout=120)
    assert answer.error is None and answer.json < 50, answer


def test_children_do_not_outlive_their_environment(aws, server, unharmed):
    attack(aws, "subprocess.Popen(['sleep', '7331'], start_new_session=True)\nos._exit(1)\n")
    aws.delete_function(FunctionName="hostile")
    from support.leftovers import command_line, descendants
    from support.server import wait_until

    wait_until(lambda: not any("7331" in command_line(pid) for pid in descendants(server.process.pid)), what="the end of the child")


def test_no_signal_reaches_the_init(aws, unharmed):
    answer = attack(aws, """
for number in range(1, 65):
    try:
        os.kill(1, number)
    except PermissionError:
        pass
time.sleep(0.1)
result = os.getpid()
""")
    assert answer.error is None, answer
    again = invoke(aws, "hostile")
    assert again.error is None and again.json == answer.json, "still the same environment"


def test_only_the_functions_own_processes_can_be_seen_or_signalled(aws, unharmed):
    answer = attack(aws, """
visible = [int(entry) for entry in os.listdir('/proc') if entry.isdigit()]
failed = []
for pid in range(1, 400):
    if pid != os.getpid():
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError as error:
            failed.append(error.errno)
result = [len(visible) < 10, os.getpid() in visible]
""")
    assert answer.error or answer.json == [True, True]


REFUSED = {
    "mount": "result = ctypes.CDLL(None, use_errno=True).mount(b'none', b'/tmp', b'tmpfs', 0, b'')",
    "unshare": "result = ctypes.CDLL(None, use_errno=True).unshare(0x10000000)",
    "ptrace of pid 1": "result = ctypes.CDLL(None, use_errno=True).ptrace(16, 1, 0, 0)",
    "chroot": "result = ctypes.CDLL(None, use_errno=True).chroot(b'/tmp')",
    "setuid root": "result = ctypes.CDLL(None, use_errno=True).setuid(0)",
    "reboot": "result = ctypes.CDLL(None, use_errno=True).reboot(0x1234567)",
    "swapon": "result = ctypes.CDLL(None, use_errno=True).swapon(b'/tmp/x', 0)",
    "bpf": "result = ctypes.CDLL(None, use_errno=True).syscall(321, 0, 0, 0)",
    "io_uring": "result = ctypes.CDLL(None, use_errno=True).syscall(425, 8, 0)",
    "keyctl": "result = ctypes.CDLL(None, use_errno=True).syscall(250, 0, -3, 1)",
    "kernel module": "result = ctypes.CDLL(None, use_errno=True).syscall(313, 0, b'', 0)",
    "perf events": "result = ctypes.CDLL(None, use_errno=True).syscall(298, 0, 0, -1, -1, 0)",
    "open by handle": "result = ctypes.CDLL(None, use_errno=True).syscall(304, -1, b'', 0)",
    "sethostname": "result = ctypes.CDLL(None, use_errno=True).sethostname(b'x', 1)",
    "settimeofday": "result = ctypes.CDLL(None, use_errno=True).settimeofday(b'\\0' * 16, None)",
    "mknod of a disk": "result = ctypes.CDLL(None, use_errno=True).mknod(b'/tmp/disk', 0o60666, 0x800)",
}


@pytest.mark.parametrize("call", REFUSED)
def test_privileged_system_calls_are_refused(aws, call):
    answer = attack(aws, REFUSED[call])
    assert answer.error is None and answer.json == -1, (call, answer)


@pytest.mark.parametrize(
    "family",
    ["socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)", "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)", "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)"],
)
def test_raw_sockets_are_refused(aws, family):
    answer = attack(aws, f"try:\n    {family}\nexcept OSError as error:\n    result = error.errno\n")
    assert answer.error is None and isinstance(answer.json, int)


def test_the_file_system_is_read_only_but_for_tmp(aws):
    answer = attack(aws, """
result = {}
for place in ('/', '/var/task', '/usr', '/etc', '/opt', '/var/runtime', '/proc/sys/kernel', '/dev', '/bin', '/home', '/root'):
    try:
        open(place + '/planted', 'w').close()
        result[place] = 'written'
    except OSError as error:
        pass
""")
    assert answer.json == {}


def test_the_hosts_files_cannot_be_read(aws, server):
    (server.directory / "secret").write_text("secret")
    paths = [str(server.directory / "secret"), str(server.data), "/etc/shadow", "/etc/machine-id", "/etc/ssh", "/root/.ssh", "/root/.bashrc", "/home", "/boot", "/sys/kernel", "/proc/kcore", "/proc/1/environ", "/proc/1/root/etc", "/dev/sda", "/dev/vda", "/dev/mem", "/run", "/var/lib", "/var/log", "/dev/shm"]
    answer = attack(aws, f"""
result = []
for path in {paths!r}:
    try:
        entries = os.listdir(path) if os.path.isdir(path) else [open(path, 'rb').read(1)]
        if entries:
            result.append([path, len(entries)])
    except OSError:
        pass
""")
    assert answer.json == [], answer


def test_the_servers_environment_and_descriptors_are_not_inherited(aws):
    answer = attack(aws, """
result = sorted(os.readlink('/proc/self/fd/' + entry).split(':')[0] for entry in os.listdir('/proc/self/fd') if os.path.islink('/proc/self/fd/' + entry))
""")
    assert answer.error is None
    assert not [target for target in answer.json if target.startswith("/") and not target.startswith(("/dev/null", "/proc/", "/var/task"))], answer.json


def test_the_hosts_loopback_is_out_of_reach(aws):
    with socket.socket() as secret:
        secret.bind(("127.0.0.1", 0))
        secret.listen()
        port = secret.getsockname()[1]
        answer = attack(aws, f"""
result = []
for address in ('127.0.0.1', '::1', 'localhost', '0.0.0.0'):
    try:
        socket.create_connection((address, {port}), timeout=2)
        result.append(address)
    except OSError:
        pass
""")
    assert answer.json == []


def test_the_server_is_reachable_only_at_its_endpoint_inside(aws, server):
    port = int(server.endpoint.rpartition(":")[2])
    answer = attack(aws, f"""
import urllib.request
result = [urllib.request.urlopen(os.environ['AWS_ENDPOINT_URL'] + '/2015-03-31/functions/').status]
for address in ('127.0.0.1', '169.254.169.254'):
    try:
        socket.create_connection((address, {port}), timeout=2)
        result.append(address)
    except OSError:
        pass
""")
    assert answer.json == [200], answer


def test_the_runtime_api_of_another_environment_is_out_of_reach(aws):
    create(aws, "victim", "import time\ndef handler(event, context):\n    time.sleep(5)\n    return 'mine'\n", Timeout=30)
    seen = []
    caller = threading.Thread(target=lambda: seen.append(invoke(aws, "victim").json))
    caller.start()
    answer = attack(aws, """
import urllib.request
api = 'http://' + os.environ['AWS_LAMBDA_RUNTIME_API'] + '/2018-06-01/runtime/invocation/'
result = []
for guess in range(50):
    request = urllib.request.Request(api + '00000000-0000-4000-8000-%012d/response' % guess, b'stolen', method='POST')
    try:
        urllib.request.urlopen(request, timeout=2)
        result.append(guess)
    except Exception as error:
        pass
""")
    caller.join()
    assert answer.json == [] and seen == ["mine"]


def test_a_garbled_runtime_api_peer_harms_only_itself(aws, unharmed):
    answer = attack(aws, """
host, port = os.environ['AWS_LAMBDA_RUNTIME_API'].split(':')
for garbage in (b'\\0' * 100000, b'GET ' + b'x' * 300000, b'POST / HTTP/1.1\\r\\nContent-Length: -5\\r\\n\\r\\n', b'POST /2018-06-01/runtime/invocation/x/response HTTP/1.1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nffffffffffffffff\\r\\n', b'\\r\\n' * 1000):
    try:
        with socket.create_connection((host, int(port)), timeout=2) as peer:
            peer.sendall(garbage)
            peer.settimeout(1)
            peer.recv(100)
    except OSError:
        pass
idle = []
try:
    for _ in range(500):
        idle.append(socket.create_connection((host, int(port)), timeout=2))
except OSError:
    pass
result = 'survived'
for peer in idle:
    peer.close()
""")
    assert answer.error or answer.json == "survived"


def test_100_mb_of_output_are_survived(aws, unharmed):
    answer = attack(aws, "block = b'y' * 1_000_000\nfor _ in range(100):\n    os.write(1, block)\nresult = 'done'\n", MemorySize=1769, Timeout=120)
    assert answer.json == "done"


def created(aws, zipped):
    return aws.create_function(FunctionName="bad", Runtime="python3.12", Handler="app.handler", Role=ROLE, Code={"ZipFile": zipped})


def symlink(name: str, target: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", ECHO)
        entry = zipfile.ZipInfo(name)
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, target)
        archive.writestr(name + "/planted", "x")
    return buffer.getvalue()


SLIPS = {
    "dot dot": package({"app.py": ECHO, "../planted": "x"}),
    "deep dot dot": package({"app.py": ECHO, "a/../../planted": "x"}),
    "absolute": package({"app.py": ECHO, "/tmp/planted-by-hob-test": "x"}),
    "through a symlink": symlink("link", "/tmp"),
    "through a relative symlink": symlink("link", "../../.."),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_zip_that_points_outside_is_refused(aws, server, slip):
    with pytest.raises(ClientError) as caught:
        created(aws, SLIPS[slip])
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValueException"
    assert not list(server.directory.rglob("planted*"))


def test_a_zip_bomb_is_refused(aws, unharmed):
    bomb = package({"app.py": ECHO, "zeros": bytes(300 << 20)})
    assert len(bomb) < 1 << 20
    with pytest.raises(ClientError) as caught:
        created(aws, bomb)
    response = caught.value.response
    assert (response["Error"].get("Message") or response["message"]) == "Unzipped size must be smaller than 262144000 bytes"


def test_100_000_files_are_unpacked_and_found(aws, unharmed):
    files = {f"data/{number // 1000}/{number}.txt": "" for number in range(100_000)}
    source = "import os\ndef handler(event, context):\n    return sum(len(files) for _, _, files in os.walk('/var/task/data'))\n"
    create(aws, "many", package({"app.py": source, **files}), Timeout=60, MemorySize=1769)
    assert invoke(aws, "many").json == 100_000


def test_a_name_with_a_newline_is_a_file_like_any_other(aws):
    source = "import os\ndef handler(event, context):\n    return sorted(os.listdir('/var/task'))\n"
    try:
        create(aws, "odd", package({"app.py": source, "two\nlines": "x"}))
    except ClientError as refused:
        assert refused.response["Error"]["Code"] == "InvalidParameterValueException"
    else:
        assert "two\nlines" in invoke(aws, "odd").json


def test_the_function_is_nobody_in_particular(aws):
    answer = attack(aws, "import pwd\nresult = [pwd.getpwuid(os.getuid()).pw_name, os.getcwd(), open('/proc/self/status').read().count('CapEff:\\t0000000000000000'), open('/proc/self/status').read().count('NoNewPrivs:\\t1'), open('/proc/self/status').read().count('Seccomp:\\t2')]")
    assert answer.json == ["sbx_user1051", "/var/task", 1, 1, 1]


def test_limits_are_those_of_aws(aws):
    answer = attack(aws, "import resource\nresult = [resource.getrlimit(resource.RLIMIT_NOFILE), os.statvfs('/tmp').f_blocks * os.statvfs('/tmp').f_frsize >> 20]")
    files, tmp = answer.json
    assert files == [1024, 1024] and 440 <= tmp <= 540
    assert json.dumps(files)
