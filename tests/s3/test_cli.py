"""The AWS CLI: `aws s3` and `aws s3api`."""

import filecmp
import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def cli(server, tmp_path):
    def run(*arguments: str, fails: bool = False) -> str:
        command = [str(Path(sys.executable).parent / "aws"), *arguments]
        done = subprocess.run(command, env=server.environment, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert (done.returncode != 0) == fails, done.stderr
        return done.stdout

    return run


def test_files_go_up_and_come_back(cli, tmp_path):
    cli("s3", "mb", "s3://bucket")
    assert cli("s3", "ls").split()[-1] == "bucket"
    (tmp_path / "large.bin").write_bytes(bytes(range(256)) * (40 << 10))
    (tmp_path / "small.txt").write_text("text")
    cli("s3", "cp", "large.bin", "s3://bucket/dir/large.bin")
    cli("s3", "cp", "s3://bucket/dir/large.bin", "back.bin")
    assert filecmp.cmp(tmp_path / "large.bin", tmp_path / "back.bin", shallow=False)
    cli("s3", "cp", "s3://bucket/dir/large.bin", "s3://bucket/copy.bin")
    cli("s3", "mv", "small.txt", "s3://bucket/small.txt")
    assert cli("s3", "cp", "s3://bucket/small.txt", "-") == "text"
    listed = cli("s3", "ls", "s3://bucket")
    assert "PRE dir/" in listed and "copy.bin" in listed and "small.txt" in listed
    cli("s3", "rm", "s3://bucket", "--recursive")
    cli("s3", "rb", "s3://bucket")
    assert cli("s3", "ls") == ""


def test_a_directory_is_synchronised(cli, tmp_path):
    cli("s3", "mb", "s3://bucket")
    source = tmp_path / "source"
    (source / "sub").mkdir(parents=True)
    for name in ("one", "two words", "sub/three"):
        (source / name).write_text(name)
    cli("s3", "sync", "source", "s3://bucket/prefix")
    (source / "one").unlink()
    assert cli("s3", "sync", "source", "s3://bucket/prefix", "--delete") == "delete: s3://bucket/prefix/one\n"
    cli("s3", "sync", "s3://bucket/prefix", "target")
    assert (tmp_path / "target" / "sub" / "three").read_text() == "sub/three"
    assert sorted(path.name for path in (tmp_path / "target").iterdir()) == ["sub", "two words"]
    cli("s3", "rb", "s3://bucket", "--force")


def test_the_api_is_spoken(cli, tmp_path):
    cli("s3api", "create-bucket", "--bucket", "bucket")
    (tmp_path / "body").write_text("text")
    put = json.loads(cli("s3api", "put-object", "--bucket", "bucket", "--key", "key", "--body", "body"))
    assert put["ETag"] == '"1cb251ec0d568de6a929b520c4aed8d1"'
    cli("s3api", "get-object", "--bucket", "bucket", "--key", "key", "back")
    assert (tmp_path / "back").read_text() == "text"
    cli("s3api", "wait", "object-exists", "--bucket", "bucket", "--key", "key")
    cli("s3api", "head-object", "--bucket", "bucket", "--key", "none", fails=True)
