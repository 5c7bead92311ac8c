"""A small disk for the server's data, to be filled and freed."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import tempfile
from pathlib import Path

from support.leftovers import mounts

MEBIBYTE = 1 << 20
# Holds a long run, and is filled within a second.
SIZE = 512 * MEBIBYTE


class Disk:
    """A directory with a file system of its own."""

    def __init__(self, path: Path):
        self.path = path
        self.spells = 0
        self._ballast = path / "ballast"

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def is_full(self) -> bool:
        return self._ballast.exists()

    def fill(self) -> None:
        """Leaves not one byte."""
        self.spells += 1
        with open(self._ballast, "wb", buffering=0) as ballast:
            for size in (MEBIBYTE, 4096, 1):
                block = b"\1" * size
                try:
                    while True:
                        ballast.write(block)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)


def why_not() -> str | None:
    """Why there can be no such disk here. None: there can."""
    if os.geteuid() != 0:
        return "only root can mount a disk"
    try:
        with mounted():
            return None
    except subprocess.CalledProcessError as error:
        return f"no disk can be mounted: {error.stderr.decode().strip()}"


@contextlib.contextmanager
def mounted():
    """A disk that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="hob-disk-") as place:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "hob-chaos", place]
        subprocess.run(mount, check=True, capture_output=True)
        try:
            yield Disk(Path(place))
        finally:
            subprocess.run(["umount", place], check=True)
            assert not [line for line in mounts() if place in line]
