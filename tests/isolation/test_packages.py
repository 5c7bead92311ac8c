"""Packages that mean harm: refused when they are deployed, or harmless where they are unpacked."""

import io
import stat
import struct
import zipfile

import pytest
from botocore.exceptions import ClientError

from support.functions import ROLE, create, invoke, package

ECHO = "def handler(event, context):\n    return event\n"


def archive(*entries: tuple[str, int, str | bytes], app: str = ECHO) -> bytes:
    """A zip of names, modes and contents, whatever they are, beside a good `app.py`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("app.py", app)
        for name, mode, content in entries:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            zipped.writestr(entry, content)
    return buffer.getvalue()


def link(name: str, target: str, *more: tuple[str, int, str]) -> bytes:
    return archive((name, stat.S_IFLNK | 0o777, target), *more)


def file(name: str) -> tuple[str, int, str]:
    return name, stat.S_IFREG | 0o644, "x"


def claiming(size: int) -> bytes:
    """A zip whose entry claims to be of another size than it is."""
    good = bytearray(package({"app.py": ECHO}))
    place = good.rindex(b"PK\x01\x02")
    struct.pack_into("<I", good, place + 24, size)
    return bytes(good)


def overlapping() -> bytes:
    """A thousand names for the same bytes, each of which inflates to a megabyte."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("app.py", ECHO)
        zipped.writestr("0", bytes(1 << 20))
        first = zipped.infolist()[-1]
        for number in range(1, 1000):
            entry = zipfile.ZipInfo(str(number))
            for field in ("compress_type", "CRC", "compress_size", "file_size", "header_offset"):
                setattr(entry, field, getattr(first, field))
            zipped.filelist.append(entry)
            zipped.NameToInfo[entry.filename] = entry
    return buffer.getvalue()


REFUSED = {
    "dot dot": archive(file("../planted")),
    "deep dot dot": archive(file("a/../../planted")),
    "absolute": archive(file("/tmp/planted-by-hob-test")),
    "a NUL in the name": archive(file("planted")).replace(b"planted", b"pl\0nted"),
    "a name of 300 bytes": archive(file("x" * 300)),
    "200 directories deep": archive(file("d/" * 200 + "planted")),
    "a link to the root": link("link", "/"),
    "a link to a file of the host": link("link", "/etc/shadow"),
    "a link above the package": link("link", "../../.."),
    "a link to pid 1's root": link("link", "/proc/1/root"),
    "a link with a file behind it": link("link", "/tmp", file("link/planted")),
    "a relative link with a file behind it": link("link", "../../..", file("link/planted")),
    "links that leave together": link("a/b", "../c", ("c", stat.S_IFLNK | 0o777, "..")),
    "links in a circle": link("a", "b", ("b", stat.S_IFLNK | 0o777, "a")),
    "a file and a directory of one name": archive(file("same"), file("same/planted")),
    "no zip": b"PK\x03\x04" + bytes(1000),
    "cut in half": package({"app.py": ECHO * 1000})[:200],
    "a size that is a lie": claiming(0xFFFFFFF0),
    "nothing": package({}),
}


@pytest.mark.parametrize("bad", REFUSED)
def test_a_package_that_could_do_harm_is_refused(aws, server, bad):
    with pytest.raises(ClientError) as caught:
        aws.create_function(FunctionName="bad", Runtime="python3.12", Handler="app.handler", Role=ROLE, Code={"ZipFile": REFUSED[bad]})
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValueException"
    assert not list(server.directory.rglob("planted*"))


MODES = {
    "set-user-id": stat.S_IFREG | 0o6755,
    "a block device": stat.S_IFBLK | 0o666,
    "a character device": stat.S_IFCHR | 0o666,
    "a named pipe": stat.S_IFIFO | 0o666,
    "a socket": stat.S_IFSOCK | 0o666,
    "writable for all": stat.S_IFREG | 0o777,
    "readable for nobody": stat.S_IFREG,
}
LOOK = """
import os, stat
def handler(event, context):
    found = os.lstat('/var/task/odd')
    return [stat.S_ISREG(found.st_mode), oct(found.st_mode & 0o6022), open('/var/task/odd').read()]
"""


@pytest.mark.parametrize("odd", MODES)
def test_an_odd_file_is_refused_or_becomes_an_ordinary_one(aws, odd):
    zipped = archive(("odd", MODES[odd], "x"), app=LOOK)
    try:
        create(aws, "odd", zipped)
    except ClientError as refused:
        assert refused.response["Error"]["Code"] == "InvalidParameterValueException"
    else:
        assert invoke(aws, "odd").json == [True, "0o0", "x"]


BOMBS = {
    "300 MB of nothing": lambda: package({"app.py": ECHO, "zeros": bytes(300 << 20)}),
    "one megabyte a thousand times": overlapping,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_zip_bomb_is_refused(aws, server, bomb):
    zipped = BOMBS[bomb]()
    assert len(zipped) < 1 << 20
    with pytest.raises(ClientError) as caught:
        aws.create_function(FunctionName="bad", Runtime="python3.12", Handler="app.handler", Role=ROLE, Code={"ZipFile": zipped})
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValueException"
    assert server.process.poll() is None


def test_100_000_files_are_unpacked_and_found(aws):
    files = {f"data/{number // 1000}/{number}.txt": "" for number in range(100_000)}
    source = "import os\ndef handler(event, context):\n    return sum(len(files) for _, _, files in os.walk('/var/task/data'))\n"
    create(aws, "many", package({"app.py": source, **files}), Timeout=60, MemorySize=1769)
    assert invoke(aws, "many").json == 100_000


def test_a_name_with_a_newline_is_a_file_like_any_other(aws):
    source = "import os\ndef handler(event, context):\n    return sorted(os.listdir('/var/task'))\n"
    create(aws, "odd", package({"app.py": source, "two\nlines": "x"}))
    assert "two\nlines" in invoke(aws, "odd").json
