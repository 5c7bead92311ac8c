"""Packages that bring their own runtime, and AWS's own runtime clients unchanged."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.functions import create, invoke, package

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SHELL = """#!/bin/bash
exec 3<>/dev/null
while true; do
  /usr/bin/python3 - <<'PY'
import os, urllib.request
api = 'http://' + os.environ['AWS_LAMBDA_RUNTIME_API'] + '/2018-06-01/runtime/invocation/'
event = urllib.request.urlopen(api + 'next')
request_id = event.headers['Lambda-Runtime-Aws-Request-Id']
urllib.request.urlopen(urllib.request.Request(api + request_id + '/response', b'"shell got ' + event.read() + b'"', method='POST'))
PY
done
"""


def deploy(aws, files, **more):
    zipped = package(files)
    return create(aws, "fn", zipped, runtime="provided.al2023", handler="any", MemorySize=512, Timeout=30, **more)


def test_a_shell_script_can_be_a_runtime(aws):
    deploy(aws, {"bootstrap": SHELL})
    assert invoke(aws, "fn", 1).json == "shell got 1"
    assert invoke(aws, "fn", 2).json == "shell got 2"


def test_a_missing_bootstrap_is_the_error_of_aws(aws):
    deploy(aws, {"nothing": ""})
    answer = invoke(aws, "fn")
    assert answer.json["errorType"] == "Runtime.InvalidEntrypoint"
    assert answer.json["errorMessage"].endswith("Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]")


def test_a_bootstrap_that_cannot_be_executed_is_a_clear_error(aws):
    deploy(aws, {"bootstrap": "#!/no/such/interpreter\n"})
    answer = invoke(aws, "fn")
    assert answer.error == "Unhandled" and answer.json["errorType"] in ("Runtime.ExitError", "Runtime.InvalidEntrypoint")


def build(command: list[str], where: Path, **environment: str) -> None:
    done = subprocess.run(command, cwd=where, env={**os.environ, **environment}, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        pytest.skip(f"{command[0]} could not build the example: {done.stderr[-300:]}")


def copied(tmp_path: Path, example: str) -> Path:
    return Path(shutil.copytree(EXAMPLES / example, tmp_path / example, ignore=shutil.ignore_patterns("target")))


@pytest.mark.needs_internet
@pytest.mark.timeout(900)
@pytest.mark.skipif(shutil.which("cargo") is None, reason="Rust is not installed")
def test_a_rust_function_on_lambda_runtime(aws, tmp_path):
    where = EXAMPLES / "rust"
    target = Path(os.environ.get("CARGO_TARGET_DIR", EXAMPLES.parent / "target")) / "examples"
    build(["cargo", "build", "--release", "--quiet"], where, CARGO_TARGET_DIR=str(target))
    deploy(aws, {"bootstrap": (target / "release" / "bootstrap").read_bytes()})
    assert invoke(aws, "fn", {"name": "Rust"}).json == {"message": "Hello, Rust!"}


@pytest.mark.needs_internet
@pytest.mark.timeout(600)
@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed")
def test_a_go_function_on_aws_lambda_go(aws, tmp_path):
    where = copied(tmp_path, "go")
    build(["go", "build", "-tags", "lambda.norpc", "-o", "bootstrap", "."], where, CGO_ENABLED="0")
    deploy(aws, {"bootstrap": (where / "bootstrap").read_bytes()})
    assert invoke(aws, "fn", {"name": "Go"}).json == {"message": "Hello, Go!"}


def zipped_folder(folder: Path) -> bytes:
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    executable = tuple(name for name in files if os.access(folder / name, os.X_OK))
    return package(files, executable)


@pytest.mark.needs_internet
@pytest.mark.timeout(600)
def test_awslambdaric_works_unchanged(aws, tmp_path):
    where = copied(tmp_path, "awslambdaric")
    python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
    build([sys.executable, "-m", "pip", "--python", python, "install", "-q", "--target", ".", "-r", "requirements.txt"], where)
    zipped = zipped_folder(where)
    create(aws, "fn", zipped, runtime="provided.al2023", handler="app.handler", MemorySize=512, Timeout=30)
    assert invoke(aws, "fn", {"name": "ric"}).json == {"message": "Hello, ric!"}


@pytest.mark.needs_internet
@pytest.mark.timeout(900)
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_aws_lambda_ric_works_unchanged(aws, tmp_path):
    where = copied(tmp_path, "aws-lambda-ric")
    build(["npm", "install", "--no-audit", "--no-fund", "--silent"], where)
    create(aws, "fn", zipped_folder(where), runtime="provided.al2023", handler="index.handler", MemorySize=512, Timeout=30)
    assert invoke(aws, "fn", {"name": "ric"}).json == {"message": "Hello, ric!"}
