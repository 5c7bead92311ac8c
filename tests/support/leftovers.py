"""What a server made on the machine, and whether it is gone."""

from __future__ import annotations

import os
import time
from pathlib import Path

GONE_SECONDS = 15


class Footprint:
    """Every process below a server and every cgroup they were in, as seen so far."""

    def __init__(self):
        self.processes: set[tuple[int, str]] = set()
        self.cgroups: set[Path] = set()

    def look(self, pid: int) -> None:
        for descendant in descendants(pid):
            if born := started_at(descendant):
                self.processes.add((descendant, born))
                self.cgroups.update(hob_cgroups(descendant))

    def remaining(self, directory: Path) -> list[str]:
        left = [f"process {pid}: {command_line(pid)}" for pid, born in self.processes if started_at(pid) == born]
        left += [f"cgroup {path}" for path in self.cgroups if path.is_dir()]
        left += [f"mount {line}" for line in mounts() if str(directory) in line]
        left += [f"loop device of {file}" for file in loop_files() if str(directory) in file]
        return left

    def assert_gone(self, directory: Path) -> None:
        deadline = time.monotonic() + GONE_SECONDS
        while left := self.remaining(directory):
            assert time.monotonic() < deadline, "left behind:\n" + "\n".join(left)
            time.sleep(0.05)


def descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (parent := parent_of(int(entry))) is not None:
            children.setdefault(parent, []).append(int(entry))
    found, queue = [], [pid]
    while queue:
        found.append(queue.pop())
        queue += children.get(found[-1], [])
    return found


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def parent_of(pid: int) -> int | None:
    fields = _stat(pid)
    return int(fields[1]) if fields else None


def started_at(pid: int) -> str | None:
    """Tells a process from a later one with the same number. None: gone, or only waiting to be reaped."""
    fields = _stat(pid)
    return fields[19] if fields and fields[0] != "Z" else None


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return "?"


def hob_cgroups(pid: int) -> set[Path]:
    """The cgroups of a process that Hob made, in every hierarchy."""
    try:
        lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    except OSError:
        return set()
    found = set()
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if "hob" in path:
            root = Path("/sys/fs/cgroup") / (controllers or "unified")
            root = root if root.is_dir() else Path("/sys/fs/cgroup")
            found.add(root / path.lstrip("/"))
    return found


def mounts() -> list[str]:
    return Path("/proc/self/mountinfo").read_text().splitlines()


def loop_files() -> list[str]:
    files = []
    for backing in Path("/sys/block").glob("loop*/loop/backing_file"):
        try:
            files.append(backing.read_text().strip())
        except OSError:
            continue
    return files
