"""The `hob` command as a person uses it."""

import json
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

from support.functions import create, invoke
from support.server import Server, running, wait_until

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def run(hob, server):
    """Runs a client command against the server."""

    def run(*arguments: str, stdin: str | None = None, status: int = 0) -> subprocess.CompletedProcess:
        environment = {**server.environment, "NO_COLOR": "1"}
        done = subprocess.run(
            [str(hob), *arguments], cwd=server.directory, env=environment, input=stdin, capture_output=True, text=True, timeout=200
        )
        assert done.returncode == status, f"{arguments} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    return run


def test_deploy_invoke_list_and_remove(run):
    run("deploy", str(EXAMPLES / "hello-python"))
    assert "Hello, x" in run("invoke", "hello-python", "--payload", '{"name":"x"}').stdout
    assert "hello-python" in run("ls").stdout
    run("rm", "hello-python")
    assert "hello-python" not in run("ls").stdout


def test_deploying_again_updates(run, tmp_path):
    project = tmp_path / "again"
    project.mkdir()
    for answer in ("one", "two"):
        (project / "app.py").write_text(f"def handler(event, context):\n    return '{answer}'\n")
        run("deploy", str(project), "--runtime", "python3.12", "--handler", "app.handler")
        assert answer in run("invoke", "again").stdout


def test_a_payload_comes_from_argument_file_or_stdin(run, tmp_path):
    project = tmp_path / "echo"
    project.mkdir()
    (project / "app.py").write_text("def handler(event, context):\n    return {'got': event}\n")
    run("deploy", str(project))
    (tmp_path / "event.json").write_text('"from a file"')
    assert '"from an argument"' in run("invoke", "echo", "--payload", '"from an argument"').stdout
    assert '"from a file"' in run("invoke", "echo", "--payload", f"@{tmp_path}/event.json").stdout
    assert '"from stdin"' in run("invoke", "echo", "--payload", "-", stdin='"from stdin"').stdout


def test_a_function_error_is_exit_status_1_and_shows_why(run, tmp_path):
    project = tmp_path / "broken"
    project.mkdir()
    (project / "app.py").write_text("def handler(event, context):\n    raise ValueError('no good')\n")
    run("deploy", str(project))
    done = run("invoke", "broken", status=1)
    assert "no good" in done.stdout + done.stderr


def test_json_output_can_be_read_by_a_program(run):
    run("deploy", str(EXAMPLES / "hello-python"), "--output", "json")
    assert json.loads(run("ls", "--output", "json").stdout)
    assert json.loads(run("invoke", "hello-python", "--output", "json").stdout)


def test_logs_are_shown_and_followed(run, hob, server):
    run("deploy", str(EXAMPLES / "hello-python"))
    run("invoke", "hello-python")
    wait_until(lambda: "REPORT" in run("logs", "hello-python").stdout, what="the logs")
    follow = subprocess.Popen([str(hob), "logs", "-f", "hello-python"], env=server.environment, stdout=subprocess.PIPE, text=True)
    guard = threading.Timer(60, follow.kill)
    guard.start()
    try:
        lines = iter(follow.stdout)
        assert any("REPORT" in line for line in lines)
        run("invoke", "hello-python")
        assert any("REPORT" in line for line in lines)
    finally:
        guard.cancel()
        follow.kill()
        follow.wait()
        follow.stdout.close()


@pytest.mark.needs_internet
def test_requirements_are_installed_into_the_package(run, tmp_path):
    project = tmp_path / "needy"
    project.mkdir()
    (project / "requirements.txt").write_text("six==1.17.0\n")
    (project / "app.py").write_text("import six\ndef handler(event, context):\n    return six.__version__\n")
    run("deploy", str(project))
    assert "1.17.0" in run("invoke", "needy").stdout
    assert sorted(path.name for path in project.iterdir()) == ["app.py", "requirements.txt"], "the user's folder is left alone"


def test_the_doctor_explains_what_it_found(run, server):
    before = set(server.directory.iterdir())
    report = run("doctor").stdout
    assert set(server.directory.iterdir()) == before, "an examination leaves nothing behind"
    for subject in ("isolation", "cgroup", "python", "node"):
        assert subject in report.lower(), report


def test_the_configuration_says_where_each_value_comes_from(hob, tmp_path):
    (tmp_path / "hob.toml").write_text('port = 1234\n')
    done = subprocess.run([str(hob), "config"], cwd=tmp_path, env={"PATH": os.environ["PATH"], "HOB_HOST": "::1"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert any("1234" in line and "hob.toml" in line for line in done.stdout.splitlines()), done.stdout
    assert any("::1" in line and "HOB_HOST" in line for line in done.stdout.splitlines()), done.stdout


def test_a_mistyped_configuration_key_is_an_error(hob, tmp_path):
    (tmp_path / "hob.toml").write_text("prot = 1234\n")
    done = subprocess.run([str(hob), "config"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0 and "prot" in done.stderr and "port" in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_are_made(hob, shell):
    done = subprocess.run([str(hob), "completions", shell], capture_output=True, text=True)
    assert done.returncode == 0 and "deploy" in done.stdout


def test_help_has_examples(hob):
    for command in ([], ["up"], ["deploy"], ["invoke"], ["logs"]):
        done = subprocess.run([str(hob), *command, "--help"], capture_output=True, text=True)
        assert done.returncode == 0 and "Examples:" in done.stdout, command


def test_a_busy_port_is_a_clear_error(hob, directory):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run([str(hob), "up", "--port", port, "--data-dir", str(directory / "d")], capture_output=True, text=True, timeout=30)
    assert done.returncode != 0 and port in done.stderr and "--port" in done.stderr


def test_a_data_directory_without_the_right_to_write_is_a_clear_error(hob, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("needs another user")
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--", str(hob), "up", "--port", "0", "--data-dir", "/etc/hob-data"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode != 0 and "/etc/hob-data" in done.stderr


def test_running_invocations_finish_before_the_server_ends(hob, directory):
    server = Server(hob, directory).start()
    aws = server.client("lambda")
    create(aws, "slow", "import time\ndef handler(event, context):\n    if event:\n        time.sleep(3)\n    return 'finished'\n", Timeout=20)
    invoke(aws, "slow", 0)
    answers = []
    caller = threading.Thread(target=lambda: answers.append(invoke(aws, "slow", 1).json))
    caller.start()
    time.sleep(0.5)
    server.stop()
    caller.join()
    assert answers == ["finished"]


def test_a_second_signal_ends_at_once(hob, directory):
    server = Server(hob, directory).start()
    aws = server.client("lambda")
    create(aws, "slow", "import time\ndef handler(event, context):\n    time.sleep(60)\n", Timeout=100)
    caller = threading.Thread(target=lambda: _ignore(lambda: invoke(aws, "slow")))
    caller.start()
    time.sleep(1)
    server.seen.look(server.process.pid)
    server.process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert server.process.poll() is None
    server.process.send_signal(signal.SIGINT)
    server.process.wait(5)
    caller.join()
    server.process.stdout.close()
    server.seen.assert_gone(directory)


def _ignore(call):
    try:
        call()
    except Exception:
        pass


@pytest.mark.timeout(120)
def test_the_demo_deploys_invokes_and_stays_up(hob, directory):
    server = Server(hob, directory, ("--demo",))
    with running(server):
        wait_until(lambda: "hello-python" in server.log_text() and "Hello" in server.log_text(), seconds=60, what="the demo")
        names = [function["FunctionName"] for function in server.client("lambda").list_functions()["Functions"]]
        assert "hello-python" in names
