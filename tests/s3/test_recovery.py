"""`kill -9`: what was acknowledged is there, and what was deleted leaves no file; and no object is ever in memory."""

import concurrent.futures
import os
import random
import re
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from support.server import Server, running, wait_until

MIB = 1 << 20
KILLS = 5
WRITERS = 8
# 5 GB on a machine that has the disk for it.
LARGE_MIB = int(os.environ.get("HOB_TEST_LARGE_OBJECT_MIB", "200"))
MEMORY_GROWTH_MIB = 96


def body(key: str) -> bytes:
    return (key * 400).encode()


@pytest.mark.timeout(600)
def test_what_was_acknowledged_survives_kills(hob, directory):
    random.seed(5)
    acknowledged: dict[str, bytes | None] = {}
    server = Server(hob, directory)
    for round_number in range(KILLS):
        server.start()
        s3 = server.client("s3")
        s3.create_bucket(Bucket="bucket")
        check(s3, acknowledged)

        def write(worker: int) -> None:
            for number in range(10_000):
                key = f"{round_number}/{worker}/{number % 20}"
                try:
                    # Until the answer is there, either may be true.
                    acknowledged.pop(key, None)
                    if number % 3 == 2:
                        s3.delete_object(Bucket="bucket", Key=key)
                        acknowledged[key] = None
                    else:
                        content = body(f"{key}#{number}")
                        s3.put_object(Bucket="bucket", Key=key, Body=content)
                        acknowledged[key] = content
                except (BotoCoreError, ClientError):
                    return

        with concurrent.futures.ThreadPoolExecutor(WRITERS) as writers:
            working = [writers.submit(write, worker) for worker in range(WRITERS)]
            wanted = len(acknowledged) + random.randint(20, 80)
            wait_until(lambda: len(acknowledged) > wanted, what="enough answers")
            server.kill()
            for work in working:
                work.result()
    with running(server):
        s3 = server.client("s3")
        check(s3, acknowledged)
        kept = s3.get_paginator("list_objects_v2").paginate(Bucket="bucket")
        count = sum(len(page.get("Contents", [])) for page in kept)
        wait_until(lambda: files(server) == count, what="no file without an object")


def check(s3, acknowledged) -> None:
    for key, content in acknowledged.items():
        try:
            found = s3.get_object(Bucket="bucket", Key=key)["Body"].read()
        except s3.exceptions.NoSuchKey:
            found = None
        assert found == content, key


def files(server: Server) -> int:
    return sum(1 for path in (server.data / "objects").glob("*/*"))


class Zeros:
    """So many bytes, of which none is held."""

    def __init__(self, size: int):
        self.size = size
        self.at = 0

    def __len__(self) -> int:
        return self.size

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset + (0, self.at, self.size)[whence]
        return self.at

    def read(self, count: int = -1) -> bytes:
        left = self.size - self.at
        count = left if count < 0 else min(count, left)
        self.at += count
        return bytes(count)


def peak_mib(server: Server) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) >> 10


@pytest.mark.timeout(1800)
def test_a_large_object_passes_through_in_constant_memory(hob, directory):
    with running(Server(hob, directory)) as server:
        s3 = server.client("s3")
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="small", Body=b"x")
        before = peak_mib(server)
        size = LARGE_MIB * MIB
        s3.put_object(Bucket="bucket", Key="large", Body=Zeros(size))
        got = s3.get_object(Bucket="bucket", Key="large")
        assert sum(len(piece) for piece in got["Body"].iter_chunks(MIB)) == size
        s3.copy_object(Bucket="bucket", Key="copy", CopySource="bucket/large")
        assert s3.head_object(Bucket="bucket", Key="copy")["ContentLength"] == size
        assert peak_mib(server) - before < MEMORY_GROWTH_MIB
